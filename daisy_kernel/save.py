"""Save and Range: the steps at the end of a graph which are the same in every domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import OutputPath, Parameter, Reduction, Sink, Slabs
from daisy_kernel.errors import DataError
from daisy_kernel.io.integers import to_integers
from daisy_kernel.io.output import ArraySpec, Output, output_for
from daisy_kernel.template import like

_BINS = 1 << 16


class Range(Reduction):
    """Smallest and largest value of an array, for a conversion to integers."""

    slabs = Slabs("row", "angle")

    def cuts(self, **inputs: Any) -> tuple[str, ...]:
        """Any dim will do; the first one is as the array is written."""
        return tuple(str(dim) for dim in inputs["data"].dims)

    def describe(self, data: DataArray) -> None:
        """Known when all slabs have been seen."""

    def execute(self, data: DataArray) -> tuple[float, float]:
        """Of one slab."""
        return float(data.min()), float(data.max())

    def combine(self, partials: Sequence[Any]) -> tuple[float, float]:
        """Of all slabs."""
        return min(low for low, _ in partials), max(high for _, high in partials)


class Save(Sink):
    """Write an array: HDF5/NeXus, Zarr, or a folder of TIFF files, by the name's suffix."""

    output: OutputPath = Parameter(help="file or folder: .h5 .nxs .zarr .tif")
    dtype: Literal["float32", "uint16", "uint8"] = Parameter("float32", help="integers are rescaled")
    limits: tuple[float, float] | None = Parameter(None, help="values that become the least and largest integer")
    slabs = Slabs("row")

    def cuts(self, **inputs: Any) -> tuple[str, ...]:
        """Along the first dim, as outputs are laid out."""
        return (str(inputs["data"].dims[0]),)

    def describe(self, data: DataArray) -> DataArray:
        """In the dtype that is written."""
        if self.limits is not None and not self.limits[0] < self.limits[1]:
            raise DataError(f"limits={self.limits} are no range", remedy="give low and high, low first")
        return like(data, self.dtype)

    def execute(self, data: DataArray) -> DataArray:
        """Rounded and clipped where integers are asked for."""
        if self.dtype == "float32":
            return data if data.dtype == np.float32 else data.astype(np.float32)
        return data.copy(deep=False, data=to_integers(data.values, *self._range(), self.dtype))

    def _range(self) -> tuple[float, float]:
        if self.limits is None:
            raise DataError(
                f"integers of {self.dtype} need limits", remedy="give limits= low and high, or link a Range step"
            )
        return self.limits[0], self.limits[1]

    def target(self, data: DataArray) -> Output:
        """With the array's dims, coordinates and unit."""
        coords = {
            str(name): (coord.values, coord.attrs.get("units"))
            for name, coord in data.coords.items()
            if coord.dims == (name,)
        }
        spec = ArraySpec(
            tuple(int(n) for n in data.shape),
            str(data.dtype),
            tuple(str(dim) for dim in data.dims),
            units=data.attrs.get("units"),
            coords=coords,
            block=1,
            limits=None if self.dtype == "float32" or self.limits is None else self._range(),
        )
        return output_for(self.output, spec)
