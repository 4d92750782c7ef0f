"""Steps from absorption to a volume."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Parameter, Slabs
from daisy_kernel.domains.ct.data import BLOCK, Projections, Volume, angles_of, column_step, require, to_index
from daisy_kernel.domains.ct.gpu import GpuGridPlan, gpu_grid_bytes, on_device
from daisy_kernel.domains.ct.reconstruct.fbp import fbp, fbp_bytes
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan, grid_bytes
from daisy_kernel.domains.ct.steps.center import check_center
from daisy_kernel.template import template

Filter = Literal["ramp", "shepp-logan", "hann", "butterworth"]


class _Reconstruction(Algorithm):
    center: float = Parameter(unit="px", help="of rotation, in raw detector columns")
    size: int | None = Parameter(None, ge=1, unit="px", help="of the output; none: number of columns")
    filter: Filter = Parameter("ramp", help="how high frequencies are damped")
    cutoff: float = Parameter(1.0, gt=0, le=1, help="of the filter, as a share of Nyquist")
    slabs = Slabs("row", block=BLOCK)

    def describe(self, projections: DataArray) -> DataArray:
        """Volume (row, y, x) in 1/cm where the pixel size is known, else per pixel."""
        require(projections, type(self).__name__, "absorption")
        if self.center is not None:
            check_center(projections, self.center)
        size = self.size or projections.sizes["column"]
        shape = (projections.sizes["row"], size, size)
        pixel, unit = _pixel(projections)
        x = (np.arange(size) - (size - 1) / 2) * pixel
        length = "cm" if unit == "1/cm" else "px"
        coords = {
            "row": projections.coords["row"].values,
            "y": ("y", x, {"units": length}),
            "x": ("x", x, {"units": length}),
        }
        attrs = {"quantity": "attenuation", "units": unit, **_kept(projections)}
        return template(("row", "y", "x"), shape, np.float32, coords=coords, attrs=attrs)

    def _volume(self, projections: DataArray, values: Any) -> DataArray:
        described = self.describe(projections)
        return described.copy(data=values)


class Grid(_Reconstruction):
    """Filtered backprojection by gridding in Fourier space: the fast one."""

    on_gpu = True

    def initialize(self) -> None:
        """The plan is made with the first slab, whose shape it depends on."""
        self._plan: GridPlan | GpuGridPlan | None = None

    def take(self, plan: GridPlan) -> None:
        """Compute with a plan that is there already; it must be that of these projections and parameters."""
        self._plan = plan

    def execute(self, projections: Projections) -> Volume:
        """Sixteen rows at a time."""
        if self._plan is None:
            make = GpuGridPlan if on_device(projections.data) else GridPlan
            self._plan = make(
                angles_of(projections),
                projections.sizes["column"],
                center=to_index(projections, self.center),
                size=self.size,
                filter=self.filter,
                cutoff=self.cutoff,
            )
        values = self._plan.reconstruct(projections.data.transpose(1, 0, 2))
        values *= np.float32(1 / _pixel(projections)[0])
        return self._volume(projections, values)

    def finalize(self) -> None:
        """Weights and buffers are the size of several slices."""
        self._plan = None

    def scratch(self, projections: DataArray) -> int:
        """Weights, grid and buffers of a block, in the memory where the projections are."""
        columns = projections.sizes["column"]
        count = gpu_grid_bytes if on_device(projections.data) else grid_bytes
        return count(projections.sizes["angle"], columns, self.size or columns)


class FBP(_Reconstruction):
    """Filtered backprojection in direct space, linear interpolation: slower, and independent of gridding."""

    def execute(self, projections: Projections) -> Volume:
        """Lines of the image at a time."""
        values = fbp(
            projections.data,
            angles_of(projections),
            center=to_index(projections, self.center),
            size=self.size,
            filter=self.filter,
            cutoff=self.cutoff,
            pixel=_pixel(projections)[0],
        )
        return self._volume(projections, values)

    def scratch(self, projections: DataArray) -> int:
        """Filtered projections of a block, and work space."""
        return fbp_bytes(projections.sizes["angle"], projections.sizes["column"])


def _pixel(projections: DataArray) -> tuple[float, str]:
    """Length of a pixel in the unit of the volume, and that unit."""
    size = projections.attrs.get("pixel_size")
    return (size * 1e-4, "1/cm") if size else (column_step(projections), "1/px")


def _kept(projections: DataArray) -> dict[str, Any]:
    return {key: projections.attrs[key] for key in ("pixel_size", "energy", "distance") if key in projections.attrs}
