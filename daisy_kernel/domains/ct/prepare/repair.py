"""Repair of values that are not finite."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.prepare._lines import fill_line
from daisy_kernel.errors import DataError


def repair_nonfinite(array: ArrayLike, *, limit: float = 0.01) -> tuple[NDArray[Any], int]:
    """Return ``array`` with NaN and inf replaced, and how many there were.

    The last axis is the column: a bad value is interpolated between the finite ones of its row, the nearest
    is taken at the ends, and a row without any becomes 0. Nothing is copied where nothing is bad. Raises
    DataError where more than the share ``limit`` of the array is bad.

    >>> repair_nonfinite(np.array([[1.0, np.nan, 3.0]]), limit=0.5)
    (array([[1., 2., 3.]]), 1)
    """
    values = np.asarray(array)
    if values.dtype.kind in "biu":
        return values, 0
    if values.dtype.itemsize not in (4, 8):
        values = values.astype(np.float32)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    lines = values.reshape((1,) * (3 - values.ndim) + values.shape)
    bad = _count(lines)
    count = int(bad.sum())
    if not count:
        return values, 0
    if count > limit * values.size:
        raise DataError(
            f"{count} of {values.size} values ({count / values.size:.1%}) are not finite",
            remedy=f"at most {limit:.1%} can be repaired; look at the scan",
        )
    repaired = values.copy()
    view = repaired.reshape(lines.shape)
    for i, j in np.argwhere(bad):
        fill_line(view[i, j], 0.0)
    return repaired, count


@numba.njit(cache=True, parallel=True)
def _count(lines: NDArray[Any]) -> NDArray[np.int64]:
    """Count the values of each line (frame, row) that are not finite."""
    frames, rows, columns = lines.shape
    bad = np.zeros((frames, rows), np.int64)
    for task in numba.prange(frames * rows):
        i, j = task // rows, task % rows
        total = 0
        for column in range(columns):
            total += not np.isfinite(lines[i, j, column])
        bad[i, j] = total
    return bad
