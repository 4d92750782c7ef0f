"""Reference frames: flats (beam without sample) and darks (no beam), averaged and placed along the scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.errors import DataError

_DEAD = 1e-3
"""A pixel with less than this share of its row's median response counts noise, not light."""

_SATURATED = 0.999
"""A mean at this share of the largest count is saturated in most frames: photon noise is wider."""


@dataclass(frozen=True)
class Reference:
    """Means of reference frames that were taken together, and where in the scan they were taken.

    ``frames`` (group, row, column) float32, ``knots`` (group,) ascending: the index of the projection before
    which the group was taken.
    """

    frames: NDArray[np.float32]
    knots: NDArray[np.float64]

    def between(self, positions: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the group before each projection and the part of the way to the next one, 0 to 1.

        Projection i is taken between the positions i and i + 1. The part is 0 at and after the last group.
        """
        if len(self.knots) == 1:
            return np.zeros(len(positions), np.intp), np.zeros(len(positions), np.float32)
        time = np.clip(positions + 0.5, self.knots[0], self.knots[-1])
        group = np.clip(np.searchsorted(self.knots, time, side="right") - 1, 0, len(self.knots) - 2)
        part = (time - self.knots[group]) / np.diff(self.knots)[group]
        return group, part.astype(np.float32)


def average(frames: ArrayLike, positions: ArrayLike | None, name: str) -> Reference:
    """Average the ``frames`` (frame, row, column) of each position; without positions all together.

    The means are formed in float64. Raises DataError where there is no frame, or not one position for each.

    >>> reference = average([[[1.0]], [[3.0]], [[9.0]]], [0, 0, 100], "flats")
    >>> reference.frames.ravel(), reference.knots
    (array([2., 9.], dtype=float32), array([  0., 100.]))
    """
    stack = as_frames(frames, name)
    if not len(stack):
        raise DataError(f"there are no {name}", remedy=f"give at least one frame of {name}")
    places = np.zeros(len(stack)) if positions is None else np.asarray(positions, np.float64).ravel()
    if len(places) != len(stack):
        raise DataError(f"{len(stack)} {name} have {len(places)} positions", remedy="give one position for each frame")
    knots = np.unique(places)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is a bad pixel
        means = [stack[places == knot].mean(axis=0, dtype=np.float64).astype(np.float32) for knot in knots]
    return Reference(np.stack(means), knots)


def bad_pixels(
    flats: ArrayLike,
    darks: ArrayLike | None,
    *,
    flat_positions: ArrayLike | None = None,
    dark_positions: ArrayLike | None = None,
) -> NDArray[np.bool_]:
    """Return where a pixel tells nothing about the sample, as a mask (row, column).

    Such a pixel is saturated in the flats (integer counts only), not finite, no brighter in some group of
    flats than in every group of darks, or has less than 0.1 % of its row's median response. ``flats`` and
    ``darks`` are (frame, row, column); missing darks are 0. The positions are those of ``normalize``.

    >>> bad_pixels([[[50, 9, 52, 0]]], [[[10, 9, 11, 10]]])
    array([[False,  True, False,  True]])
    """
    bright = average(flats, flat_positions, "flats")
    dark = dark_reference(darks, bright, dark_positions)
    return _bad(bright, dark, as_frames(flats, "flats").dtype)


def references(
    flats: ArrayLike | None,
    darks: ArrayLike | None,
    *,
    flat_positions: ArrayLike | None = None,
    dark_positions: ArrayLike | None = None,
) -> tuple[Reference, Reference]:
    """Return flats and darks averaged by position; flats are NaN at bad pixels.

    Shapes and errors are those of ``normalize``.
    """
    if flats is None:
        raise DataError("there are no flats", remedy="give flats, or read the scan with data=transmission")
    bright = average(flats, flat_positions, "flats")
    dark = dark_reference(darks, bright, dark_positions)
    bright.frames[:, _bad(bright, dark, as_frames(flats, "flats").dtype)] = np.nan
    return bright, dark


def dark_reference(darks: ArrayLike | None, bright: Reference, positions: ArrayLike | None) -> Reference:
    """Return the averaged darks, zero where there are none, of the same shape as the flats."""
    if darks is None or not np.shape(darks)[0]:
        return Reference(np.zeros_like(bright.frames[:1]), np.zeros(1))
    dark = average(darks, positions, "darks")
    if dark.frames.shape[1:] != bright.frames.shape[1:]:
        raise DataError(
            f"darks of {dark.frames.shape[1:]} and flats of {bright.frames.shape[1:]} do not fit together",
            remedy="give frames with the same rows and columns",
        )
    return dark


def _bad(bright: Reference, dark: Reference, counts: np.dtype[Any]) -> NDArray[np.bool_]:
    """Return the mask; between any two groups the response of a good pixel stays above its floor."""
    with np.errstate(invalid="ignore"):
        response = bright.frames.min(axis=0) - dark.frames.max(axis=0).astype(np.float64)
    usable = np.isfinite(response) & (response > 0)
    floor = [np.median(line[good]) * _DEAD if good.any() else 0.0 for line, good in zip(response, usable, strict=True)]
    usable &= response > np.reshape(floor, (-1, 1))
    if counts.kind in "iu":
        usable &= bright.frames.max(axis=0) < _SATURATED * np.iinfo(counts).max
    bad: NDArray[np.bool_] = ~usable
    return bad
