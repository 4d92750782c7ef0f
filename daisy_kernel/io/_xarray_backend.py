"""A lazy array as xarray sees a file: its documented backend interface."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import xarray
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from daisy_kernel.io.lazy import LazyArray


def wrap(
    lazy: LazyArray,
    dims: tuple[str, ...],
    *,
    name: str | None,
    coords: Mapping[Hashable, Any],
    attrs: Mapping[str, Any],
) -> xarray.DataArray:
    """Make the DataArray; nothing is read."""
    data = indexing.LazilyIndexedArray(_Backend(lazy))
    array = xarray.DataArray(xarray.Variable(dims, data, attrs=dict(attrs)), coords=coords, name=name)
    if lazy.chunks is not None:
        array.encoding["preferred_chunks"] = dict(zip(dims, lazy.chunks, strict=True))
    return array


class _Backend(BackendArray):
    def __init__(self, lazy: LazyArray) -> None:
        self.lazy = lazy
        self.shape = lazy.shape
        self.dtype = lazy.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)

    def _read(self, key: tuple[int | slice, ...]) -> NDArray[Any]:
        # xarray drops an axis that is indexed by a number; a lazy array knows slices only.
        region = tuple(part if isinstance(part, slice) else slice(part, part + 1 or None) for part in key)
        keep = tuple(slice(None) if isinstance(part, slice) else 0 for part in key)
        return self.lazy[region][keep]
