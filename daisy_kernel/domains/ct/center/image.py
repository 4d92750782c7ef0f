"""The center as seen in the image: how orderly and how sharp a few small slices are at each candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct.grid import GridPlan

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]

MEASURES = ("entropy", "gradient")

_BINS = 128  # of the histogram; twice the range of the values, as a wrong center widens it
_INSIDE = 0.85  # of the circle that all views see; its rim is bright where the object goes on outside
_SHARE = 0.1  # percent of the pixels beyond each end of the range


@dataclass(frozen=True)
class SmallSlices:
    """Sinograms (row, angle, column) averaged to fewer columns, ready to be reconstructed at many centers."""

    sinograms: Float32
    plan: GridPlan
    factor: int
    margin: int

    def at(self, centers: Float64) -> Float32:
        """Reconstruct each row at each center, in columns of the detector: (center, row, y, x)."""
        return self.plan.sweep(self.sinograms, _in_small(centers, self.factor, self.margin))

    def scores(self, centers: Float64) -> Float64:
        """Entropy and gradient (measure, center), averaged over the rows; small is good."""
        slices = self.at(centers)
        middle = slices[len(centers) // 2]
        inside = _disc(middle.shape[-1])
        ranges = np.percentile(middle[:, inside], (_SHARE, 100 - _SHARE), axis=1).T.astype(np.float32)
        scores: Float64 = _measure(slices, ranges).mean(axis=2)
        return scores


def small_slices(sinograms: Float32, angles: Float64, factor: int, lowest: float, highest: float) -> SmallSlices:
    """Average `factor` columns to one and plan slices that every center from `lowest` to `highest` sees whole.

    The edges are continued smoothly, since a jump there would make a bright rim where the object is wider than the
    detector; neighbouring angles are averaged as far as that costs no resolution.
    """
    columns = sinograms.shape[-1] // factor
    views = max(1, int(len(angles) / (np.pi / 2 * columns)))
    kept = len(angles) // views
    binned = sinograms[:, : kept * views, : columns * factor]
    binned = binned.reshape(len(sinograms), kept, views, columns, factor).mean(axis=(2, 4))
    margin = columns // 4
    fall = np.cos(np.linspace(0, np.pi / 2, margin + 1)[1:]).astype(np.float32) ** 2
    padded = np.concatenate([binned[..., :1] * fall[::-1], binned, binned[..., -1:] * fall], axis=-1)
    radius = int(_INSIDE * min(lowest, sinograms.shape[-1] - 1 - highest) / factor)
    plan = GridPlan(
        angles[: kept * views].reshape(kept, views).mean(axis=1),
        padded.shape[-1],
        center=_in_small((lowest + highest) / 2, factor, margin),
        size=2 * max(radius, columns // 8) + 1,
        filter="hann",
    )
    return SmallSlices(padded, plan, factor, margin)


def _in_small(center: Any, factor: int, margin: int) -> Any:
    """A column of the detector as a column of small sinograms, which begin with a margin."""
    return (center - (factor - 1) / 2) / factor + margin


def _disc(size: int) -> NDArray[np.bool_]:
    place = np.arange(size) - size // 2
    inside: NDArray[np.bool_] = np.hypot(place, place[:, None]) <= size // 2
    return inside


@numba.njit(cache=True, parallel=True)
def _measure(slices: Float32, ranges: Float32) -> Float64:
    """Entropy of the values and the 1-norm over the 2-norm of their gradient, (measure, center, row)."""
    centers, rows, size, _ = slices.shape
    result = np.empty((2, centers, rows))
    half = size // 2
    for job in numba.prange(centers * rows):
        center, row = job // rows, job % rows
        image = slices[center, row]
        low, high = ranges[row]
        scale = (_BINS - 1) / max(2.0 * (high - low), 1e-30)
        origin = low - 0.5 * (high - low)
        histogram = np.zeros(_BINS)
        total = square = 0.0
        for y in range(size - 1):
            reach = int(np.sqrt(half**2 - (y - half) ** 2))
            for x in range(half - reach, min(half + reach + 1, size - 1)):
                value = image[y, x]
                # Each value counts in two bins, so that the entropy has no steps.
                place = min(max((value - origin) * scale, 0.0), _BINS - 1.001)
                bin_ = int(place)
                histogram[bin_] += bin_ + 1 - place
                histogram[bin_ + 1] += place - bin_
                step = (image[y, x + 1] - value) ** 2 + (image[y + 1, x] - value) ** 2
                square += step
                total += np.sqrt(step)
        count = histogram.sum()
        entropy = 0.0
        for share in histogram / count:
            if share > 0:
                entropy -= share * np.log(share)
        result[0, center, row] = entropy
        result[1, center, row] = total / np.sqrt(max(square * count, 1e-30))
    return result
