"""Steps about the center of rotation: find it, or show candidates to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, OutputPath, Parameter, Region, Sink
from daisy_kernel.domains.ct.center.search import CenterSearch, find_center
from daisy_kernel.domains.ct.data import BLOCK, Projections, Slices, angles_of, require, to_index, to_raw
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan, grid_bytes
from daisy_kernel.errors import DataError
from daisy_kernel.io.output import Output
from daisy_kernel.template import template

_MOST_CANDIDATES = 400


class FindCenter(Algorithm):
    """The center of rotation in raw detector columns, from the block of rows in the middle of the scan."""

    center: float | None = Parameter(None, unit="px", help="none: found from the projections")
    search: tuple[float, float] | None = Parameter(None, unit="px", help="where to look; none: everywhere")

    def describe(self, projections: DataArray) -> float | None:
        """The center where it is given. Refuses one, and a search, that are not on the detector."""
        require(projections, "ct.FindCenter", "absorption")
        if self.search is not None:
            check_search(projections, self.search)
        if self.center is not None:
            check_center(projections, self.center)
        return self.center

    def select(self, projections: DataArray) -> dict[str, Region]:
        """The same rows of a scan, whatever else is asked for."""
        return {"projections": {"row": middle_rows(projections.sizes["row"])}}

    def execute(self, projections: Projections) -> float:
        """The center; doubts are noted as warnings."""
        self._search: CenterSearch | None = None
        if self.center is not None:
            return self.center
        limits = self.search and (to_index(projections, self.search[0]), to_index(projections, self.search[1]))
        self._seen = projections
        self._search = find_center(projections.values, angles_of(projections), search=limits)
        for text in self._search.warnings:
            self.warn(text)
        return round(to_raw(projections, self._search.center), 3)

    def plot(self, path: Path) -> bool:
        """Why this center: the measures around it, and slices on both sides."""
        if self._search is None:
            return False
        from daisy_kernel.domains.ct.center.plot import plot_center

        plot_center(self._search, self._seen.values, angles_of(self._seen), path)
        return True


class Sweep(Algorithm):
    """One slice for each of several centers, so that a person can choose."""

    first: float = Parameter(unit="px", help="first center, in raw detector columns")
    last: float = Parameter(unit="px", help="last center")
    step: float = Parameter(0.5, unit="px", gt=0, help="from one to the next")

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses centers outside the detector, and more than can be looked at."""
        require(projections, "ct.Sweep", "absorption")
        centers = self._centers()
        for center in centers:
            check_center(projections, center)
        size = projections.sizes["column"]
        coords = {"candidate": centers}
        return template(("candidate", "y", "x"), (len(centers), size, size), np.float32, coords=coords)

    def select(self, projections: DataArray) -> dict[str, Region]:
        """The rows that the automatic center looks at."""
        return {"projections": {"row": middle_rows(projections.sizes["row"])}}

    def execute(self, projections: Projections) -> Slices:
        """The row in the middle, by `grid`."""
        centers = self._centers()
        sinogram = projections.values[:, projections.sizes["row"] // 2]
        places = [to_index(projections, center) for center in centers]
        plan = GridPlan(angles_of(projections), projections.sizes["column"], center=places[0])
        slices = plan.sweep(sinogram[np.newaxis], places)[:, 0]
        return DataArray(slices, dims=("candidate", "y", "x"), coords={"candidate": centers})

    def scratch(self, projections: DataArray) -> int:
        """The plan of the reconstruction."""
        columns = projections.sizes["column"]
        return grid_bytes(projections.sizes["angle"], columns, columns)

    def _centers(self) -> list[float]:
        if self.last < self.first:
            raise DataError(f"centers {self.first}:{self.last} end before they begin", remedy="give first:last:step")
        count = int((self.last - self.first) / self.step + 1e-9) + 1
        if count > _MOST_CANDIDATES:
            raise DataError(f"{count} centers are more than can be looked at", remedy="use a larger step")
        return [round(self.first + i * self.step, 6) for i in range(count)]


class ContactSheet(Sink):
    """Slices side by side in one PNG, each with its center."""

    output: OutputPath = Parameter(help="the PNG file")

    def target(self, data: DataArray) -> Output:
        """One picture."""
        from daisy_kernel.domains.ct.center.contact_sheet import ContactSheetOutput

        return ContactSheetOutput(self.output, tuple(float(c) for c in data.coords["candidate"].values), data.shape)

    def execute(self, slices: Slices) -> Slices:
        """As they are; the output draws them."""
        return slices


def middle_rows(rows: int) -> tuple[int, int]:
    """The block of rows that holds the middle of the scan.

    >>> middle_rows(64), middle_rows(2)
    ((32, 48), (0, 2))
    """
    start = rows // 2 // BLOCK * BLOCK
    return start, min(start + BLOCK, rows)


def check_search(projections: Any, search: tuple[float, float]) -> None:
    """Raise `DataError` where a range is empty or not on the detector."""
    columns = projections.coords["column"].values
    low, high = search
    if not columns[0] <= low < high <= columns[-1]:
        raise DataError(
            f"search={low:g}:{high:g} is not inside the columns {columns[0]:g} to {columns[-1]:g}",
            remedy="give first and last in raw detector columns",
        )


def check_center(projections: Any, center: float) -> None:
    """Raise `DataError` where a center is not on the detector."""
    columns = projections.coords["column"].values
    if not columns[0] <= center <= columns[-1]:
        raise DataError(
            f"center={center:g} is outside the columns {columns[0]:g} to {columns[-1]:g}",
            remedy="give it in raw detector columns, or leave it out to have it found",
        )
