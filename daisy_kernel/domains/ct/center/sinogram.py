"""The center as seen in the sinogram: two quadratic forms that are smallest where the data agree with themselves.

Both pool all rows, cost the same for one candidate as for a thousand, and are smooth in the center.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numba
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
_STEP = 0.25  # columns between candidates of a coarse search; both measures are smooth on that scale


class Curve(Protocol):
    """A measure of the center that can be evaluated anywhere."""

    def __call__(self, centers: Float64) -> Float64:
        """Return the measure at each center, small where the center is good."""
        ...


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
        """Energy outside of the wedge at each center, up to a constant, relative to the largest there can be."""
        phases = np.exp(-2j * np.outer(centers, self.frequencies))
        energy: Float64 = np.real(np.einsum("ck,k->c", phases, self.coefficients)) / np.abs(self.coefficients).sum()
        return energy


@dataclass(frozen=True)
class Opposite:
    """Mean squared difference of opposite views, relative to their mean square, on a fine grid of centers."""

    centers: Float64
    differences: Float64

    def __call__(self, centers: Float64) -> Float64:
        """Difference at each center."""
        difference: Float64 = np.interp(centers, self.centers, self.differences)
        return difference


def minimum(curve: Curve, low: float, high: float) -> float:
    """Return the center between `low` and `high` where the curve is smallest."""
    centers = np.arange(low, high + _STEP, _STEP)
    lowest = centers[np.argmin(curve(centers))]
    before, at, after = curve(lowest + np.array([-_STEP, 0, _STEP]))
    bend = before - 2 * at + after
    return float(lowest + (_STEP * np.clip((before - after) / (2 * bend), -1, 1) if bend > 0 else 0))


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
        rows = fft.rfft(_tapered(sinogram, columns // 4), length, axis=1, workers=numba.get_num_threads())
        plane = fft.fft(rows, 2 * angles, axis=0, workers=numba.get_num_threads())
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


def opposite_views(views: Float32, opposite: Float32) -> Opposite:
    """Compare views (row, angle, column) with the views from the other side, mirrored about each center.

    It needs no finite object: only the columns that both views see are compared.
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
    return Opposite(fine / 2, difference / np.interp(fine, lags, seen) / (power.sum() / 2 / columns))


def centroid(sinograms: Float32, angles: Float64) -> tuple[float, float]:
    """Center from the centroids of sinograms (row, angle, column) of a finite object, at any angles (degrees).

    A projection's centroid is that of the object, projected: center + x cos θ + y sin θ (the first of the
    consistency conditions of Helgason and Ludwig; Natterer, The Mathematics of Computerized Tomography, 1986,
    theorem II.4.1). Returns the center of the least-squares fit and its standard error.
    """
    mass = sinograms.sum(axis=2, dtype=np.float64)
    places = np.einsum("rac,c->ra", sinograms, np.arange(sinograms.shape[2], dtype=np.float64)) / mass
    turn = np.deg2rad(angles)
    model = np.stack([np.ones_like(turn), np.cos(turn), np.sin(turn)], axis=1)
    inverse = np.linalg.pinv(model)
    fits = inverse @ places.T
    variance = np.mean((places.T - model @ fits) ** 2) * (inverse[0] ** 2).sum() / len(sinograms)
    return float(fits[0].mean()), float(np.sqrt(variance))


def _tapered(sinogram: Float32, width: int) -> Float32:
    """Continue each side by `width` columns that go smoothly to zero."""
    fall = np.cos(np.linspace(0, np.pi / 2, width + 1)[1:]).astype(np.float32) ** 2
    return np.concatenate([sinogram[:, :1] * fall[::-1], sinogram, sinogram[:, -1:] * fall], axis=1)
