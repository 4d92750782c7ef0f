"""Arrays that stay on disk: what a lazy array is, and views that need no copy of the whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.errors import DataError

if TYPE_CHECKING:
    import xarray


class LazyArray(Protocol):
    """An array whose regions are read when they are asked for; picklable, safe in threads."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the values, in native byte order."""

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Shape of the pieces that are read as a whole; None where any region costs only its own bytes."""

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[Any]:
        """Read one region; a missing trailing slice means the whole axis."""


class RegionArray(ABC):
    """Base of lazy arrays: slices become regions, and a region is read straight into its result."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None

    @abstractmethod
    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Fill ``out`` (C-contiguous, native dtype) with the region of its shape that begins at ``start``."""

    def held(self) -> AbstractContextManager[object]:
        """Keep open what reading needs, for several reads in a row."""
        return nullcontext()

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[Any]:
        """Read one region: slices with a positive step, one for each axis or fewer."""
        ranges = _ranges(key, self.shape)
        if any(axis.step != 1 for axis in ranges):
            return self._strided(ranges)
        out = np.empty([len(axis) for axis in ranges], self.dtype)
        if out.size:
            self.read_into(tuple(axis.start for axis in ranges), out)
        return out

    def _strided(self, ranges: Sequence[range]) -> NDArray[Any]:
        # Frame by frame, so that "every tenth frame" neither reads nor holds the other nine.
        out = np.empty([len(axis) for axis in ranges], self.dtype)
        if not out.size:
            return out
        start = tuple(axis.start for axis in ranges[1:])
        cover = np.empty([1, *(axis[-1] + 1 - axis.start for axis in ranges[1:])], self.dtype)
        thin: tuple[int | slice, ...] = (0, *(slice(None, None, axis.step) for axis in ranges[1:]))
        with self.held():
            for position, index in enumerate(ranges[0]):
                self.read_into((index, *start), cover)
                out[position] = cover[thin]
        return out


@dataclass(frozen=True, eq=False)
class FrameSelection(RegionArray):
    """Some frames (axis 0) of another array, in any order; neighbours are read in one piece."""

    base: RegionArray
    indices: NDArray[np.int64]
    shape: tuple[int, ...] = field(init=False)
    dtype: np.dtype[Any] = field(init=False)
    chunks: tuple[int, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", (len(self.indices), *self.base.shape[1:]))
        object.__setattr__(self, "dtype", self.base.dtype)
        object.__setattr__(self, "chunks", self.base.chunks)

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Read each run of neighbouring frames straight into its place."""
        chosen = self.indices[start[0] : start[0] + len(out)]
        with self.held():
            for first, last in _runs(chosen):
                self.base.read_into((int(chosen[first]), *start[1:]), out[first:last])

    def held(self) -> AbstractContextManager[object]:
        """Keep open what the other array needs."""
        return self.base.held()


@dataclass(frozen=True, eq=False)
class Transposed(RegionArray):
    """Another array with its axes in another order, as ``numpy.transpose``."""

    base: RegionArray
    axes: tuple[int, ...]
    shape: tuple[int, ...] = field(init=False)
    dtype: np.dtype[Any] = field(init=False)
    chunks: tuple[int, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        chunks = self.base.chunks
        object.__setattr__(self, "shape", tuple(self.base.shape[axis] for axis in self.axes))
        object.__setattr__(self, "dtype", self.base.dtype)
        object.__setattr__(self, "chunks", chunks and tuple(chunks[axis] for axis in self.axes))

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Read the region in the order of the file and copy it over."""
        inverse = np.argsort(self.axes)
        stored = np.empty([out.shape[axis] for axis in inverse], self.dtype)
        self.base.read_into(tuple(start[axis] for axis in inverse), stored)
        out[...] = stored.transpose(self.axes)

    def held(self) -> AbstractContextManager[object]:
        """Keep open what the other array needs."""
        return self.base.held()


def select_frames(base: RegionArray, indices: ArrayLike) -> RegionArray:
    """Frames of ``base`` by their indices along axis 0, as ``base[indices]`` would be in NumPy.

    Errors: DataError where an index lies outside the array.
    """
    chosen = np.asarray(indices, dtype=np.int64).ravel()
    outside = chosen[(chosen < 0) | (chosen >= base.shape[0])]
    if outside.size:
        raise DataError(
            f"frame {outside[0]} was asked for, but there are {base.shape[0]} frames",
            remedy="give indices from 0 to the number of frames less one",
        )
    if np.array_equal(chosen, np.arange(base.shape[0])):
        return base
    return FrameSelection(base, chosen)


def to_dataarray(
    lazy: LazyArray,
    dims: Sequence[str],
    *,
    name: str | None = None,
    units: str | None = None,
    coords: Mapping[Hashable, Any] | None = None,
    attrs: Mapping[str, Any] | None = None,
) -> xarray.DataArray:
    """Wrap a lazy array as an ``xarray.DataArray`` that reads only the region which is asked for.

    dims: a name for each axis. units: kept as ``attrs["units"]``. The chunks of the file are in
    ``encoding["preferred_chunks"]``. Selecting stays lazy; ``.values`` and ``.load()`` read.
    """
    from daisy_kernel.io._xarray_backend import wrap  # xarray alone takes 0.4 s to import

    notes = dict(attrs or {})
    if units is not None:
        notes["units"] = units
    return wrap(lazy, tuple(dims), name=name, coords=dict(coords or {}), attrs=notes)


def _ranges(key: slice | tuple[slice, ...], shape: tuple[int, ...]) -> list[range]:
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) > len(shape):
        raise DataError(f"{len(parts)} slices for {len(shape)} axes", remedy="give one slice for each axis")
    parts += (slice(None),) * (len(shape) - len(parts))
    ranges = [range(length)[part] for part, length in zip(parts, shape, strict=True)]
    if any(axis.step < 1 for axis in ranges):
        raise DataError(f"a slice with a negative step in {key!r}", remedy="read forwards and flip afterwards")
    return ranges


def _runs(indices: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Bounds of the stretches in which each index is its neighbour's plus one."""
    breaks = np.flatnonzero(np.diff(indices) != 1) + 1
    bounds = [0, *breaks.tolist(), len(indices)]
    yield from pairwise(bounds)
