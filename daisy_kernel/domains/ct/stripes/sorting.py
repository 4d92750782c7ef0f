"""Sorting, running median and sorting back of one sinogram, column by column."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

Float32: TypeAlias = NDArray[np.float32]
Index: TypeAlias = NDArray[np.int32]

_TILE = 16  # columns moved together: one cache line of float32
_BATCH = 32  # columns that NumPy sorts in one call: what it returns stays in the cache
_LANES = 32  # ranks whose windows advance together, two vectors of AVX-512


class ColumnSorter:
    """Work space for sinograms of one shape, so that a row after the first asks the system for no memory.

    `values` (column, rank) are the sorted ones, `order` (column, rank) the angle that each came from.
    """

    def __init__(self, angles: int, columns: int) -> None:
        self.values: Float32 = np.empty((columns, angles), np.float32)
        self.order: Index = np.empty((columns, angles), np.int32)
        self._smoothed: Float32 = np.empty((0, 0), np.float32)
        self._threads = numba.get_num_threads()

    def sort(self, sinogram: Float32) -> None:
        """Sort each column of a sinogram (angle, column) over the angles."""
        _transpose(sinogram, self.values)
        starts = range(0, len(self.values), _BATCH)
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(self._argsort, starts))
        _gather(self.values, self.order)

    def smooth(self, size: int, dim: int) -> Float32:
        """Median of the sorted values over `size` columns, for dim 2 over `size` ranks too, (column, rank)."""
        if dim == 2:
            from scipy import ndimage  # on use: the start of every run would pay for it

            smoothed: Float32 = ndimage.median_filter(self.values, size)
            return smoothed
        if not self._smoothed.size:
            self._smoothed = np.empty_like(self.values)
        # "symmetric" is ndimage's "reflect": the edge value is repeated.
        order = np.pad(np.arange(len(self.values)), (size // 2, size - 1 - size // 2), mode="symmetric")
        _running_median(self.values, order, size, self._smoothed)
        return self._smoothed

    def unsort(self, values: Float32, sinogram: Float32) -> None:
        """Put values (column, rank) back to the angles they came from, into a sinogram (angle, column)."""
        _scatter(values, self.order, sinogram)

    def _argsort(self, first: int) -> None:
        """Order of some columns. NumPy's default order of equal values is what the reference uses."""
        batch = slice(first, first + _BATCH)
        self.order[batch] = np.argsort(self.values[batch], axis=1)


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
def _running_median(values: Float32, order: NDArray[np.int64], size: int, result: Float32) -> None:
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
