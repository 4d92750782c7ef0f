"""Opening: what a path holds, as a source; only its description is read."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from daisy_kernel.errors import DataError
from daisy_kernel.io import tiff
from daisy_kernel.io.numbered_files import find_files
from widgets_apps.viewer.hdf5 import open_hdf5
from widgets_apps.viewer.source import Source
from widgets_apps.viewer.stored import faster, unchanged

_ZARR_FILES = ("zarr.json", ".zarray", ".zgroup")
_DEEPEST = 8  # levels of groups in which arrays are sought
_MOST_MEMBERS = 5_000  # groups and arrays that are looked at
_PICTURES = (".png", ".jpg", ".jpeg")


def open_source(path: str, dataset: str | None = None) -> Source:
    """Describe a file or folder: HDF5, Zarr, TIFF (one file or a folder of them), PNG.

    dataset: the array inside; without it NeXus' default or the largest.
    Errors: DataError where there is none, or where it cannot be read.
    """
    place = Path(path).expanduser().absolute()
    if not place.exists():
        raise DataError(f"{place} does not exist", remedy="check the path")
    if not place.is_file() and not place.is_dir():
        raise DataError(f"{place} is neither a file nor a folder", remedy="check the path")
    watched = [place]
    if place.is_dir() and (held := [place / name for name in _ZARR_FILES if (place / name).exists()]):
        source, watched = _open_zarr(place, dataset), [*held]
    elif place.is_dir() or _is_tiff(place):
        source, watched = _open_tiff(place)
    elif place.suffix.lower() in _PICTURES:
        source = _open_picture(place)
    else:
        source = open_hdf5(place, dataset)
        watched.append(source.array.path)  # type: ignore[attr-defined]  # a link may lead to another file
    check = unchanged(*dict.fromkeys(watched))
    return dataclasses.replace(source, path=str(place), check=check)


def _is_tiff(place: Path) -> bool:
    try:
        return tiff.is_tiff(place)
    except OSError as error:
        raise DataError(f"{place} cannot be read ({error.strerror})", remedy="ask its owner") from error


def _open_tiff(place: Path) -> tuple[Source, list[Path]]:
    files = find_files(place, suffixes=tiff.SUFFIXES)
    stack = tiff.open_stack(files)
    return Source(faster(stack), place.name, ("frame", "row", "column")), [place, files[0], files[-1]]


def _open_picture(place: Path) -> Source:
    from PIL import Image

    try:
        with Image.open(place) as picture:
            grey = picture if picture.mode in ("L", "I", "F", "I;16", "I;16B", "1") else picture.convert("L")
            values = np.asarray(grey)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DataError(f"{place} is no readable picture ({error})", remedy="export it again") from error
    return Source(values, place.name, ("row", "column"))


@dataclasses.dataclass(frozen=True, eq=False)
class _ZarrArray:
    """An array of a store; what its reading fails at is a DataError."""

    array: Any
    name: str

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def dtype(self) -> Any:
        return self.array.dtype

    @property
    def chunks(self) -> tuple[int, ...]:
        return tuple(self.array.chunks)

    def __getitem__(self, key: Any) -> Any:
        try:
            return self.array[key]
        except Exception as error:  # a damaged chunk can make its codec raise nearly anything
            raise DataError(f"{self.name} is damaged: {error}", remedy="copy it again") from error


def _open_zarr(place: Path, dataset: str | None) -> Source:
    import zarr

    try:
        opened = zarr.open(place, mode="r")
        arrays = {} if isinstance(opened, zarr.Array) else _arrays(opened)
    except Exception as error:  # a damaged store can make zarr and its codecs raise nearly anything
        raise DataError(f"{place} is no readable Zarr store ({error})", remedy="copy it again") from error
    if isinstance(opened, zarr.Array):
        return _zarr_source(opened, place.name, {})
    if dataset is None:
        fitting = [array for array in arrays.values() if array.ndim in (2, 3)]
        if not fitting:
            raise DataError(f"{place} has no array of two or three axes", remedy="choose another file")
        chosen = max(fitting, key=lambda array: (array.ndim, array.size))
    elif (name := dataset.strip("/")) in arrays:
        chosen = arrays[name]
    else:
        raise DataError(f"{place} has no array {dataset}", remedy=f"it has {', '.join(sorted(arrays)[:10])}")
    folder = chosen.path.rpartition("/")[0]
    beside = {path.rpartition("/")[2]: array for path, array in arrays.items() if path.rpartition("/")[0] == folder}
    return _zarr_source(chosen, place.name, beside)


def _zarr_source(array: Any, name: str, beside: Mapping[str, Any]) -> Source:
    """The source of an array; those ``beside`` it are its coordinates where they have the names of its dims."""
    attributes = dict(array.attrs)
    dims = _dims(getattr(array.metadata, "dimension_names", None) or attributes.get("_ARRAY_DIMENSIONS"), array.ndim)
    coordinates = {}
    for dim, length in zip(dims, array.shape, strict=True):
        along = beside.get(dim)
        if along is not None and along.shape == (length,) and along.dtype.kind in "iuf" and length:
            first, last = float(along[0]), float(along[length - 1])
            coordinates[dim] = {"first": first, "last": last, "units": str(along.attrs.get("units", ""))}
    return Source(
        _ZarrArray(array, name),
        name,
        dims,
        units=str(attributes.get("units", "")),
        coordinates=coordinates,
        scale=_number(attributes, "scale_factor", 1.0, name),
        offset=_number(attributes, "add_offset", 0.0, name),
    )


def _arrays(group: Any) -> dict[str, Any]:
    """Arrays of a store by their path, the nearest first; a link to a folder may lead round in a circle."""
    import zarr

    found: dict[str, Any] = {}
    waiting, looked_at = deque([(group, 1)]), 0
    while waiting:
        above, level = waiting.popleft()
        for _, member in above.members(max_depth=0):
            looked_at += 1
            if looked_at > _MOST_MEMBERS:
                return found
            if isinstance(member, zarr.Array):
                found[member.path] = member
            elif level < _DEEPEST:
                waiting.append((member, level + 1))
    return found


def _dims(given: Any, axes: int) -> tuple[str, ...]:
    """Names of the axes as the store gives them, else z, y, x."""
    if isinstance(given, list | tuple) and len(given) == axes and None not in given:
        names = tuple(map(str, given))
        if len(set(names)) == axes:
            return names
    return ("z", "y", "x")[-axes:] if 1 <= axes <= 3 else tuple(f"axis {n}" for n in range(axes))


def _number(attributes: Mapping[str, Any], key: str, otherwise: float, name: str) -> float:
    try:
        return float(attributes.get(key, otherwise))
    except (TypeError, ValueError):
        raise DataError(f"{name} has {key}={attributes[key]!r}, which is no number", remedy="correct it") from None
