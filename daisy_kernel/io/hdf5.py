"""Read HDF5: names, small values, and arrays that stay on disk."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io import _hdf5_links, hdf5_storage
from daisy_kernel.io.hdf5_handles import opened
from daisy_kernel.io.lazy import RegionArray

# Small values (angles, keys) are read as a whole; a file that claims more is damaged.
_MOST_VALUES = 10_000_000
_LONGEST_TEXT = 65_536


class Values(NamedTuple):
    """Numbers that were read as a whole, and the unit that the file states ("" for none)."""

    values: NDArray[Any]
    units: str


@dataclass(frozen=True)
class Hdf5Array(RegionArray):
    """A dataset of numbers that stays on disk; ``name`` is in ``path`` itself, without links to follow."""

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    chunks: tuple[int, ...] | None
    note: str = ""

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        """Read one region; HDF5 converts to native byte order on the way."""
        region = tuple(slice(first, first + length) for first, length in zip(start, out.shape, strict=True))
        with opened(self.path, f"{self.name}[{_words(region)}]", guarded=False) as file:
            hdf5_storage.open_dataset(self.path, file, self.name).read_direct(out, region)

    def held(self) -> AbstractContextManager[object]:
        """Keep the file open between reads."""
        return opened(self.path, self.name, guarded=False)

    def written_frames(self) -> NDArray[np.int64] | None:
        """Indices along axis 0 that hold data; None where all do (see an aborted scan)."""
        return hdf5_storage.written_frames(self.path, self.name)


class Hdf5File:
    """An HDF5 file as seen from outside; links within it and to other files are followed.

    Each call opens the file by itself, so an instance may be pickled and used from several threads.
    Errors: DataError where the file is missing, truncated, damaged or no HDF5; where a linked file is
    missing; where a name is unknown (with the closest).
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def held(self) -> AbstractContextManager[object]:
        """Keep the file open for many questions in a row."""
        return opened(self.path)

    def has(self, name: str) -> bool:
        """Whether there is such an object, or a link to one, be it broken."""
        try:
            return _hdf5_links.find(self.path, name) is not None
        except DataError:
            return True

    def groups(self, name: str = "/") -> list[str]:
        """Names of the groups in a group."""
        found = []
        for key in self._keys(name):
            try:
                place = _hdf5_links.locate(self.path, f"{name}/{key}")
            except DataError:
                continue  # a broken link beside the data hinders nobody
            with opened(place.path, place.name) as file:
                if isinstance(file[place.name], h5py.Group):
                    found.append(key)
        return found

    def attribute(self, name: str, key: str) -> str:
        """Return a text attribute of an object, or "" where it has none."""
        place = _hdf5_links.locate(self.path, name)
        with opened(place.path, place.name) as file:
            return _text_attribute(file[place.name], key)

    def text(self, name: str) -> str:
        """Return the text of a dataset that holds one, or "" where there is none."""
        place = _hdf5_links.find(self.path, name)
        if place is None:
            return ""
        with opened(place.path, place.name) as file:
            dataset = file[place.name]
            if not isinstance(dataset, h5py.Dataset) or not _is_short_text(place.path, dataset):
                return ""
            return _decoded(dataset[()])

    def values(self, name: str) -> Values:
        """Read a small dataset of numbers as a whole, float64 or its own integers."""
        array = self.array(name)
        count = int(np.prod(array.shape, dtype=object))
        if count > _MOST_VALUES:
            raise DataError(
                f"{self.path}:{name} claims {count} values; at most {_MOST_VALUES} are expected",
                remedy="name the dataset of angles or keys, one value a frame",
            )
        with opened(array.path, array.name) as file:
            units = _text_attribute(file[array.name], "units")
        values = np.empty(array.shape, array.dtype)
        if values.size:
            array.read_into((0,) * values.ndim, values)
        return Values(values, units)

    def array(self, name: str) -> Hdf5Array:
        """Return a dataset of numbers as a lazy array; only its description is read, and checked."""
        place = _hdf5_links.locate(self.path, name)
        with opened(place.path, place.name) as file:
            dataset = hdf5_storage.open_dataset(place.path, file, place.name)
            hdf5_storage.check_claims(place.path, dataset)
        # Again without the guard: a virtual dataset may take its length from its sources.
        with opened(place.path, place.name, guarded=False) as file:
            dataset = hdf5_storage.open_dataset(place.path, file, place.name)
            return Hdf5Array(
                path=place.path,
                name=place.name,
                shape=dataset.shape,
                dtype=dataset.dtype.newbyteorder("="),
                chunks=dataset.chunks,
                note=place.note,
            )

    def arrays(self, ndim: int) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of the datasets of numbers with so many axes, for a person to choose."""
        return [
            (name, item.shape)
            for name, item in _hdf5_links.names(self.path)
            if isinstance(item, h5py.Dataset) and item.ndim == ndim and item.dtype.kind in "iuf"
        ]

    def _keys(self, name: str) -> list[str]:
        place = _hdf5_links.locate(self.path, name)
        with opened(place.path, place.name) as file:
            group = file[place.name]
            return list(group) if isinstance(group, h5py.Group) else []


def _text_attribute(item: h5py.HLObject, key: str) -> str:
    if key not in item.attrs:
        return ""
    attribute = item.attrs.get_id(key)
    # Other types of variable length make h5py crash where the file is damaged.
    is_text = attribute.shape is not None and attribute.get_type().get_class() == h5py.h5t.STRING
    if not is_text or int(np.prod(attribute.shape, dtype=object)) > _LONGEST_TEXT:
        return ""
    return _decoded(item.attrs[key])


def _is_short_text(path: Path, dataset: h5py.Dataset) -> bool:
    stored = dataset.id.get_type()
    if dataset.size != 1 or stored.get_class() != h5py.h5t.STRING:
        return False
    offset = dataset.id.get_offset()
    if not stored.is_variable_str() or offset is None:
        return bool(stored.get_size() <= _LONGEST_TEXT)
    # HDF5 allocates what the first four bytes claim, up to 4 GiB, before it looks for the text.
    with path.open("rb") as file:
        file.seek(offset)
        return int.from_bytes(file.read(4), "little") <= _LONGEST_TEXT


def _decoded(value: Any) -> str:
    """Text of what h5py returns: str, bytes, or an array of one of them."""
    first = np.asarray(value).ravel()[:1].tolist()
    text = first[0] if first else ""
    return text.decode("utf-8", "replace").strip() if isinstance(text, bytes) else str(text).strip()


def _words(region: tuple[slice, ...]) -> str:
    return ", ".join(f"{part.start}:{part.stop}" for part in region)
