"""Derived: the difference of two sources, a volume small enough to send, and a plane as a PNG."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.lazy import RegionArray
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.scaling import mean_type, to_bytes
from widgets_apps.viewer.source import Source

_LARGEST_SIDE = 160
_READ = 1 << 30  # bytes that are read for a small volume, but one slice of each layer at least
_MOST_PIXELS = 200_000_000  # of a PNG: it is held in memory as a whole
COLORMAPS = ("gray", "viridis", "inferno", "magma", "plasma", "cividis", "turbo", "coolwarm", "bone", "hot", "gray_r")


@dataclass(frozen=True, eq=False)
class _Difference(RegionArray):
    first: Source
    second: Source
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        box = tuple(slice(begin, begin + length) for begin, length in zip(start, out.shape, strict=True))
        # Not as an expression: at most one more array of this size is there at a time.
        out[...] = self.first.array[box]
        _to_true(out, self.first)
        other = np.asarray(self.second.array[box])
        if (self.second.scale, self.second.offset) != (1.0, 0.0):
            other = other.astype(out.dtype)
            _to_true(other, self.second)
        np.subtract(out, other, out=out, casting="same_kind")


def difference(first: Source, second: Source) -> Source:
    """First less second, computed where it is looked at.

    Errors: DataError where their shapes differ.
    """
    if first.shape != second.shape:
        raise DataError(
            f"{first.name} has the shape {first.shape}, {second.name} {second.shape}",
            remedy="compare arrays of one shape",
        )
    wide = any(mean_type(source.dtype) == np.float64 for source in (first, second))
    chunks = first.chunks or second.chunks
    array = _Difference(first, second, first.shape, np.dtype("f8" if wide else "f4"), chunks)

    def check() -> None:
        first.check()
        second.check()

    units = first.units if first.units == second.units else ""
    name = f"{first.name} − {second.name}"
    return Source(array, name, first.dims, units, coordinates=first.coordinates, check=check)


class SmallVolume(NamedTuple):
    """A volume as bytes; ``scale``: voxels of the source along each axis of one of its own."""

    values: NDArray[np.uint8]
    scale: tuple[float, ...]
    low: float
    high: float


def small_volume(planes: Planes, source: Source, side: int) -> SmallVolume:
    """Means over blocks, at most `side` along each axis; 0 to 255 are the 0.5th to the 99.9th percentile.

    Of a volume above 1 GiB some slices of each block stand for all. Errors: DataError for other than three
    axes, and for a `side` outside 1 to 160.
    """
    if len(source.shape) != 3:
        raise DataError(f"{source.name} has {len(source.shape)} axes, and a volume three", remedy="show it as a plane")
    if not 1 <= side <= _LARGEST_SIDE:
        raise DataError(f"side={side}", remedy=f"give 1 to {_LARGEST_SIDE}")
    factor = max(max(source.shape) / side, 1.0)
    shape = tuple(min(max(round(n / factor), 1), side) for n in source.shape)
    slice_bytes = source.dtype.itemsize * source.shape[1] * source.shape[2]
    most = max(_READ // (slice_bytes * shape[0]), 1)
    means = np.empty(shape, np.float32)
    for layer, (begin, end) in enumerate(_blocks(source.shape[0], shape[0])):
        count = min(end - begin, most)
        total = np.zeros(shape[1:])
        for number in range(count):
            plane = Plane(source, 0, begin + (2 * number + 1) * (end - begin) // (2 * count))
            total += planes.means(plane, plane.whole, (shape[1], shape[2]))
        means[layer] = total / count
    finite = means[np.isfinite(means)]
    low, high = np.percentile(finite, (0.5, 99.9)).tolist() if finite.size else (0.0, 0.0)
    values = np.empty(shape, np.uint8)
    to_bytes(means.reshape(shape[0], -1), low, high, values.reshape(shape[0], -1))
    scale = tuple(n / few for n, few in zip(source.shape, shape, strict=True))
    return SmallVolume(values, scale, low * source.scale + source.offset, high * source.scale + source.offset)


def png(planes: Planes, plane: Plane, low: float, high: float, colormap: str) -> bytes:
    """The plane at full resolution, stored values from `low` to `high` in the colours of a map.

    Errors: DataError for an unknown map (`COLORMAPS`), and above 200 million pixels.
    """
    if colormap not in COLORMAPS:
        raise DataError(f"colormap={colormap} is unknown", remedy=f"use one of {', '.join(COLORMAPS)}")
    if plane.shape[0] * plane.shape[1] > _MOST_PIXELS:
        raise DataError(f"{plane.shape[0]} × {plane.shape[1]} pixels are too many for a PNG", remedy="export the data")
    from PIL import Image

    picture = Image.fromarray(planes.windowed(plane, plane.whole, plane.shape, low, high))
    if colormap != "gray":
        picture.putpalette(_palette(colormap))
    target = io.BytesIO()
    picture.save(target, "PNG", compress_level=3)
    return target.getvalue()


def _palette(colormap: str) -> bytes:
    from matplotlib import colormaps

    colors = colormaps[colormap](np.arange(256), bytes=True)
    return np.ascontiguousarray(colors[:, :3]).tobytes()


def _blocks(many: int, few: int) -> list[tuple[int, int]]:
    edges = [many * n // few for n in range(few + 1)]
    return list(pairwise(edges))


def _to_true(values: NDArray[Any], source: Source) -> None:
    """Stored values to true ones, in place."""
    if source.scale != 1.0:
        values *= source.scale
    if source.offset != 0.0:
        values += source.offset
