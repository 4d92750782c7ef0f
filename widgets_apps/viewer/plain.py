"""HDF5 datasets without compression, read past the library.

`daisy run` writes chunks one after another without a filter (see `daisy_kernel.io.hdf5_write`); a contiguous
dataset is one chunk that is as large as itself. Both are read by `pread` straight from where they lie, several
threads at once. A mapped file would be faster still (5 ms instead of 7 for the slowest plane of
512 x 2048 x 2048 u2), but its pages count as memory of this process, and a file that is cut short while it is
mapped ends the process.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import h5py
import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5Array
from daisy_kernel.io.hdf5_handles import opened
from daisy_kernel.io.hdf5_storage import open_dataset
from daisy_kernel.io.lazy import RegionArray

Box: TypeAlias = tuple[int, int, int]

_BUFFER = 1 << 20  # bytes that are fetched at once at most, unless one row is longer
_WORTH_SKIPPING = 4096  # bytes; shorter gaps are read along rather than another call made
_PROBES = 64  # chunks whose places are asked for where they were allocated at once
_MOST_EXPECTED = 256 << 20  # bytes that are read ahead
_ADVISED = 128 << 10  # bytes of one advice; Linux takes less of a long one than it says
_TOGETHER = 32 << 20  # bytes of planes, one after another, that are read ahead where there are no chunks
_MOST_CHUNKS = 2_000_000  # otherwise all of them are looked at, in 1 to 2 µs each

_pread = types.ExternalFunction("pread", types.int64(types.int32, types.voidptr, types.uint64, types.int64))


@dataclass(frozen=True)
class PlainArray(RegionArray):
    """A dataset of three or fewer axes whose chunks follow each other from ``offset``, without a filter."""

    path: Path
    shape: tuple[int, ...]
    stored: np.dtype[Any]
    chunk: tuple[int, ...]
    offset: int

    @property
    def dtype(self) -> np.dtype[Any]:  # type: ignore[override]  # it follows from the stored one
        """Type of the values, in native byte order."""
        return self.stored.newbyteorder("=")

    @property
    def chunks(self) -> tuple[int, ...] | None:  # type: ignore[override]  # any region costs its own bytes
        """None: a region is not widened to chunks."""
        return None

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Gather a region.

        Errors: DataError where the file is gone or shorter than it was.
        """
        self._gather(start, (1,) * len(start), out)

    def layer(self, axis: int, index: int) -> int:
        """Which of the groups of planes across an axis that lie in the same chunks holds a plane."""
        axis += 3 - len(self.shape)
        shape, chunk = _lifted(self.shape, 1), _lifted(self.chunk, 1)
        return index // (_together(shape, self.stored.itemsize) if axis == 0 and shape == chunk else chunk[axis])

    def expect(self, axis: int, layer: int) -> None:
        """Have the system read a layer into its cache; it goes on by itself. Nothing where that is much for it."""
        axis += 3 - len(self.shape)
        shape, chunk = _lifted(self.shape, 1), _lifted(self.chunk, 1)
        if shape == chunk:
            if axis:
                return
            chunk = (_together(shape, self.stored.itemsize), *shape[1:])
        counts = [-(-n // c) for n, c in zip(shape, chunk, strict=True)]
        size, around = prod(chunk) * self.stored.itemsize, prod(counts[:axis])
        run = prod(counts[axis + 1 :])
        if around * run * size > _MOST_EXPECTED or not hasattr(os, "posix_fadvise"):
            return
        with suppress(OSError):  # who reads it says so
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                for one in range(around):
                    start = self.offset + (one * counts[axis] + layer) * run * size
                    for at in range(start, start + run * size, _ADVISED):
                        os.posix_fadvise(descriptor, at, _ADVISED, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(descriptor)

    def _strided(self, ranges: Sequence[range]) -> NDArray[Any]:
        if ranges[-1].step != 1:
            return super()._strided(ranges)
        out = np.empty([len(axis) for axis in ranges], self.dtype)
        if out.size:
            self._gather(tuple(axis.start for axis in ranges), tuple(axis.step for axis in ranges), out)
        return out

    def _gather(self, start: tuple[int, ...], steps: tuple[int, ...], out: NDArray[Any]) -> None:
        kind = np.dtype(f"u{self.stored.itemsize}")
        target = out.view(kind).reshape(_lifted(out.shape, 1))
        shape, chunk = _lifted(self.shape, 1), _lifted(self.chunk, 1)
        grid = tuple(-(-n // c) for n, c in zip(shape, chunk, strict=True))
        longest = min(chunk[2], target.shape[2]) * kind.itemsize
        buffer = np.empty(max(_BUFFER, longest) // kind.itemsize, kind)
        begin, (step_z, step_y, _) = _lifted(start, 0), _lifted(steps, 1)
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except OSError as error:
            raise DataError(f"{self.path} cannot be read ({error.strerror})", remedy="open it again") from error
        try:
            whole = _gather(descriptor, self.offset, grid, chunk, begin, step_z, step_y, target, buffer)
        finally:
            os.close(descriptor)
        if not whole:
            raise DataError(f"{self.path} has become shorter since it was opened", remedy="open it again")
        if not self.stored.isnative:
            out.byteswap(inplace=True)


def plain(array: Hdf5Array) -> PlainArray | None:
    """The dataset as one that is read past the library; None where it is not stored that way."""
    if not 1 <= len(array.shape) <= 3 or 0 in array.shape:
        return None
    with opened(array.path, array.name) as file:
        dataset = open_dataset(array.path, file, array.name)
        layout = dataset.id.get_create_plist()
        if dataset.is_virtual or dataset.external or layout.get_nfilters():
            return None
        chunk = dataset.chunks or dataset.shape
        offset = _first_chunk(dataset) if dataset.chunks else dataset.id.get_offset()
        if offset is None or dataset.dtype.itemsize not in (1, 2, 4, 8):
            return None
        return PlainArray(array.path, dataset.shape, dataset.dtype, chunk, offset)


def _lifted(lengths: tuple[int, ...], by: int) -> Box:
    first, second, third = (by,) * (3 - len(lengths)) + tuple(lengths)
    return first, second, third


def _together(shape: Box, itemsize: int) -> int:
    """Planes of a dataset without chunks that are read ahead at once."""
    return max(_TOGETHER // (shape[1] * shape[2] * itemsize), 1)


def _first_chunk(dataset: Any) -> int | None:
    """Where the first of chunks without a gap lies; None where they lie otherwise."""
    grid = [-(-n // c) for n, c in zip(dataset.shape, dataset.chunks, strict=True)]
    size, count = prod(dataset.chunks) * dataset.dtype.itemsize, prod(grid)
    if dataset.id.get_storage_size() != count * size or count > _MOST_CHUNKS:
        return None
    firsts: set[int | None] = set()  # where the first chunk must lie, by each of the chunks

    def look(info: Any) -> bool | None:
        number = 0
        for corner, chunk, length in zip(info.chunk_offset, dataset.chunks, grid, strict=True):
            number = number * length + corner // chunk
        firsts.add(None if info.byte_offset is None else info.byte_offset - number * size)
        return True if len(firsts) > 1 else None  # ends the walk

    if _allocated_at_once(dataset):
        for number in np.unique(np.linspace(0, count - 1, _PROBES).astype(np.int64)):
            places = np.unravel_index(int(number), grid)
            corner = tuple(int(p) * c for p, c in zip(places, dataset.chunks, strict=True))
            look(dataset.id.get_chunk_info_by_coord(corner))
    else:
        dataset.id.chunk_iter(look)
    return firsts.pop() if len(firsts) == 1 else None


def _allocated_at_once(dataset: Any) -> bool:
    """Whether the library gave all chunks their places in one go, in order: then a gap shifts all that follow."""
    early = dataset.id.get_create_plist().get_alloc_time() == h5py.h5d.ALLOC_TIME_EARLY
    return bool(early and dataset.maxshape == dataset.shape)


@njit(cache=True, nogil=True)
def _gather(
    descriptor: int,
    offset: int,
    grid: Box,
    chunk: Box,
    begin: Box,
    step_z: int,
    step_y: int,
    out: NDArray[Any],
    buffer: NDArray[Any],
) -> bool:
    """Fill ``out`` (z, y, x) from ``begin``, every so many planes and rows; False where the file is too short."""
    nz, ny, nx = out.shape
    cz, cy, cx = chunk
    z = 0
    while z < nz:
        gz, iz = divmod(begin[0] + z * step_z, cz)
        dz = min(-(-(cz - iz) // step_z), nz - z)
        y = 0
        while y < ny:
            gy, iy = divmod(begin[1] + y * step_y, cy)
            dy = min(-(-(cy - iy) // step_y), ny - y)
            x = 0
            while x < nx:
                gx, ix = divmod(begin[2] + x, cx)
                dx = min(cx - ix, nx - x)
                number = (gz * grid[1] + gy) * grid[2] + gx
                first = number * cz * cy * cx + (iz * cy + iy) * cx + ix
                part = out[z : z + dz, y : y + dy, x : x + dx]
                if not _fetch(descriptor, offset, first, step_z * cy * cx, step_y * cx, part, buffer):
                    return False
                x += dx
            y += dy
        z += dz
    return True


@njit(cache=True, nogil=True)
def _fetch(
    descriptor: int, offset: int, first: int, deep: int, wide: int, part: NDArray[Any], buffer: NDArray[Any]
) -> bool:
    """A box of one chunk, with as few calls as is sensible: at once, plane by plane, or row by row."""
    nz, ny, nx = part.shape
    item = buffer.itemsize
    worth = _WORTH_SKIPPING // item
    span = (ny - 1) * wide + nx
    rows, planes = ny, nz  # of one call
    if wide - nx > worth or span > buffer.size:
        rows, planes, span = 1, 1, nx
    elif deep - span > worth or (nz - 1) * deep + span > buffer.size:
        planes = 1
    else:
        span += (nz - 1) * deep
    for z in range(0, nz, planes):
        for y in range(0, ny, rows):
            at = offset + (first + z * deep + y * wide) * item
            if _pread(descriptor, buffer.ctypes, span * item, at) != span * item:
                return False
            for i in range(planes):
                for j in range(rows):
                    row = i * deep + j * wide
                    for k in range(nx):
                        part[z + i, y + j, k] = buffer[row + k]
    return True
