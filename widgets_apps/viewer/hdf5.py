"""HDF5 and NeXus files as sources: which array is meant, and what the file says of it."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import h5py

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.io.hdf5_handles import opened
from widgets_apps.viewer.source import Source
from widgets_apps.viewer.stored import faster

_DEEPEST = 3  # levels of groups that may hold an NXdata: entry, subentry, data


def open_hdf5(path: Path, dataset: str | None) -> Source:
    """Describe an array of a file: the one that is named, else NeXus' default, else the largest.

    Errors: DataError where the file or the array cannot be used.
    """
    file = Hdf5File(path)
    with file.held():
        name = dataset or _default(file) or _largest(file)
        array = file.array(name)
        inside = Hdf5File(array.path)
        group = array.name.rpartition("/")[0] or "/"
        dims = _dims(array.path, group, array.name, len(array.shape))
        return Source(
            faster(array),
            path.name,
            dims,
            units=inside.attribute(array.name, "units"),
            coordinates=_coordinates(inside, group, dims, array.shape),
            scale=_number(inside, f"{array.name}_scaling_factor", 1.0),
            offset=_number(inside, f"{array.name}_offset", 0.0),
        )


def _default(file: Hdf5File) -> str | None:
    """The signal that the file says is to be shown first; None where it says nothing, or has no slices.

    Source: NeXus manual, "Find the plottable data", version 3: the `default` attributes, then `signal`.
    """
    group = "/"
    for _ in range(8):
        step = file.attribute(group, "default")
        if not step or not file.has(f"{group}/{step}"):
            break
        group = f"{group}/{step}"
    signal = file.attribute(group, "signal")
    if not signal or not file.has(f"{group}/{signal}"):
        return None
    name = f"{group}/{signal}".replace("//", "/")
    return name if len(file.array(name).shape) in (2, 3) else None


def _largest(file: Hdf5File) -> str:
    """The largest volume, else a volume that an NXdata group leads to, else the largest plane."""
    volumes, planes = ([(prod(shape), name) for name, shape in file.arrays(axes) if prod(shape)] for axes in (3, 2))
    if volumes:
        return max(volumes, key=lambda pair: pair[0])[1]
    for group in _groups(file, "", _DEEPEST):
        name = f"{group}/{file.attribute(group, 'signal') or 'data'}"
        if file.attribute(group, "NX_class") == "NXdata" and file.has(name) and len(file.array(name).shape) == 3:
            return name
    if not planes:
        raise DataError(f"{file.path} has no array of two or three axes", remedy="choose another file")
    return max(planes, key=lambda pair: pair[0])[1]


def _groups(file: Hdf5File, above: str, levels: int) -> Iterator[str]:
    for key in file.groups(above or "/"):
        yield f"{above}/{key}"
        if levels > 1:
            yield from _groups(file, f"{above}/{key}", levels - 1)


def _dims(path: Path, group: str, name: str, axes: int) -> tuple[str, ...]:
    """Names of the axes: those of the dataset's scales, of its NXdata group, or z, y, x."""
    with opened(path, name) as file:
        labels = _texts(file[name], "DIMENSION_LABELS")
        named = _texts(file[group], "axes")
    found = ("z", "y", "x")[-axes:] if axes <= 3 else tuple(f"axis {n}" for n in range(axes))
    for given in (named, labels):
        if len(given) == axes:
            found = tuple(new if new not in ("", ".") else old for new, old in zip(given, found, strict=True))
    return found if len(set(found)) == axes else tuple(f"axis {n}" for n in range(axes))


def _texts(item: Any, key: str) -> list[str]:
    """A list of texts among the attributes of an object; empty where there is none."""
    if key not in item.attrs:
        return []
    attribute = item.attrs.get_id(key)
    # Other types of variable length make h5py crash where the file is damaged.
    if attribute.shape is None or attribute.get_type().get_class() != h5py.h5t.STRING or prod(attribute.shape) > 8:
        return []
    values = item.attrs[key]
    values = [values] if isinstance(values, str | bytes) else list(values.ravel())
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values]


def _coordinates(
    file: Hdf5File, group: str, dims: tuple[str, ...], shape: tuple[int, ...]
) -> dict[str, dict[str, Any]]:
    found = {}
    for dim, length in zip(dims, shape, strict=True):
        name = f"{group}/{dim}"
        if not file.has(name):
            continue
        try:
            values, units = file.values(name)
        except DataError:
            continue  # what hinders a coordinate hinders no one from looking at the data
        if values.shape == (length,):
            found[dim] = {"first": float(values[0]), "last": float(values[-1]), "units": units}
    return found


def _number(file: Hdf5File, name: str, otherwise: float) -> float:
    if not file.has(name):
        return otherwise
    values = file.values(name).values
    return float(values.ravel()[0]) if values.size == 1 else otherwise
