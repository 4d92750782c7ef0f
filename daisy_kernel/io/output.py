"""Output: where an array is written slab by slab, by any process, and which format a path asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.errors import OutputError

if TYPE_CHECKING:
    from daisy_kernel.provenance import Provenance

HDF5_SUFFIXES = (".h5", ".hdf5", ".hdf", ".nxs")
ZARR_SUFFIXES = (".zarr",)
TIFF_SUFFIXES = (".tif", ".tiff", "")

_MICROMETRES = {"nm": 1e-3, "um": 1.0, "µm": 1.0, "mm": 1e3, "cm": 1e4, "m": 1e6}


class Coordinate(NamedTuple):
    """Positions along one dim, and their unit."""

    values: NDArray[Any]
    units: str | None = None


@dataclass(frozen=True)
class ArraySpec:
    """An array that is about to be written: shape, dtype, dims, units, coordinates by dim.

    Slabs along the first dim begin and end at multiples of `block`, except at the array's end.
    `limits` are the values, in `units`, that 0 and the largest integer of an integer dtype stand for.
    """

    shape: tuple[int, ...]
    dtype: str
    dims: tuple[str, ...]
    units: str | None = None
    name: str = "volume"
    coords: Mapping[str, ArrayLike | tuple[ArrayLike, str | None]] = field(default_factory=dict)
    block: int = 16
    limits: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if len(self.shape) != len(self.dims):
            raise ValueError(f"{len(self.dims)} dims {self.dims} for an array of shape {self.shape}")
        for dim, (values, _) in self.coordinates().items():
            if dim not in self.dims or values.shape != (self.shape[self.dims.index(dim)],):
                raise ValueError(f"coordinate {dim!r} {values.shape} does not fit {self.dims} {self.shape}")

    @property
    def nbytes(self) -> int:
        """Size of the array in memory."""
        return int(np.prod(self.shape, dtype=np.int64)) * np.dtype(self.dtype).itemsize

    @property
    def pixel_size(self) -> float | None:
        """Distance of neighbours along the last dim in µm, where its coordinate has a unit of length."""
        along = self.coordinates().get(self.dims[-1])
        if along is None or len(along.values) < 2 or along.units not in _MICROMETRES:
            return None
        length = abs(float(along.values[-1]) - float(along.values[0]))
        return length / (len(along.values) - 1) * _MICROMETRES[along.units]

    def coordinates(self) -> dict[str, Coordinate]:
        """The coordinates as arrays, each with its unit."""
        found = {}
        for dim, given in self.coords.items():
            values, units = given if isinstance(given, tuple) else (given, None)
            found[dim] = Coordinate(np.asarray(values), units)
        return found

    def check_slab(self, start: int, array: NDArray[Any], *, axis: int = 0, block: int | None = None) -> None:
        """Raise `ValueError` unless `array` is a whole slab of this array from `start` along `axis`."""
        block = self.block if block is None else block
        stop = start + array.shape[axis]
        expected = (*self.shape[:axis], stop - start, *self.shape[axis + 1 :])
        where = f"slab {start}:{stop} along {self.dims[axis]}"
        if array.shape != expected or array.dtype != self.dtype or not 0 <= start <= stop <= self.shape[axis]:
            raise ValueError(f"{where}: {array.dtype} {array.shape} does not fit {self.dtype} {self.shape}")
        if start % block or (stop % block and stop != self.shape[axis]):
            raise ValueError(f"{where} is not cut at multiples of {block}")


class Output(Protocol):
    """An array on disk in the making. Picklable; holds no open file.

    The driver calls `create` once, then `complete` once (or `discard`). In between any process may
    `write` disjoint slabs in any order, also twice, also on several machines that share the file
    system. Until `complete` the data lie in `part`, beside `path`; nothing has the name `path` before.

    `create` and a refused target raise `OutputError`, the other methods `RunError`; after an error
    the part stays, so that the run can be resumed.
    """

    @property
    def path(self) -> Path:
        """The final name."""

    @property
    def spec(self) -> ArraySpec:
        """What is written."""

    @property
    def part(self) -> Path:
        """The temporary name, in the same folder."""

    @property
    def nbytes(self) -> int:
        """Predicted size on disk."""

    def create(self, *, overwrite: bool = False) -> None:
        """Allocate the part, after a check of parent folder, free space and existing target."""

    def write(self, start: int, array: NDArray[Any]) -> None:
        """Put a slab at ``start`` along the first dim."""

    def read(self, start: int, stop: int, *within: slice) -> NDArray[Any]:
        """Read back from part or finished file; `within` narrows the dims after the first."""

    def complete(self, provenance: Provenance | None = None, *, overwrite: bool = False) -> None:
        """Store what made the data, flush to the disk, and rename the part to its final name."""

    def discard(self) -> None:
        """Remove the part."""


def output_for(path: Path, spec: ArraySpec) -> Output:
    """Return the `Output` that the suffix of `path` asks for.

    ``.h5 .hdf5 .hdf .nxs``: HDF5/NeXus. ``.zarr``: Zarr. ``.tif .tiff`` or no suffix: a folder with
    one TIFF for each element of the first dim.
    Raises `OutputError` for another suffix.

    >>> spec = ArraySpec((32, 8, 8), "float32", ("row", "y", "x"), units="1/cm")
    >>> output_for(Path("rec.h5"), spec).part
    PosixPath('rec.h5.part')
    """
    suffix = path.suffix.lower()
    if suffix in HDF5_SUFFIXES:
        from daisy_kernel.io.hdf5_write import HDF5Output

        return HDF5Output(path, spec)
    if suffix in ZARR_SUFFIXES:
        from daisy_kernel.io.zarr import zarr_output

        return zarr_output(path, spec)
    if suffix in TIFF_SUFFIXES:
        from daisy_kernel.io.tiff_write import TIFFOutput

        return TIFFOutput(path, spec)
    raise OutputError(
        f"{path} has the suffix {path.suffix!r}, for which there is no writer",
        remedy=f"use {' '.join(HDF5_SUFFIXES + ZARR_SUFFIXES)}, or .tif for a folder of TIFF files",
    )
