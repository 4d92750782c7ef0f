"""Transmission from counts."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.domains.ct.prepare._lines import fill_line
from daisy_kernel.domains.ct.prepare.references import Reference, references
from daisy_kernel.errors import DataError

_LARGEST = np.float32(np.finfo(np.float32).max)
_ANGLES_PER_TASK = 64


def normalize(
    projections: ArrayLike,
    flats: ArrayLike | None,
    darks: ArrayLike | None,
    *,
    minimum: float = 1e-6,
    positions: ArrayLike | None = None,
    flat_positions: ArrayLike | None = None,
    dark_positions: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Return the transmission T = (I - D) / (F - D), shape (angle, row, column), float32.

    ``projections`` (angle, row, column), ``flats`` and ``darks`` (frame, row, column) are counts of any real
    type; missing darks are 0. ``flat_positions`` and ``dark_positions`` say where in the scan a frame was
    taken: the index of the projection before which it was, so 0 is before the scan and n after it. Frames of
    one position are averaged, and F and D are interpolated linearly between positions, at i + 0.5 for
    projection i, and constant outside; without positions all frames are averaged. ``positions`` is the index
    in the scan of each given projection, where these are a part of it.

    T is at least ``minimum``. At pixels of ``bad_pixels``, and where I is not finite, T is interpolated
    between the neighbours along the row; a row without a good pixel gets 1. Each row depends on itself alone.
    Raises DataError where shapes do not fit or there are no flats.

    Source: the flat-field correction of Seibert, Boone and Lindfors, Proc. SPIE 3336 (1998) 348.

    >>> counts = np.array([[[10, 30, 60]]], np.uint16)
    >>> normalize(counts, [[[110, 110, 110]]], [[[10, 10, 10]]])
    array([[[1.e-06, 2.e-01, 5.e-01]]], dtype=float32)
    """
    counts = as_frames(projections, "projections")
    bright, dark = references(flats, darks, flat_positions=flat_positions, dark_positions=dark_positions)
    if bright.frames.shape[1:] != counts.shape[1:]:
        raise DataError(
            f"flats of {bright.frames.shape[1:]} and projections of {counts.shape[1:]} do not fit together",
            remedy="give frames with the same rows and columns",
        )
    places = np.arange(len(counts), dtype=np.float64)
    if positions is not None:
        places = np.asarray(positions, np.float64).ravel()
    if len(places) != len(counts):
        raise DataError(
            f"{len(counts)} projections have {len(places)} positions",
            remedy="give one position for each projection",
        )
    return _transmission(counts, bright, dark, places, minimum)


def _transmission(
    counts: NDArray[Any], bright: Reference, dark: Reference, places: NDArray[np.float64], minimum: float
) -> NDArray[np.float32]:
    out = np.empty(counts.shape, np.float32)
    flat_group, flat_part = bright.between(places)
    dark_group, dark_part = dark.between(places)
    _divide(
        counts,
        bright.frames,
        flat_group,
        flat_part,
        dark.frames,
        dark_group,
        dark_part,
        np.float32(minimum),
        out,
    )
    return out


@numba.njit(cache=True, parallel=True, error_model="numpy")
def _divide(
    counts: NDArray[Any],
    flats: NDArray[np.float32],
    flat_group: NDArray[np.intp],
    flat_part: NDArray[np.float32],
    darks: NDArray[np.float32],
    dark_group: NDArray[np.intp],
    dark_part: NDArray[np.float32],
    minimum: np.float32,
    out: NDArray[np.float32],
) -> None:
    """Go along the angles of one row, so that its flats and darks stay in the cache."""
    angles, rows, _ = counts.shape
    pieces = (angles + _ANGLES_PER_TASK - 1) // _ANGLES_PER_TASK
    for task in numba.prange(rows * pieces):
        row, piece = task // pieces, task % pieces
        for i in range(piece * _ANGLES_PER_TASK, min(angles, (piece + 1) * _ANGLES_PER_TASK)):
            f, d = flat_group[i], dark_group[i]
            _divide_line(
                counts[i, row],
                flats[f, row],
                flats[min(f + 1, len(flats) - 1), row],
                flat_part[i],
                darks[d, row],
                darks[min(d + 1, len(darks) - 1), row],
                dark_part[i],
                minimum,
                out[i, row],
            )


@numba.njit(cache=True, error_model="numpy")
def _divide_line(
    counts: NDArray[Any],
    flat: NDArray[np.float32],
    next_flat: NDArray[np.float32],
    flat_part: np.float32,
    dark: NDArray[np.float32],
    next_dark: NDArray[np.float32],
    dark_part: np.float32,
    minimum: np.float32,
    out: NDArray[np.float32],
) -> None:
    bad = np.int32(0)
    for column in range(out.size):
        d = dark[column] + dark_part * (next_dark[column] - dark[column])
        f = flat[column] + flat_part * (next_flat[column] - flat[column])
        t = (np.float32(counts[column]) - d) / (f - d)
        t = minimum if t < minimum else t  # keeps NaN, which marks a bad pixel
        out[column] = t
        bad += np.int32(not t <= _LARGEST)
    if bad:
        fill_line(out, 1.0)
