"""Kept data: arrays between sections, in stores that every process of a run can read and write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from xarray import DataArray

from daisy_kernel.algorithm import Region
from daisy_kernel.io.lazy import RegionArray, to_dataarray
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.plan import KEEP_CHUNK

if TYPE_CHECKING:
    from daisy_kernel.io.zarr import ZarrStore


@dataclass(frozen=True)
class Kept:
    """The store of one ``node.port``: written along one dim, read along another."""

    store: ZarrStore

    @property
    def is_complete(self) -> bool:
        """Whether all of it was written, by this run or an earlier one."""
        return self.store.path.exists()

    def write(self, start: int, array: NDArray[Any], axis: int) -> None:
        """Put a slab into its place."""
        self.store.write(start, array, axis=axis)

    def read_region(self, region: Region) -> NDArray[Any]:
        """The part at a region; a dim that is not named is read whole."""
        spec = self.store.spec
        parts = [slice(*region.get(dim, (0, size))) for dim, size in zip(spec.dims, spec.shape, strict=True)]
        return self.store.read(parts[0].start, parts[0].stop, *parts[1:])

    def to_dataarray(self, template: DataArray) -> DataArray:
        """The whole as a data object that is read where it is cut."""
        dims = tuple(str(dim) for dim in template.dims)
        return to_dataarray(_LazyKept(self.store), dims, coords=dict(template.coords), attrs=template.attrs)


def kept_name(reference: str) -> str:
    """File name of a kept ``node.port``."""
    return reference.replace("/", "-") + ".zarr"


def kept_in(folder: Path, reference: str, template: DataArray) -> Kept:
    """The store for an array that looks like this template."""
    from daisy_kernel.io.zarr import ZarrStore  # zarr takes 0.2 s to import, and most runs keep nothing

    sizes = [int(size) for size in template.shape]
    shards = tuple(min(KEEP_CHUNK, size) if axis < 2 else size for axis, size in enumerate(sizes))
    dims = tuple(str(dim) for dim in template.dims)
    spec = ArraySpec(tuple(sizes), str(template.dtype), dims, units=template.attrs.get("units"), name="data")
    return Kept(ZarrStore(folder / kept_name(reference), spec, shards))


class _LazyKept(RegionArray):
    def __init__(self, store: ZarrStore) -> None:
        self._store = store
        self.shape = store.spec.shape
        self.dtype = np.dtype(store.spec.dtype)
        self.chunks = store.shards

    def read_into(self, start: tuple[int, ...], out: NDArray[Any]) -> None:
        parts = [slice(first, first + size) for first, size in zip(start, out.shape, strict=True)]
        out[...] = self._store.read(parts[0].start, parts[0].stop, *parts[1:])
