"""Repair of single detector lines, shared by the steps that meet bad values."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True)
def fill_line(line: NDArray[np.float32], empty: float) -> None:
    """Interpolate non-finite values of ``line`` (column,) between their finite neighbours, in place.

    Before the first and after the last finite value the nearest one is taken; a line without any becomes
    ``empty``.
    """
    last = -1
    for column in range(line.size):
        if not np.isfinite(line[column]):
            continue
        for gap in range(last + 1, column):
            if last < 0:
                line[gap] = line[column]
            else:
                part = (gap - last) / (column - last)
                line[gap] = line[last] * (1.0 - part) + line[column] * part
        last = column
    for gap in range(last + 1, line.size):
        line[gap] = line[last] if last >= 0 else empty
