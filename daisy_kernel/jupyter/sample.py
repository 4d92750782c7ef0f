"""Sample: a thinned central plane of a data object, read at a bounded cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

_SIDE = 384  # values along a side that are looked at: twice the pixels of the picture
_MOST_READ = 64 << 20
"""Bytes, whole chunks counted, that a look at an array may read: half a second from a slow disk."""


@dataclass(frozen=True)
class Sample:
    """Values (height, width) as float32, the extent of what they stand for in pixels, where that is, the unit."""

    values: NDArray[Any]
    extent: tuple[int, int]
    where: str
    units: str


def chunks_of(array: xarray.DataArray) -> tuple[int, ...] | None:
    """Lengths of the pieces that are read as a whole; None where any region costs only its own bytes."""
    if array.chunks is not None:
        return tuple(max(lengths) for lengths in array.chunks)
    preferred = array.encoding.get("preferred_chunks")
    return None if preferred is None else tuple(int(preferred.get(dim, 1)) for dim in array.dims)


def central_sample(array: xarray.DataArray) -> Sample | None:
    """The middle of an array of numbers: its last two dims, at the middle of the others.

    Thinned to `_SIDE` values a side. Where the whole plane would read more than `_MOST_READ` bytes it is
    the middle of the plane; None where not even one chunk may be read, or where there are no numbers.
    """
    import numpy as np

    if array.ndim == 0 or array.size == 0 or array.dtype.kind not in "biufc":
        return None
    window = _window(array)
    if window is None:
        return None
    steps = [max(1, -(-(axis.stop - axis.start) // _SIDE)) for axis in window]
    plane_dims = array.dims[-2:]
    region: dict[Any, Any] = {dim: array.sizes[dim] // 2 for dim in array.dims[:-2]}
    where = ", ".join(f"{dim} {index}" for dim, index in region.items())
    for dim, axis, step in zip(plane_dims, window, steps, strict=True):
        region[dim] = slice(axis.start, axis.stop, step)
    values = array[region].to_numpy()
    values = np.abs(values) if values.dtype.kind == "c" else values
    lengths = [axis.stop - axis.start for axis in window]
    if any(length < array.sizes[dim] for length, dim in zip(lengths, plane_dims, strict=True)):
        where = f"{where}, the middle {' × '.join(map(str, lengths))}".lstrip(", ")
    return Sample(
        np.atleast_2d(values.astype(np.float32)),
        (1, lengths[0]) if len(lengths) == 1 else (lengths[0], lengths[1]),
        where or "all",
        str(array.attrs.get("units", "")),
    )


def _window(array: xarray.DataArray) -> list[slice] | None:
    """The largest middle part of the plane that may be read: halved along its longer side until it fits."""
    chunks = chunks_of(array) or (1,) * array.ndim
    fixed = array.dtype.itemsize * math.prod(chunks[:-2])
    sizes = list(array.shape[-2:])
    lengths = list(sizes)
    while True:
        window = [
            slice(size // 2 - length // 2, size // 2 - length // 2 + length)
            for size, length in zip(sizes, lengths, strict=True)
        ]
        spans = [_span(axis, chunk) for axis, chunk in zip(window, chunks[-2:], strict=True)]
        if fixed * math.prod(spans) <= _MOST_READ:
            return window
        longest = lengths.index(max(lengths))
        if lengths[longest] == 1:
            return None
        lengths[longest] = -(-lengths[longest] // 2)


def _span(axis: slice, chunk: int) -> int:
    """How many elements are read along an axis where chunks are read as a whole."""
    return int(-(-axis.stop // chunk) * chunk - axis.start // chunk * chunk)
