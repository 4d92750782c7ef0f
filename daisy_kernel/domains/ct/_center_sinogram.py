"""The center as seen in the sinogram: two quadratic forms that are smallest where the data agree with themselves.

Both pool all rows, cost the same for one candidate as for a thousand, and are smooth in the center.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
Complex128: TypeAlias = NDArray[np.complex128]

_SKIPPED = 2  # angular harmonics beside the wedge that a finite object still reaches
_HIGHEST = 0.9  # of the angular harmonics; noise is measured above, where no object reaches
_SYSTEMATIC = 1e-4  # power of errors that more counts do not cure, relative to the signal's
_UPSAMPLED = 4  # steps a column in which the correlation of opposite views is known


@dataclass(frozen=True)
class Wedge:
    """Energy that the 360-degree sinogram, made of a 180-degree one and its mirror image, has where it should not.

    A finite object fills a double wedge of the sinogram's Fourier plane, whatever its shape; a wrong center spills
    over. Vo et al., Optics Express 22:19078 (2014), sums magnitudes outside of the wedge for each candidate. Here
    the sum is of squares: a trigonometric polynomial of the center, weighted by the inverse of the expected error.
    """

    frequencies: Float64
    coefficients: Complex128

    def __call__(self, centers: Float64) -> Float64:
        """Energy outside of the wedge for each center, up to a constant, relative to the polynomial's norm."""
        phases = np.exp(-2j * np.outer(centers, self.frequencies))
        energy: Float64 = np.real(phases @ self.coefficients) / np.abs(self.coefficients).sum()
        return energy


def wedge(sinograms: Float32) -> Wedge:
    """Prepare the measure from sinograms (row, angle, column), evenly spaced over 180 degrees."""
    _, angles, columns = sinograms.shape
    length = fft.next_fast_len(columns + 2 * (columns // 4), True)
    frequencies = 2 * np.pi * np.arange(length // 2 + 1) / length
    harmonics = np.arange(1, angles)
    outside = harmonics[:, None] > columns / 2 * frequencies + _SKIPPED
    noise_only = harmonics > _HIGHEST * angles
    outside[noise_only] = False
    outside[:, 0] = False
    signs = np.where(outside, (-1.0) ** harmonics[:, None], 0).astype(np.float32)
    cross = np.zeros(len(frequencies), np.complex128)
    power = np.zeros(len(frequencies))
    noise = 0.0
    for sinogram in sinograms:
        rows = fft.rfft(_tapered(sinogram, columns // 4), length, axis=1, workers=-1)
        plane = fft.fft(rows, 2 * angles, axis=0, workers=-1)
        positive, negative = plane[1:angles], plane[:angles:-1]
        cross += np.einsum("vk,vk,vk->k", signs, positive, negative).conj()
        power += np.einsum("vk,vk->k", np.abs(signs), np.abs(positive) ** 2 + np.abs(negative) ** 2) / 2
        # The median of an exponential distribution is log 2 of its mean.
        noise += float(np.median(np.abs(positive[noise_only][:, length // 4 :]) ** 2)) / np.log(2)
    signal = np.maximum(power / np.maximum(outside.sum(axis=0), 1) - noise, 0)
    floor = np.finfo(np.float32).tiny
    weights = signal / (signal + noise + floor) / (noise + _SYSTEMATIC * signal + floor)
    shift = np.exp(-2j * frequencies * (columns // 4))
    return Wedge(frequencies, cross * shift * weights)


def opposite_views(views: Float32, opposite: Float32) -> tuple[Float64, Float64]:
    """Mean squared difference between views (row, angle, column) and mirrored views from the other side.

    Returns the centers, 1/8 of a column apart, and the difference at each, relative to the mean square of the
    views. It needs no finite object: only the columns that both views see are compared.
    """
    columns = views.shape[-1]
    lags = np.arange(2 * columns - 1)  # lag s + s', twice the center
    length = fft.next_fast_len(2 * columns, True)
    product = (fft.rfft(views, length, axis=-1) * fft.rfft(opposite, length, axis=-1)).sum(axis=(0, 1))
    correlation = fft.irfft(product, length * _UPSAMPLED) * _UPSAMPLED
    power = np.zeros((2, length))
    for side, array in zip(power, (views, opposite), strict=True):
        side[:columns] = np.mean(array.astype(np.float64) ** 2, axis=(0, 1)) * (len(views) * views.shape[1])
    mask = np.zeros(length)
    mask[:columns] = 1
    seen = fft.irfft(fft.rfft(mask) ** 2, length)[lags]
    squares = fft.irfft(fft.rfft(power.sum(axis=0)) * fft.rfft(mask), length)[lags]
    fine = np.arange((len(lags) - 1) * _UPSAMPLED + 1) / _UPSAMPLED
    difference = np.interp(fine, lags, squares) - 2 * correlation[: len(fine)]
    return fine / 2, difference / np.interp(fine, lags, seen) / (power.sum() / 2 / columns)


def _tapered(sinogram: Float32, width: int) -> Float32:
    """Continue each side by `width` columns that go smoothly to zero."""
    fall = np.cos(np.linspace(0, np.pi / 2, width + 1)[1:]).astype(np.float32) ** 2
    return np.concatenate([sinogram[:, :1] * fall[::-1], sinogram, sinogram[:, -1:] * fall], axis=1)
