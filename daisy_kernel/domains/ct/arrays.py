"""What the numerics accept as an array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.errors import DataError


def as_frames(frames: ArrayLike, name: str) -> NDArray[Any]:
    """Return ``frames`` with dims (angle or frame, row, column) in a real type that numba knows.

    Raises DataError where there are not three dims or the values are not real numbers.
    """
    array = np.asarray(frames)
    if array.ndim != 3:
        raise DataError(
            f"{name} have the shape {array.shape}", remedy="give an array of three dims (frame, row, column)"
        )
    if array.dtype.kind not in "buif":
        raise DataError(f"{name} are of type {array.dtype}", remedy="give real numbers")
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        return array.astype(np.float32)
    return array.astype(array.dtype.newbyteorder("="), copy=False)
