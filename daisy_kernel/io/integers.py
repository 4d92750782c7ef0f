"""Values stored as integers: 0 and the largest integer stand for the two limits of a range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_integers(values: NDArray[Any], low: float, high: float, dtype: str) -> NDArray[Any]:
    """Rescale values so that `low` becomes 0 and `high` the largest integer; rounded, clipped beyond.

    Any shape; `dtype` is an unsigned integer up to 16 bits. Where `low` equals `high`, all becomes 0.

    >>> to_integers(np.array([-1.0, 0.0, 0.5, 2.0, 9.0], np.float32), 0.0, 2.0, "uint8").tolist()
    [0, 0, 64, 255, 255]
    """
    top = np.iinfo(dtype).max
    scaled = np.subtract(values, low, dtype=np.float32)
    scaled *= np.float32(top / (high - low) if high > low else 0.0)
    np.clip(np.rint(scaled, out=scaled), 0, top, out=scaled)
    return np.asarray(scaled.astype(dtype))


def from_integers(values: NDArray[Any], low: float, high: float) -> NDArray[np.float32]:
    """Return the values that `to_integers` had, to half a step.

    >>> from_integers(np.array([0, 255], np.uint8), -1.0, 1.0).tolist()
    [-1.0, 1.0]
    """
    return np.asarray(values * step(low, high, values.dtype) + low, np.float32)


def step(low: float, high: float, dtype: Any) -> float:
    """Return the difference of the values of two neighbouring integers.

    >>> step(0.0, 510.0, "uint8")
    2.0
    """
    return (high - low) / float(np.iinfo(dtype).max)
