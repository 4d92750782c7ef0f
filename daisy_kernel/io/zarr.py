"""Zarr: a volume that others read, or data that a run keeps between two directions of cut.

One shard is one file and the unit of writing; shards of different slabs never touch each other.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.errors import ZarrUserWarning

from daisy_kernel.errors import OutputError, RunError
from daisy_kernel.io.disk import (
    check_folder,
    check_space,
    disk_errors,
    flush,
    part_of,
    present,
    put_in_place,
    remove,
)
from daisy_kernel.io.integers import step
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Provenance

# Elements of a chunk inside a shard, (16, 128, 128) for a volume. A shard of 16 x 1024 x 1024 float32 is
# written at 0.21, 0.68, 0.75 GB/s with a side of 64, 128, 256 (zarr-python 3.1 spends its time per chunk);
# a plane across 8 shards takes 49, 40, 58 ms.
_ELEMENTS = 16 * 128 * 128


@dataclass(frozen=True)
class ZarrStore:
    """A Zarr v3 group with one array, its coordinates and units, which `xarray.open_zarr` reads.

    `shards` is the shape of one file, `chunks` of what is read at once (default: the whole shard).
    A slab, along any axis, begins and ends at multiples of `shards`.

    >>> import tempfile
    >>> spec = ArraySpec((4, 6, 5), "uint16", ("angle", "row", "column"), name="counts")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = ZarrStore(Path(folder) / "kept.zarr", spec, shards=(2, 3, 5))
    ...     store.create()
    ...     store.write(3, np.full((4, 3, 5), 7, np.uint16), axis=1)
    ...     store.complete()
    ...     store.read(0, 1, slice(2, 4), slice(0, 2)).tolist()
    [[[0, 0], [7, 7]]]
    """

    path: Path
    spec: ArraySpec
    shards: tuple[int, ...]
    chunks: tuple[int, ...] | None = None

    @property
    def part(self) -> Path:
        """The temporary name."""
        return part_of(self.path)

    @property
    def nbytes(self) -> int:
        """Size of all chunks, those at the edges included whole."""
        chunks = self.chunks or self.shards
        elements = prod(-(-n // c) * c for n, c in zip(self.spec.shape, chunks, strict=True))
        return elements * np.dtype(self.spec.dtype).itemsize

    def create(self, *, overwrite: bool = False) -> None:
        """Make the group and its arrays; no shard is there before it is written."""
        with disk_errors(OutputError, self.part, self.nbytes):
            check_folder(self.path, overwrite=overwrite, ours=_is_ours)
            self.discard()
            check_space(self.path, self.nbytes)
            group = zarr.create_group(self.part)
            for dim, (values, units) in self.spec.coordinates().items():
                made = group.create_array(dim, data=values, dimension_names=(dim,), compressors=None)
                made.attrs.update({"units": units} if units else {})
            group.create_array(
                self.spec.name,
                shape=self.spec.shape,
                dtype=self.spec.dtype,
                shards=self.shards if self.chunks else None,
                chunks=self.chunks or self.shards,
                compressors=None,
                fill_value=0,
                dimension_names=self.spec.dims,
                attributes=self._attributes(),
                config={"write_empty_chunks": True},  # spares a comparison of each chunk with zero
            )

    def write(self, start: int, array: NDArray[Any], *, axis: int = 0) -> None:
        """Put a slab at ``start`` along `axis`."""
        self.spec.check_slab(start, array, axis=axis, block=self.shards[axis])
        region = (slice(None),) * axis + (slice(start, start + array.shape[axis]),)
        with disk_errors(RunError, self.part, array.nbytes):
            zarr.open_array(self.part / self.spec.name, mode="r+")[region] = array

    def read(self, start: int, stop: int, *within: slice) -> NDArray[Any]:
        """Read a region back, from the part or the finished folder."""
        with disk_errors(RunError, self.path, action="read"):
            array = zarr.open_array(present(self.path) / self.spec.name, mode="r")
            return np.asarray(array[(slice(start, stop), *within)])

    def complete(self, provenance: Provenance | None = None, *, overwrite: bool = False) -> None:
        """Add the provenance as an attribute of the group, consolidate its metadata, flush, and rename."""
        with disk_errors(RunError, self.part, 1 << 20):
            check_folder(self.path, overwrite=overwrite, ours=_is_ours)
            for unfinished in self.part.rglob("*.partial"):  # of a writer that was killed
                unfinished.unlink()
            if provenance:
                zarr.open_group(self.part, mode="r+").attrs["provenance"] = provenance.model_dump(mode="json")
            with warnings.catch_warnings():
                # An extension that the specification lets readers ignore; xarray warns where it is missing.
                warnings.simplefilter("ignore", ZarrUserWarning)
                zarr.consolidate_metadata(self.part)
            flush(self.part)
            put_in_place(self.path)

    def discard(self) -> None:
        """Remove the part."""
        remove(self.part)

    def _attributes(self) -> dict[str, Any]:
        """By the CF conventions, so that xarray gives values where integers are stored."""
        found: dict[str, Any] = {"units": self.spec.units} if self.spec.units else {}
        if self.spec.limits:
            scale = step(*self.spec.limits, self.spec.dtype)
            found |= {"scale_factor": scale, "add_offset": self.spec.limits[0]}
        return found


def zarr_output(path: Path, spec: ArraySpec) -> ZarrStore:
    """Return the store of a result: a shard is one block of the first dim, with small chunks inside."""
    depth, later = min(spec.block, spec.shape[0]), spec.shape[1:]
    side = round((_ELEMENTS / depth) ** (1 / max(len(later), 1)))
    chunks = (depth, *(min(side, n) for n in later))
    shards = (chunks[0], *(-(-n // c) * c for n, c in zip(later, chunks[1:], strict=True)))
    return ZarrStore(path, spec, shards, chunks)


def _is_ours(entry: Path) -> bool:
    return entry.name == "zarr.json" or (entry / "zarr.json").is_file()
