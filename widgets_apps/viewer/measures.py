"""Measures of a plane: range, histogram, statistics, and a profile along a line; in true values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, hypot, isfinite
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from widgets_apps.viewer.planes import Plane, Planes, Region

_SAMPLE = 1 << 18  # values that percentiles are taken of, at regular distances
_STRETCH = 256  # pixels of a profile whose surroundings are read at once


class Extent(NamedTuple):
    """A window, and what it is a part of; None where no value is finite."""

    low: float | None
    high: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True)
class Statistics:
    """Of the finite values of a region; None where there are none, or no number can hold it.

    deviation: of the population.
    """

    count: int
    mean: float | None
    deviation: float | None
    minimum: float | None
    maximum: float | None


def extent(planes: Planes, plane: Plane, percentiles: tuple[float, float]) -> Extent:
    """Percentiles of a regular sample of the plane's finite values, and the true smallest and largest.

    Errors: DataError unless the percentiles rise between 0 and 100.
    """
    if not 0 <= percentiles[0] <= percentiles[1] <= 100:
        raise DataError(f"percentiles={list(percentiles)}", remedy="give two rising numbers from 0 to 100")
    step = max(ceil((plane.shape[0] * plane.shape[1] / _SAMPLE) ** 0.5), 1)
    sample, bounds = [], []
    for first, values in planes.bands(plane, plane.whole):
        sample.append(_finite(values[-first % step :: step, ::step]))
        bounds.append(_bounds(values))
    least, most = min(b[0] for b in bounds), max(b[1] for b in bounds)
    if least > most:
        return Extent(None, None, None, None)
    picked = np.concatenate(sample)
    low, high = np.percentile(picked, percentiles).tolist() if picked.size else (least, most)
    return Extent(*(_true(plane, value) for value in (low, high, least, most)))


def histogram(planes: Planes, plane: Plane, bins: int) -> dict[str, Any]:
    """Counts of the finite values in equal bins from the smallest to the largest.

    Errors: DataError for fewer than 1 or more than 4096 bins.
    """
    if not 1 <= bins <= 4096:
        raise DataError(f"bins={bins}", remedy="give 1 to 4096")
    found = [_bounds(values) for _, values in planes.bands(plane, plane.whole)]
    low, high = min(b[0] for b in found), max(b[1] for b in found)
    counts = np.zeros(bins, np.int64)
    if low > high:
        return {"edges_low": None, "edges_high": None, "counts": counts.tolist()}
    for _, values in planes.bands(plane, plane.whole):
        _count(values, low, high, counts)
    return {"edges_low": _true(plane, low), "edges_high": _true(plane, high), "counts": counts.tolist()}


def statistics(planes: Planes, plane: Plane, region: Region) -> Statistics:
    """Count, mean, deviation, smallest and largest of a region."""
    count, mean, squares, low, high = 0, 0.0, 0.0, np.inf, -np.inf
    for _, values in planes.bands(plane, region):
        number, middle, around, least, most = _moments(values)
        if not number:
            continue
        # Chan, Golub, LeVeque 1979: means and sums of squares of two samples put together
        shift, total = middle - mean, count + number
        squares += around + shift * shift * count * number / total  # ** would raise where it overflows
        mean += shift * number / total
        count, low, high = total, min(low, least), max(high, most)
    if not count:
        return Statistics(0, None, None, None, None)
    deviation = (squares / count) ** 0.5 * plane.source.scale
    return Statistics(
        count, _true(plane, mean), deviation if isfinite(deviation) else None, _true(plane, low), _true(plane, high)
    )


def value(planes: Planes, plane: Plane, row: int, column: int) -> float | None:
    """The true value of a pixel; None where it is not finite."""
    region = plane.region((row, row + 1, column, column + 1))
    return _true(plane, float(planes.read(plane, region)[0, 0]))


def profile(
    planes: Planes, plane: Plane, start: tuple[float, float], end: tuple[float, float]
) -> tuple[float, list[float | None]]:
    """Length in pixels of a line, and the values along it, one a pixel, between neighbours linearly.

    Whole numbers are the middles of pixels. Errors: DataError where an end is outside the plane.
    """
    limits = np.array(plane.shape, float) - 0.5
    ends = np.array([start, end], float)
    if not ((ends >= -0.5) & (ends <= limits)).all():
        raise DataError(
            f"the line from {list(start)} to {list(end)} leaves the plane",
            remedy=f"give rows -0.5 to {limits[0]} and columns -0.5 to {limits[1]}",
        )
    length = hypot(*(ends[1] - ends[0]))
    points = np.linspace(ends[0], ends[1], max(round(length), 1) + 1)
    points = np.clip(points, 0, np.array(plane.shape) - 1)
    found: list[float | None] = []
    for first in range(0, len(points), _STRETCH):
        found += _along(planes, plane, points[first : first + _STRETCH])
    return length, found


def _along(planes: Planes, plane: Plane, points: NDArray[np.float64]) -> list[float | None]:
    corner = np.floor(points.min(axis=0)).astype(int)
    last = np.minimum(np.floor(points.max(axis=0)).astype(int) + 2, plane.shape)
    values = planes.read(plane, Region(int(corner[0]), int(last[0]), int(corner[1]), int(last[1])))
    base = np.floor(points).astype(int)
    sums = np.zeros(len(points))
    for down in (0, 1):
        for right in (0, 1):
            near = base + np.array((down, right))
            weight = np.prod(1 - np.abs(points - near), axis=1)
            at = np.minimum(near, last - 1) - corner
            # A neighbour of no weight must not count, be it NaN or beyond the edge.
            sums += np.where(weight > 0, weight * values[at[:, 0], at[:, 1]].astype(np.float64), 0)
    return [_true(plane, one) for one in sums.tolist()]


def _true(plane: Plane, stored: float) -> float | None:
    """The value of what is stored; None where it is not finite, since JSON has no word for it."""
    true = stored * plane.source.scale + plane.source.offset
    return float(true) if isfinite(true) else None


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    flat = values.ravel()
    return flat[np.isfinite(flat)] if flat.dtype.kind == "f" else flat


def _bounds(values: NDArray[Any]) -> Sequence[float]:
    """Smallest and largest finite value; inf and -inf where there is none."""
    if values.dtype.kind != "f":
        return float(values.min()), float(values.max())
    return _finite_bounds(values)  # type: ignore[no-any-return]


@njit(cache=True, nogil=True)
def _finite_bounds(values: NDArray[Any]) -> tuple[float, float]:
    low, high = np.inf, -np.inf
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            one = float(values[i, j])
            if np.isfinite(one):
                low, high = min(low, one), max(high, one)
    return low, high


@njit(cache=True, nogil=True)
def _count(values: NDArray[Any], low: float, high: float, counts: NDArray[np.int64]) -> None:
    """Add to the counts; the largest value belongs to the last bin, as with `numpy.histogram`."""
    last = counts.size - 1
    half = 1.0 if np.isfinite(high - low) else 0.5  # what is wider than a number can be is counted by halves
    width = high * half - low * half
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            one = float(values[i, j])
            if np.isfinite(one):
                # Not by a factor: that of a narrow range is inf, and a bin that is no number lies outside the counts.
                share = (one * half - low * half) / width if width > 0 else 0.0
                counts[min(int(share * counts.size), last)] += 1


@njit(cache=True, nogil=True)
def _moments(values: NDArray[Any]) -> tuple[int, float, float, float, float]:
    """Of the finite values: number, mean, sum of squares around it, smallest and largest."""
    count, total = 0, 0.0
    low, high = np.inf, -np.inf
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            one = float(values[i, j])
            if np.isfinite(one):
                count += 1
                total += one
                low, high = min(low, one), max(high, one)
    mean, squares = total / max(count, 1), 0.0
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            one = float(values[i, j])
            if np.isfinite(one):
                squares += (one - mean) ** 2
    return count, mean, squares, low, high
