"""Removal of zingers: single pixels hit by scattered X-rays or cosmic rays."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.errors import ParameterError

_ROWS_PER_TASK = 64


def remove_zingers(projections: ArrayLike, *, threshold: float, size: int = 3) -> NDArray[Any]:
    """Return ``projections`` (angle, row, column) with bright spots replaced by the median around them.

    A pixel is a spot where it is more than ``threshold`` (in units of the projections: counts, or
    transmission) above the median of the ``size`` x ``size`` pixels around it in its own frame; frames
    continue beyond their edges with their edge pixels. The type is kept. Frames are independent; a cut along
    rows needs ``size // 2`` rows of halo. Raises ParameterError for a threshold that is not positive, or a
    size that is not odd.

    Source: the median method of Gürsoy et al., J. Synchrotron Rad. 21 (2014) 1188 (``remove_outlier``).

    >>> frame = np.full((1, 3, 4), 10, np.uint16)
    >>> frame[0, 1, 2] = 900
    >>> int(remove_zingers(frame, threshold=100).max())
    10
    """
    if not threshold > 0:
        raise ParameterError(f"threshold is {threshold}", remedy="give a positive threshold")
    if size < 3 or size % 2 == 0:
        raise ParameterError(f"size is {size}", remedy="give an odd number of pixels, 3 or more")
    given = as_frames(projections, "projections")
    out = given.copy()
    if given.size:
        _replace(given, np.float32(threshold), size, out)
    return out


@numba.njit(cache=True, parallel=True)
def _replace(given: NDArray[Any], threshold: np.float32, size: int, out: NDArray[Any]) -> None:
    """Write the medians of spots to ``out``.

    The median of n = size² values is below a limit where (n + 1) / 2 of them are: counting, which the
    processor does for many pixels at once, finds the spots, and only these need a median.
    """
    angles, rows, columns = given.shape
    half, majority = size // 2, (size * size + 1) // 2
    pieces = (rows + _ROWS_PER_TASK - 1) // _ROWS_PER_TASK
    for task in numba.prange(angles * pieces):
        i, piece = task // pieces, task % pieces
        window = np.empty((size, columns + 2 * half), np.float32)
        below = np.empty(columns, np.int32)
        for row in range(piece * _ROWS_PER_TASK, min(rows, (piece + 1) * _ROWS_PER_TASK)):
            for k in range(size):
                _load(given[i, min(max(row + k - half, 0), rows - 1)], half, window[k])
            _count_below(window, threshold, below)
            if below.max() >= majority:
                _take_medians(window, below, majority, out[i, row])


@numba.njit(cache=True)
def _load(line: NDArray[Any], half: int, padded: NDArray[np.float32]) -> None:
    for column in range(line.size):
        padded[half + column] = line[column]
    padded[:half] = line[0]
    padded[half + line.size :] = line[-1]


@numba.njit(cache=True)
def _count_below(window: NDArray[np.float32], threshold: np.float32, below: NDArray[np.int32]) -> None:
    """Count, around each pixel of the middle row, the pixels that are lower by more than the threshold."""
    half, columns = len(window) // 2, below.size
    middle = window[half, half : half + columns]
    below[:] = 0
    for k in range(len(window)):
        for shift in range(len(window)):
            _add_below(window[k, shift : shift + columns], middle, threshold, below)


@numba.njit(cache=True)
def _add_below(
    line: NDArray[np.float32], middle: NDArray[np.float32], threshold: np.float32, below: NDArray[np.int32]
) -> None:
    for column in range(below.size):
        below[column] += np.int32(line[column] < middle[column] - threshold)


@numba.njit(cache=True)
def _take_medians(window: NDArray[np.float32], below: NDArray[np.int32], majority: int, out: NDArray[Any]) -> None:
    for column in range(below.size):
        if below[column] >= majority:
            around = window[:, column : column + len(window)].copy().reshape(-1)
            around.sort()
            out[column] = around[majority - 1]
