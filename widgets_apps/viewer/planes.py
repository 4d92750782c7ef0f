"""Planes: parts of one slice of a source, read with as little as the way it is stored allows."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from widgets_apps.viewer.plain import PlainArray
from widgets_apps.viewer.scaling import mean_type, numeric, rows_for, to_bytes, to_mean
from widgets_apps.viewer.source import Source
from widgets_apps.viewer.stored import leaves_rows_out

_CACHE = 128 << 20  # bytes of pieces that are kept for the next slices of a page
_PIECE = _CACHE // 4  # so that the three planes of linked views stay
_BAND = 16 << 20  # bytes of a plane that are handled at once
_THREADS = 4
_STEP = 10  # slices from one that was looked at to the next, at most, for the direction to be known
# Pixels a plane may have before some of its rows stand for all, where an array can leave rows out: across the last
# axis each pixel costs a call or a cache line of its own.
_MOST_PIXELS, _MOST_ACROSS_LAST = 1 << 23, 1 << 21


class Region(NamedTuple):
    """Rows and columns of a plane, the last ones excluded."""

    r0: int
    r1: int
    c0: int
    c1: int


@dataclass(frozen=True)
class Plane:
    """A slice across ``axis`` of a source: the other axes in order are its rows and columns."""

    source: Source
    axis: int
    index: int

    def __post_init__(self) -> None:
        shape, axis, index = self.source.shape, self.axis, self.index
        axes = len(shape) if len(shape) == 3 else 1
        if not 0 <= axis < axes:
            raise DataError(f"axis={axis} is none of {self.source.name}", remedy=f"give 0 to {axes - 1}")
        depth = shape[axis] if len(shape) == 3 else 1
        if not 0 <= index < depth:
            dim = self.source.dims[axis] if len(shape) == 3 else "index"
            raise DataError(f"{dim}={index} is outside of {self.source.name}", remedy=f"give 0 to {depth - 1}")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = (self.source.shape[axis] for axis in self.axes)
        return rows, columns

    @property
    def axes(self) -> tuple[int, int]:
        """The axes of the source that rows and columns lie along."""
        if len(self.source.shape) == 2:
            return 0, 1
        rows, columns = (axis for axis in range(3) if axis != self.axis)
        return rows, columns

    @property
    def whole(self) -> Region:
        """All of it."""
        return Region(0, self.shape[0], 0, self.shape[1])

    def region(self, given: tuple[int, int, int, int]) -> Region:
        """Check a region.

        Errors: DataError where it is empty or reaches beyond the plane.
        """
        region, (rows, columns) = Region(*given), self.shape
        if not (0 <= region.r0 < region.r1 <= rows and 0 <= region.c0 < region.c1 <= columns):
            raise DataError(
                f"region={list(given)} is empty or outside", remedy=f"give rows 0 to {rows} and columns 0 to {columns}"
            )
        return region


class _Piece(NamedTuple):
    """A box of a source that is kept: where it begins, and its values."""

    start: tuple[int, ...]
    values: NDArray[Any]

    def part(self, box: tuple[slice, ...]) -> NDArray[Any] | None:
        """The values of a box inside; None where it is not."""
        key = []
        for begin, wanted, length in zip(self.start, box, self.values.shape, strict=True):
            if wanted.start < begin or wanted.stop > begin + length:
                return None
            key.append(slice(wanted.start - begin, wanted.stop - begin))
        return self.values[tuple(key)]


class Planes:
    """Reads planes for one page; keeps the last pieces of arrays whose chunks are read as a whole.

    A smaller picture is the mean over each pixel's area. Of planes of more than 8 million pixels (2 million across
    the last axis) that are stored plainly, rows at regular distances stand for the others, at least one a pixel.
    """

    def __init__(self) -> None:
        self._threads = min(_THREADS, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="planes")
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._seen: dict[tuple[str, int], int] = {}
        self._expected: set[tuple[str, int, int, int]] = set()
        self._pieces: OrderedDict[tuple[Any, ...], _Piece] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, plane: Plane, region: Region) -> NDArray[Any]:
        """The stored values of a region, in a type that NumPy and compiled functions take."""
        plane.source.check()
        return self._read(plane, range(region.r0, region.r1), range(region.c0, region.c1))

    def bands(self, plane: Plane, region: Region) -> Iterator[tuple[int, NDArray[Any]]]:
        """The region in bands of rows of bounded size, each with its first row."""
        plane.source.check()
        step = max(_band(plane.source) // ((region.c1 - region.c0) * plane.source.dtype.itemsize), 1)
        for first in range(region.r0, region.r1, step):
            rows = range(first, min(first + step, region.r1))
            yield first, self._read(plane, rows, range(region.c0, region.c1))

    def means(self, plane: Plane, region: Region, size: tuple[int, int]) -> NDArray[Any]:
        """The region in at most ``size`` pixels, each the mean over its area."""
        shape = _fitted(region, size)
        out = np.empty(shape, mean_type(plane.source.dtype))
        self._by_bands(plane, region, shape, lambda first, values: _put(out, first, values))
        return out

    def windowed(
        self, plane: Plane, region: Region, size: tuple[int, int], low: float, high: float
    ) -> NDArray[np.uint8]:
        """As `means`, with stored values from `low` to `high` as 0 to 255."""
        self._expect(plane)
        shape = _fitted(region, size)
        out = np.empty(shape, np.uint8)
        self._by_bands(
            plane, region, shape, lambda first, values: to_bytes(values, low, high, out[first : first + len(values)])
        )
        return out

    def forget(self, source: str) -> None:
        """Let go of what is kept of a source."""
        with self._lock:
            for key in [key for key in self._pieces if key[0] == source]:
                del self._pieces[key]
            self._expected = {key for key in self._expected if key[0] != source}

    def clear(self) -> None:
        """Let go of everything that is kept; what is being read ends first."""
        with self._lock:
            self._pieces.clear()
            self._expected.clear()

    def _expect(self, plane: Plane) -> None:
        """While someone goes from slice to slice, have the next chunks read from the disk."""
        source, axis, index = plane.source, plane.axis, plane.index
        before, self._seen[source.id, axis] = self._seen.get((source.id, axis), index), index
        if not isinstance(source.array, PlainArray) or not 0 < abs(index - before) <= _STEP:
            return
        last = source.array.layer(axis, source.shape[axis] - 1)
        layer = source.array.layer(axis, index) + (1 if index > before else -1)
        key = (source.id, source.version, axis, layer)
        if 0 <= layer <= last and key not in self._expected:
            self._expected.add(key)
            self._ahead.submit(source.array.expect, axis, layer)

    def _by_bands(
        self, plane: Plane, region: Region, shape: tuple[int, int], use: Callable[[int, NDArray[Any]], None]
    ) -> None:
        """Hand the rows of the smaller picture to ``use``, several bands at once."""
        plane.source.check()
        rows, columns = _sampled(plane, region, shape)
        height, size = shape[0], len(rows) * len(columns) * plane.source.dtype.itemsize
        least = 1 if plane.source.chunks else self._threads
        count = min(max(-(-size // _band(plane.source)), least), height)
        edges = np.linspace(0, height, count + 1).astype(int).tolist()

        def one(first: int, last: int) -> None:
            begin, end = rows_for(first, last, len(rows), height)
            pixels = self._read(plane, rows[begin:end], columns)
            if pixels.shape == (last - first, shape[1]):
                use(first, pixels)
                return
            out = np.empty((last - first, shape[1]), mean_type(pixels.dtype))
            to_mean(pixels, out, begin=begin, rows=len(rows), first=first, height=height)
            use(first, out)

        list(self._pool.map(one, edges[:-1], edges[1:]))

    def _read(self, plane: Plane, rows: range, columns: range) -> NDArray[Any]:
        source, (down, right) = plane.source, plane.axes
        box = [slice(plane.index, plane.index + 1)] * len(source.shape)
        for axis, chosen in ((down, rows), (right, columns)):
            box[axis] = slice(chosen.start, chosen.stop, chosen.step)
        values = self._kept(source, tuple(box), plane.axis) if source.chunks else source.array[tuple(box)]
        return numeric(np.asarray(values).reshape(len(rows), len(columns)))

    def _kept(self, source: Source, box: tuple[slice, ...], axis: int) -> NDArray[Any]:
        """A box from what is kept, or read along with what else its chunks hold."""
        with self._lock:
            for key, piece in reversed(self._pieces.items()):
                if key[:2] == (source.id, source.version) and (found := piece.part(box)) is not None:
                    self._pieces.move_to_end(key)
                    return found
            wider = _widened(source, box, axis)
            lengths = [part.stop - part.start for part in wider]
            room = _CACHE - prod(lengths) * source.dtype.itemsize
            while self._pieces and sum(piece.values.nbytes for piece in self._pieces.values()) > room:
                self._pieces.popitem(last=False)
            piece = _Piece(tuple(part.start for part in wider), np.asarray(source.array[wider]))
            if room >= 0:
                self._pieces[(source.id, source.version, piece.start, *lengths)] = piece
        found = piece.part(box)
        assert found is not None
        return found


def _widened(source: Source, box: tuple[slice, ...], axis: int) -> tuple[slice, ...]:
    """The box with the rest of its chunks, as far as that is of the size of a piece.

    Rows and columns come first, then as many neighbouring slices as fit, so that the next slice is there.
    """
    item, wider = source.dtype.itemsize, list(box)
    across = axis if len(box) == 3 else -1
    for at in [n for n in range(len(box)) if n != across] + ([across] if across >= 0 else []):
        chunk, length = (source.chunks or source.shape)[at], source.shape[at]
        one = item * prod(part.stop - part.start for n, part in enumerate(wider) if n != at)
        begin = box[at].start // chunk * chunk
        end = min(-(-box[at].stop // chunk) * chunk, length)
        if at == across and (end - begin) * one > _PIECE:
            width = max(_PIECE // one, 1)
            begin += (box[at].start - begin) // width * width
            end = min(begin + width, end)
        if (end - begin) * one <= _PIECE:
            wider[at] = slice(begin, end)
    return tuple(wider)


def _sampled(plane: Plane, region: Region, shape: tuple[int, int]) -> tuple[range, range]:
    """Rows and columns that are read for a smaller picture: all, or of a very large plane at least one a pixel."""
    rows, columns = range(region.r0, region.r1), range(region.c0, region.c1)
    if not leaves_rows_out(plane.source.array):
        return rows, columns
    across_last = plane.axes[1] != len(plane.source.shape) - 1
    most = _MOST_ACROSS_LAST if across_last else _MOST_PIXELS
    step = min(-(-len(rows) * len(columns) // most), len(rows) // shape[0])
    rows = rows[step // 2 :: step]
    if across_last:
        step = min(-(-len(rows) * len(columns) // most), len(columns) // shape[1])
        columns = columns[step // 2 :: step]
    return rows, columns


def _band(source: Source) -> int:
    """Bytes of a band; where a piece may be kept, all that fits in it, so that any region is found there."""
    return _PIECE if source.chunks else _BAND


def _fitted(region: Region, size: tuple[int, int]) -> tuple[int, int]:
    rows, columns = region.r1 - region.r0, region.c1 - region.c0
    return max(1, min(rows, size[0])), max(1, min(columns, size[1]))


def _put(out: NDArray[Any], first: int, values: NDArray[Any]) -> None:
    out[first : first + len(values)] = values
