"""Source: an array that a page looks at, and the sources of one page."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from widgets_apps.viewer.stored import faster, files_of, unchanged

if TYPE_CHECKING:
    import xarray


class Array(Protocol):
    """What is looked at: NumPy and Zarr arrays, and Daisy's own that stay on disk."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""

    @property
    def dtype(self) -> Any:
        """Type of the values."""

    def __getitem__(self, key: Any) -> Any:
        """Read one region, given by slices."""


_in_memory = unchanged()  # there is no file to watch


@dataclass(frozen=True)
class Source:
    """An array with its names and units; ``values = stored * scale + offset``, `scale` above 0.

    coordinates: first and last position along a dim, and their unit. check: raises DataError where the file
    is no longer what it was.
    """

    array: Array
    name: str
    dims: tuple[str, ...]
    units: str = ""
    path: str | None = None
    coordinates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scale: float = 1.0
    offset: float = 0.0
    check: Callable[[], None] = _in_memory
    id: str = ""
    version: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(map(int, self.array.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of what is stored."""
        dtype: np.dtype[Any] = np.dtype(self.array.dtype)
        return dtype

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Pieces that are read as a whole; None where there are none."""
        chunks = getattr(self.array, "chunks", None)
        if not chunks:
            return None
        # dask states every chunk along each axis
        return tuple(c if isinstance(c, int) else max(c) for c in chunks)

    def describe(self) -> dict[str, Any]:
        """What a page is told."""
        return {
            "source": self.id,
            "name": self.name,
            "shape": list(self.shape),
            "dims": list(self.dims),
            "dtype": str(self.dtype),
            "units": self.units,
            "path": self.path,
            "coordinates": {dim: dict(given) for dim, given in self.coordinates.items() if _is_known(given)},
        }


class Sources:
    """The sources of one page by their ids; safe in threads."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._found: dict[str, Source] = {}
        self._lock = threading.Lock()

    def add(
        self,
        array: Array | xarray.DataArray,
        *,
        name: str,
        dims: Sequence[str] | None = None,
        units: str = "",
    ) -> Source:
        """Take an array, in memory or not; nothing of it is read. A DataArray brings its dims and units.

        Errors: DataError unless it holds numbers along two or three axes.
        """
        return self.keep(as_source(array, name=name, dims=dims, units=units))

    def keep(self, source: Source) -> Source:
        """Give a source its id."""
        _check(source)
        with self._lock:
            return self._put(source, f"s{next(self._numbers)}", 0)

    def replace(self, source: str, array: Array) -> Source:
        """Put other values, of any shape with as many axes, in the place of those of a source."""
        old = self.get(source)
        new = Source(array, old.name, old.dims, old.units, old.path)
        _check(new)
        with self._lock:
            return self._put(new, source, old.version + 1)

    def get(self, source: str) -> Source:
        """A source; says so where it was closed."""
        with self._lock:
            found = self._found.get(source)
        if found is None:
            raise DataError(f"nothing is open as {source!r}", remedy="open it again")
        return found

    def remove(self, source: str) -> None:
        """Let go of a source."""
        with self._lock:
            self._found.pop(source, None)

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._found.clear()

    def _put(self, source: Source, name: str, version: int) -> Source:
        self._found[name] = replace(source, id=name, version=version)
        return self._found[name]


def as_source(
    array: Array | xarray.DataArray, *, name: str, dims: Sequence[str] | None = None, units: str = ""
) -> Source:
    """Describe an array; see `Sources.add`."""
    if hasattr(array, "to_dataset"):  # an xarray.DataArray, without importing xarray
        return _of_dataarray(array, name, units)
    given = tuple(dims) if dims else ("z", "y", "x")[-len(array.shape) :]
    return Source(faster(array), name, given, units, check=unchanged(*files_of(array)))


def _of_dataarray(array: Any, name: str, units: str) -> Source:
    dims = tuple(map(str, array.dims))
    found = {}
    for dim in array.dims:
        if dim not in array.coords:
            continue
        along = array.coords[dim]
        if along.size and along.dtype.kind in "iuf":
            first, last = (float(along.values[at]) for at in (0, -1))
            found[str(dim)] = {"first": first, "last": last, "units": str(along.attrs.get("units", ""))}
    return Source(_Labelled(array), name, dims, units or str(array.attrs.get("units", "")), coordinates=found)


@dataclass(frozen=True, eq=False)
class _Labelled:
    """A DataArray, read region by region."""

    array: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def dtype(self) -> Any:
        return self.array.dtype

    @property
    def chunks(self) -> tuple[Any, ...] | None:
        preferred = self.array.encoding.get("preferred_chunks")
        if preferred:
            return tuple(preferred.get(dim, n) for dim, n in zip(self.array.dims, self.shape, strict=True))
        return self.array.chunks  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> NDArray[Any]:
        return np.asarray(self.array[key].values)


def _is_known(coordinate: Mapping[str, Any]) -> bool:
    """Whether both ends are numbers that a page can be told."""
    return isfinite(coordinate["first"]) and isfinite(coordinate["last"])


def _check(source: Source) -> None:
    shape, dtype = source.shape, source.dtype
    if not (source.scale > 0 and isfinite(source.scale) and isfinite(1 / source.scale) and isfinite(source.offset)):
        raise DataError(
            f"{source.name} says that what is stored is to be taken times {source.scale} plus {source.offset}",
            remedy="correct that in the file: a number above 0 and one that is finite",
        )
    if len(shape) not in (2, 3) or 0 in shape:
        raise DataError(f"{source.name} has the shape {shape}", remedy="choose an array of two or three axes")
    if dtype.kind not in "biuf":
        raise DataError(f"{source.name} holds values of type {dtype}, not real numbers", remedy="choose another array")
    if len(source.dims) != len(shape):
        raise DataError(f"{source.name} has {len(shape)} axes, not {len(source.dims)}", remedy="name each axis once")
