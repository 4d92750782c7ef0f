"""Sorting, running median and sorting back of one sinogram, column by column."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Float32: TypeAlias = NDArray[np.float32]
Index: TypeAlias = NDArray[np.int64]

_TILE = 16  # columns moved together: one cache line of float32
_LANES = 32  # ranks whose windows advance together, two vectors of AVX-512


def sort_columns(sinogram: Float32) -> tuple[Float32, Index]:
    """Sort each column of a sinogram (angle, column) over the angles.

    Returns sorted values (column, rank) and the angle that each came from (column, rank).
    """
    columns = np.empty(sinogram.shape[::-1], np.float32)
    _transpose(sinogram, columns)
    order = _argsort(columns)
    _gather(columns, order)
    return columns, order


def unsort_columns(values: Float32, order: Index, sinogram: Float32) -> None:
    """Put values (column, rank) back to the angles they came from, into a sinogram (angle, column)."""
    _scatter(values, order, sinogram)


def smooth(values: Float32, size: int, dim: int) -> Float32:
    """Median of sorted values (column, rank) over `size` columns, for dim 2 over `size` ranks too."""
    if dim == 2:
        smoothed: Float32 = ndimage.median_filter(values, size)
        return smoothed
    # "symmetric" is ndimage's "reflect": the edge value is repeated.
    order = np.pad(np.arange(len(values)), (size // 2, size - 1 - size // 2), mode="symmetric")
    result = np.empty_like(values)
    _running_median(values, order, size, result)
    return result


def _argsort(columns: Float32) -> Index:
    """Order of each column. NumPy's default order of equal values is what the reference uses."""
    threads = numba.get_num_threads()
    order = np.empty(columns.shape, np.int64)
    bounds = np.linspace(0, len(columns), threads + 1).astype(int)

    def work(part: int) -> None:
        cut = slice(bounds[part], bounds[part + 1])
        order[cut] = np.argsort(columns[cut], axis=1)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return order


@numba.njit(cache=True, parallel=True)
def _transpose(sinogram: Float32, columns: Float32) -> None:
    angles, width = sinogram.shape
    for tile in numba.prange((width + _TILE - 1) // _TILE):
        first = tile * _TILE
        for angle in range(angles):
            for column in range(first, min(first + _TILE, width)):
                columns[column, angle] = sinogram[angle, column]


@numba.njit(cache=True, parallel=True)
def _gather(columns: Float32, order: Index) -> None:
    width, angles = columns.shape
    for column in numba.prange(width):
        unsorted = columns[column].copy()
        for rank in range(angles):
            columns[column, rank] = unsorted[order[column, rank]]


@numba.njit(cache=True, parallel=True)
def _scatter(values: Float32, order: Index, sinogram: Float32) -> None:
    angles, width = sinogram.shape
    for tile in numba.prange((width + _TILE - 1) // _TILE):
        first = tile * _TILE
        count = min(_TILE, width - first)
        unsorted = np.empty((angles, _TILE), np.float32)
        for column in range(count):
            for rank in range(angles):
                unsorted[order[first + column, rank], column] = values[first + column, rank]
        for angle in range(angles):
            for column in range(count):
                sinogram[angle, first + column] = unsorted[angle, column]


@numba.njit(cache=True, parallel=True)
def _running_median(values: Float32, order: Index, size: int, result: Float32) -> None:
    """Median of `size` neighbours over the columns; `order` lists the columns with reflected edges.

    The window of each rank is kept sorted: one pass leaves out the oldest value and lets the newest
    sink in, without a branch, so that neighbouring ranks advance together in one vector.
    """
    width, ranks = values.shape
    for block in numba.prange((ranks + _LANES - 1) // _LANES):
        first = block * _LANES
        count = min(_LANES, ranks - first)
        window = np.full((size + 1, _LANES), np.float32(np.inf))
        old = np.full(_LANES, np.float32(np.inf))
        new = np.zeros(_LANES, np.float32)
        for step in range(width + size - 1):
            if step >= size:
                old[:count] = values[order[step - size], first : first + count]
            new[:count] = values[order[step], first : first + count]
            for i in range(size):
                for lane in range(_LANES):
                    kept = window[i, lane] if window[i, lane] < old[lane] else window[i + 1, lane]
                    window[i, lane] = kept if kept < new[lane] else new[lane]
                    new[lane] = new[lane] if kept < new[lane] else kept
            if step >= size - 1:
                result[step - size + 1, first : first + count] = window[size // 2, :count]
