"""The views that a search for the center looks at: a few rows, in the order of the angles, without background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.domains.ct.stripes.removal import remove_stripes_sorting
from daisy_kernel.errors import DataError

Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]

_ROWS = 4  # rows looked at: the noise halves, the time stays below a second
_DULL = 0.2  # a row with less contrast than this share of the best one's holds hardly any object
_EDGE = 64  # a detector's width over the width of its edge
_BLOCKS = 16  # parts of the scan whose edges are compared
_QUIET = 0.01  # level at the edges, relative to the object's, at which no object is there
_BACKGROUND = 0.1  # level at both edges that is taken for background
_STRIPE = 6.0  # times the usual difference, four standard deviations of a normal one
_MATCHING = 0.01  # of an angular step: closer angles are the same


@dataclass(frozen=True)
class Views:
    """Sinograms (row, angle, column) with increasing angles, in degrees, that span less than 360 degrees."""

    sinograms: Float32
    angles: Float64
    complete: bool  # the object never leaves the detector

    @property
    def step(self) -> float:
        """Mean distance of two angles."""
        return float(self.angles[-1] - self.angles[0]) / (len(self.angles) - 1)

    @property
    def span(self) -> float:
        """Range covered, a step for each angle."""
        return float(self.angles[-1] - self.angles[0]) + self.step

    @property
    def whole(self) -> bool:
        """Whether half a turn is covered, but for one angle or two."""
        return self.span > 180 - 2 * self.step

    def half_turn(self) -> Views:
        """Return the views of the first 180 degrees."""
        first = self.angles < self.angles[0] + 180 - self.step / 2
        return Views(self.sinograms[:, first], self.angles[first], self.complete)

    def even(self) -> Float32:
        """Return the sinograms over 180 degrees in even steps, interpolated where the angles are not even."""
        count = len(self.angles)
        return self._at(self.angles[0] + 180 / count * np.arange(count))

    def opposite(self) -> tuple[Float32, Float32]:
        """Return the views that were seen from the other side too, and those from there."""
        early = self.angles + 180 <= self.angles[-1] + _MATCHING * self.step
        return self.sinograms[:, early], self._at(self.angles[early] + 180)

    def _at(self, angles: Float64) -> Float32:
        place = np.interp(angles, self.angles, np.arange(len(self.angles)))
        whole = np.minimum(place.astype(int), len(self.angles) - 2)
        share = (place - whole).astype(np.float32)[:, None]
        if np.all((share < _MATCHING) | (share > 1 - _MATCHING)):
            return self.sinograms[:, whole + (share[:, 0] > _MATCHING)]
        between: Float32 = self.sinograms[:, whole] * (1 - share) + self.sinograms[:, whole + 1] * share
        return between


def views(projections: ArrayLike, angles: ArrayLike) -> Views:
    """Choose up to four rows that show something and sort their views by angle."""
    array = as_frames(projections, "projections")
    turns = np.asarray(angles, np.float64)
    if turns.shape != array.shape[:1]:
        raise DataError(
            f"{turns.size} angles were given for {len(array)} projections",
            remedy="give one angle a projection",
        )
    if len(array) < 3 or array.shape[1] < 1 or array.shape[2] < 16:
        raise DataError(
            f"projections have the shape {array.shape}",
            remedy="give at least 3 angles, 1 row and 16 columns, or set the center",
        )
    if not np.isfinite(turns).all():
        raise DataError("angles are not all finite", remedy="repair the angles")
    order, turns = _unwound(turns)
    sinograms = np.ascontiguousarray(array[:, _telling_rows(array)][order].transpose(1, 0, 2), np.float32)
    if not np.isfinite(sinograms).all():
        raise DataError("projections are not all finite", remedy="repair them before the center is searched")
    return _without_background(_without_stripes(sinograms), turns)


def _unwound(angles: Float64) -> tuple[NDArray[np.intp], Float64]:
    """Order of the angles on the circle from the far side of the widest gap, and the angles in that order."""
    around = np.mod(angles, 360)
    order = np.argsort(around, kind="stable")
    around = around[order]
    # Rounded, so that a full turn, where all are the same, starts at its smallest angle.
    gaps = np.diff(around, prepend=around[-1] - 360).round(6)
    start = int(np.argmax(gaps))
    around[:start] += 360
    return np.roll(order, -start), np.roll(around, -start)


def _telling_rows(projections: NDArray[np.generic]) -> NDArray[np.intp]:
    """Up to four rows, evenly among those with contrast."""
    contrast = np.std(projections[:: max(1, len(projections) // 32)].astype(np.float64), axis=(0, 2))
    telling = np.flatnonzero(contrast >= _DULL * contrast.max())
    if not contrast.max() > 0:
        raise DataError("projections are the same everywhere", remedy="check the scan, or set the center")
    count = min(_ROWS, len(telling))
    # The middles of `count` equal parts, so that the outermost rows are not preferred.
    chosen: NDArray[np.intp] = telling[((np.arange(count) + 0.5) * len(telling) / count).astype(int)]
    return chosen


def _without_stripes(sinograms: Float32) -> Float32:
    """Subtract the mean, over the angles, of what sorting takes away where it stands out.

    Elsewhere the sinogram stays as it is: sorting shifts sharp edges a little, and the center with them.
    """
    cleaned = remove_stripes_sorting(sinograms.transpose(1, 0, 2)).transpose(1, 0, 2)
    stripes = (sinograms - cleaned).mean(axis=1, keepdims=True)
    usual = np.median(np.abs(stripes), axis=2, keepdims=True)
    result: Float32 = sinograms - np.where(np.abs(stripes) > _STRIPE * usual, stripes, np.float32(0))
    return result


def _without_background(sinograms: Float32, angles: Float64) -> Views:
    """Subtract from each row the lower edge's level, and say whether the object ever reaches an edge."""
    width = max(4, sinograms.shape[-1] // _EDGE)
    # The median of a few columns, so that a stripe there is not taken for the object.
    sides = np.median([sinograms[..., :width], sinograms[..., -width:]], axis=-1)
    level = sides.mean(axis=-1)
    background = level.min(axis=0)
    object_ = np.percentile(sinograms, 95, axis=(1, 2)) - background
    parts = np.array_split(sides, min(_BLOCKS, len(angles)), axis=-1)
    drift = np.std([part.mean(axis=-1) for part in parts], axis=0)
    quiet = (level.max(axis=0) - background < _QUIET * object_) & (drift.max(axis=0) < _QUIET * object_)
    complete = bool(np.all(quiet & (np.abs(background) < _BACKGROUND * object_)))
    return Views(sinograms - background[:, None, None].astype(np.float32), angles, complete)
