"""Steps that take a part of the detector: crop and binning."""

from __future__ import annotations

from typing import Any

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Parameter, Slabs
from daisy_kernel.domains.ct.data import BLOCK, Projections, Volume
from daisy_kernel.domains.ct.prepare.binning import bin_projections
from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
from daisy_kernel.errors import DataError
from daisy_kernel.template import template


class Crop(Algorithm):
    """Detector columns from first to end (excluded), in raw pixels; the center stays what it is."""

    columns: tuple[int, int] = Parameter(unit="px", help="first column, end column")
    slabs = Slabs("row", "angle")

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses columns outside the detector."""
        return projections.isel(column=self._inside(projections))

    def execute(self, projections: Projections) -> Projections:
        """A view."""
        return projections.isel(column=self._inside(projections))

    def _inside(self, projections: DataArray) -> slice:
        return _inside("crop", self.columns, np.asarray(projections.coords["column"].values))


class Bin(Algorithm):
    """Means of so many rows and columns; what is left over at the end is cut off."""

    rows: int = Parameter(1, ge=1, unit="px", help="rows that become one")
    columns: int = Parameter(1, ge=1, unit="px", help="columns that become one")
    slabs = Slabs("row", "angle")

    def describe(self, projections: DataArray) -> DataArray:
        """Coordinates are the means of raw pixels."""
        return self._binned(projections.coords, projections)

    def source_range(self, dim: str, start: int, stop: int, **inputs: Any) -> tuple[int, int]:
        """Rows of the detector that become these."""
        return (start * self.rows, stop * self.rows) if dim == "row" else (start, stop)

    def execute(self, projections: Projections) -> Projections:
        """Float32 means."""
        whole = projections.isel(column=slice(0, projections.sizes["column"] // self.columns * self.columns))
        whole = whole.isel(row=slice(0, whole.sizes["row"] // self.rows * self.rows))
        return self._binned(whole.coords, whole, bin_projections(whole.data, self.rows, self.columns))

    def _binned(self, coords: Any, projections: DataArray, data: Any = None) -> DataArray:
        rows = _means(coords["row"].values, self.rows)
        columns = _means(coords["column"].values, self.columns)
        shape = (projections.sizes["angle"], len(rows), len(columns))
        if 0 in shape:
            raise DataError(
                f"binning {self.rows} x {self.columns} leaves nothing of {projections.shape[1:]} rows and columns",
                remedy="use smaller factors",
            )
        kept = {name: value for name, value in coords.items() if value.dims == ("angle",)}
        attrs = dict(projections.attrs)
        if "pixel_size" in attrs:
            attrs["pixel_size"] = attrs["pixel_size"] * self.columns
        hollow = template(
            ("angle", "row", "column"),
            shape,
            np.float32,
            coords={**kept, "row": rows, "column": columns},
            attrs=attrs,
        )
        return hollow if data is None else hollow.copy(data=data)


class Rows(Algorithm):
    """Rows of the volume from first to end (excluded), in raw detector pixels."""

    rows: tuple[int, int] = Parameter(unit="px", help="first row, end row")
    slabs = Slabs("row")

    def describe(self, volume: DataArray) -> DataArray:
        """Refuses rows outside the volume."""
        return volume.isel(row=self._inside(volume))

    def source_range(self, dim: str, start: int, stop: int, **inputs: Any) -> tuple[int, int]:
        """Shifted by the first row."""
        first = self._inside(inputs["volume"]).start if dim == "row" else 0
        return start + first, stop + first

    def execute(self, volume: Volume) -> Volume:
        """The engine has cut already what `source_range` says."""
        return volume

    def _inside(self, volume: DataArray) -> slice:
        return _inside("rows", self.rows, np.asarray(volume.coords["row"].values))


class CircleMask(Algorithm):
    """Set the volume to a value outside a circle, where not every projection has seen it."""

    radius: float = Parameter(1.0, gt=0, le=1.5, help="of the circle, as a share of half the width")
    value: float = Parameter(0.0, help="outside the circle")
    slabs = Slabs("row", block=BLOCK)

    def execute(self, volume: Volume) -> Volume:
        """Inside it the volume stays what it is."""
        inside = circle_mask(volume.sizes["x"], self.radius)
        return volume.copy(deep=False, data=np.where(inside, volume.data, np.float32(self.value)))


def _means(raw: Any, factor: int) -> Any:
    """Mean positions of groups of so many pixels."""
    whole = len(raw) // factor * factor
    return np.asarray(raw[:whole], np.float64).reshape(-1, factor).mean(axis=1)


def _inside(name: str, wanted: tuple[int, int], there: Any) -> slice:
    first, end = wanted
    chosen = np.flatnonzero((there >= first) & (there < end))
    if not 0 <= first < end or end > there[-1] + 1 + (there[1] - there[0] if len(there) > 1 else 1) or not len(chosen):
        raise DataError(
            f"{name}={first}:{end} is not inside {there[0]:g}:{there[-1] + 1:g}",
            remedy="give first and end (excluded) in raw detector pixels",
        )
    return slice(int(chosen[0]), int(chosen[-1]) + 1)
