"""Binning of detector pixels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.arrays import as_frames
from daisy_kernel.errors import DataError, ParameterError


def bin_projections(projections: ArrayLike, factor_rows: int, factor_columns: int) -> NDArray[np.float32]:
    """Return the means of ``factor_rows`` x ``factor_columns`` pixels of ``projections``, float32.

    ``projections`` are (angle, row, column) of any real type. Raises ParameterError for a factor below 1, and
    DataError where rows or columns are no multiple of their factor.

    >>> bin_projections(np.arange(8).reshape(1, 2, 4), 2, 2)
    array([[[2.5, 4.5]]], dtype=float32)
    """
    if factor_rows < 1 or factor_columns < 1:
        raise ParameterError(
            f"the binning factors are {factor_rows} and {factor_columns}", remedy="give factors of 1 or more"
        )
    frames = as_frames(projections, "projections")
    angles, rows, columns = frames.shape
    if rows % factor_rows or columns % factor_columns:
        raise DataError(
            f"{rows} rows and {columns} columns cannot be binned by {factor_rows} and {factor_columns}",
            remedy=f"crop to {rows - rows % factor_rows} rows, {columns - columns % factor_columns} columns",
        )
    out = np.empty((angles, rows // factor_rows, columns // factor_columns), np.float32)
    _mean(frames, factor_rows, factor_columns, out)
    return out


@numba.njit(cache=True, parallel=True)
def _mean(frames: NDArray[Any], factor_rows: int, factor_columns: int, out: NDArray[np.float32]) -> None:
    angles, rows, columns = out.shape
    for task in numba.prange(angles * rows):
        i, row = task // rows, task % rows
        line = np.zeros(frames.shape[2])
        for k in range(factor_rows):
            line += frames[i, row * factor_rows + k]
        for column in range(columns):
            total = 0.0
            for k in range(factor_columns):
                total += line[column * factor_columns + k]
            out[i, row, column] = total / (factor_rows * factor_columns)
