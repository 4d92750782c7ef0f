"""Normalisation of the background: what the beam did while no flat was taken."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.errors import ParameterError

_LARGEST = np.float32(np.finfo(np.float32).max)


def background_level(projections: ArrayLike, region: tuple[int, int, int, int]) -> NDArray[np.float64]:
    """Return the mean of each frame of ``projections`` (angle, row, column) in a region, shape (angle,).

    ``region`` is (first row, end row, first column, end column), the ends excluded. Raises ParameterError
    where the region is empty or not in the frame.

    >>> background_level([[[1.0, 3.0, 9.0]]], (0, 1, 0, 2))
    array([2.])
    """
    frames = as_frames(projections, "projections")
    check_region(region, frames.shape)
    row, end_row, column, end_column = region
    level: NDArray[np.float64] = _mean(frames[:, row:end_row, column:end_column])
    return level


def normalize_background(projections: ArrayLike, *, region: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Return each frame of ``projections`` (angle, row, column) divided by its mean in a region, float32.

    The projections are transmission and the region, as in ``background_level``, sees no sample: it becomes 1.
    A frame whose mean is not positive stays as it is. Frames are independent, and needed whole: cut along the
    angle.

    >>> normalize_background([[[0.5, 0.25]]], region=(0, 1, 0, 1))
    array([[[1. , 0.5]]], dtype=float32)
    """
    frames = as_frames(projections, "projections")
    level = background_level(frames, region)
    ends = np.broadcast_to(level[:, None, None], (*frames.shape[:2], 2))
    out = np.empty(frames.shape, np.float32)
    _divide(frames, np.ascontiguousarray(ends), out)
    return out


def normalize_air(projections: ArrayLike, *, columns: int) -> NDArray[np.float32]:
    """Return each row of ``projections`` (angle, row, column) divided by its own background, float32.

    The background is a straight line from the mean of the first ``columns`` columns to that of the last ones,
    which see no sample. The projections are transmission; a row where an end is not positive stays as it is.
    Rows are independent: any cut will do. Raises ParameterError where there are fewer than 2 x ``columns``.

    Source: Gürsoy et al., J. Synchrotron Rad. 21 (2014) 1188 (``normalize_bg``).

    >>> normalize_air([[[0.5, 0.25, 0.5]]], columns=1)
    array([[[1. , 0.5, 1. ]]], dtype=float32)
    """
    frames = as_frames(projections, "projections")
    check_ends(columns, frames.shape)
    left, right = _line_mean(frames[:, :, :columns]), _line_mean(frames[:, :, frames.shape[2] - columns :])
    out = np.empty(frames.shape, np.float32)
    _divide(frames, np.stack([left, right], axis=-1), out)
    return out


def check_region(region: tuple[int, int, int, int], shape: tuple[int, ...]) -> None:
    """Raise ParameterError where a region is empty or not in frames of ``shape`` (angle, row, column)."""
    row, end_row, column, end_column = region
    if not (0 <= row < end_row <= shape[1] and 0 <= column < end_column <= shape[2]):
        raise ParameterError(
            f"the region {tuple(region)} is not in frames of {tuple(shape[1:])} (rows, columns)",
            remedy="give (first row, end row, first column, end column) within the frame",
        )


def check_ends(columns: int, shape: tuple[int, ...]) -> None:
    """Raise ParameterError where two ends of ``columns`` do not fit into ``shape`` (angle, row, column)."""
    if not 1 <= columns <= shape[2] // 2:
        raise ParameterError(
            f"columns is {columns} for projections of {shape[2]} columns",
            remedy="give a number from 1 to half of the columns",
        )


@numba.njit(cache=True, parallel=True)
def _line_mean(frames: NDArray[Any]) -> NDArray[np.float64]:
    angles, rows, columns = frames.shape
    mean = np.empty((angles, rows))
    for i in numba.prange(angles):
        for row in range(rows):
            total = 0.0
            for column in range(columns):
                total += frames[i, row, column]
            mean[i, row] = total / columns
    return mean


def _mean(frames: NDArray[Any]) -> NDArray[np.float64]:
    lines = _line_mean(frames)
    return np.array([np.mean(frame) for frame in lines], np.float64)


@numba.njit(cache=True, parallel=True, error_model="numpy")
def _divide(frames: NDArray[Any], ends: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    """Divide each row by the straight line from ``ends[..., 0]`` to ``ends[..., 1]``."""
    angles, rows, columns = frames.shape
    for task in numba.prange(angles * rows):
        i, row = task // rows, task % rows
        first, last = ends[i, row]
        if not (first > 0.0 and last > 0.0):
            first, last = 1.0, 1.0
        slope = (last - first) / max(columns - 1, 1)
        for column in range(columns):
            value = np.float32(frames[i, row, column] / (first + slope * column))
            out[i, row, column] = max(-_LARGEST, min(_LARGEST, value))
