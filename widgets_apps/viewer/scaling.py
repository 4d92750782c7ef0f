"""Scaling: many pixels to few by the mean over each one's area, and values to 8 bits."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_LARGEST = float(np.finfo(np.float64).max)


def rows_for(first: int, last: int, rows: int, height: int) -> tuple[int, int]:
    """Source rows that output rows ``first`` to ``last`` of `height` are made of, where there are `rows`.

    >>> rows_for(1, 2, 10, 4)
    (2, 5)
    """
    return floor(first * rows / height), min(ceil(last * rows / height), rows)


def to_mean(
    pixels: NDArray[Any], out: NDArray[Any], *, begin: int = 0, rows: int = 0, first: int = 0, height: int = 0
) -> None:
    """Fill ``out`` with means of ``pixels``, each weighted by the area it has in the larger pixel.

    Of a picture of `rows` rows that becomes one of `height` rows (default: the arrays' own), ``pixels`` begins
    at row `begin` and ``out`` at `first`. A value that is not finite makes its mean not finite.

    >>> out = np.empty((1, 2), np.float32)
    >>> to_mean(np.array([[1, 2, 6], [1, 2, 6]]), out)
    >>> out.tolist()
    [[1.3333333730697632, 4.666666507720947]]
    """
    rows, height = rows or len(pixels), height or len(out)
    columns = _weights(pixels.shape[1], out.shape[1])
    sums = np.empty(pixels.shape[1], out.dtype)
    _reduce(numeric(pixels), begin, rows, first, height, *columns, sums, out)


def to_bytes(values: NDArray[Any], low: float, high: float, out: NDArray[np.uint8]) -> None:
    """Window: 0 at `low` and below (and for NaN), 255 at `high` and above; where they are equal, 255 above.

    >>> out = np.empty((1, 4), np.uint8)
    >>> to_bytes(np.array([[-1.0, 0.5, 2.0, np.nan]]), 0.0, 1.0, out)
    >>> out.tolist()
    [[0, 128, 255, 0]]
    """
    _window(numeric(values), float(low), float(high), out)


def mean_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Type that means of such values keep their digits in.

    >>> mean_type(np.dtype("u2")).name, mean_type(np.dtype("i4")).name
    ('float32', 'float64')
    """
    exact = dtype.itemsize <= 2 or dtype == np.dtype("f4")
    return np.dtype("f4" if exact else "f8")


def numeric(pixels: NDArray[Any]) -> NDArray[Any]:
    """The same values in a type and byte order that compiled functions take."""
    if pixels.dtype.kind == "b":
        return pixels.view(np.uint8)
    if pixels.dtype.kind == "f" and pixels.dtype.itemsize == 2:  # in either byte order
        return pixels.astype(np.float32)
    if pixels.dtype.kind == "f" and pixels.dtype.itemsize > 8:
        return pixels.astype(np.float64)
    return pixels if pixels.dtype.isnative else pixels.astype(pixels.dtype.newbyteorder("="))


def _weights(many: int, few: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """For each of few pixels, the first of the many it covers, and the weight of each of them."""
    edges = np.arange(few + 1) * (many / few)
    first = np.minimum(np.floor(edges[:-1]).astype(np.int64), many - 1)
    across = ceil(many / few) + 1
    covered = first[:, None] + np.arange(across)
    shared = np.minimum(covered + 1, edges[1:, None]) - np.maximum(covered, edges[:-1, None])
    shared = np.where(covered < many, np.maximum(shared, 0), 0)
    shared[shared < 1e-9 * many] = 0  # rounding at an edge must not drag a neighbour in
    return first, (shared / shared.sum(axis=1, keepdims=True)).astype(np.float32)


@njit(cache=True, nogil=True)
def _reduce(
    pixels: NDArray[Any],
    begin: int,
    rows: int,
    first: int,
    height: int,
    starts: NDArray[np.int64],
    weights: NDArray[np.float32],
    sums: NDArray[Any],
    out: NDArray[Any],
) -> None:
    """Rows first, since neighbours in memory are then treated alike, several by one instruction."""
    step = rows / height
    for i in range(out.shape[0]):
        low, high = (first + i) * step, min((first + i + 1) * step, float(rows))
        started = False
        for row in range(int(low), rows):
            share = min(high, row + 1.0) - max(low, float(row))
            if share <= 1e-9 * rows:
                if row >= high:
                    break
                continue
            weight = sums.dtype.type(share / step)
            source = pixels[row - begin]
            if started:
                for k in range(sums.size):
                    sums[k] += weight * sums.dtype.type(source[k])
            else:
                for k in range(sums.size):
                    sums[k] = weight * sums.dtype.type(source[k])
                started = True
        for j in range(out.shape[1]):
            total = out.dtype.type(0)
            for k in range(weights.shape[1]):
                if weights[j, k] > 0:
                    total += out.dtype.type(weights[j, k]) * sums[starts[j] + k]
            out[i, j] = total


@njit(cache=True, nogil=True)
def _window(values: NDArray[Any], low: float, high: float, out: NDArray[np.uint8]) -> None:
    half = 1.0 if np.isfinite(high - low) else 0.5
    width = high * half - low * half
    scale = min(255.0 / width, _LARGEST) if width > 0 else 0.0
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            value = float(values[i, j])
            if value >= high and value > low:
                out[i, j] = 255
            elif value > low:
                out[i, j] = np.uint8((value * half - low * half) * scale + 0.5)
            else:
                out[i, j] = 0
