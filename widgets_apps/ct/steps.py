"""What the CT app knows of its steps to compute a row of them faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xarray import DataArray

from daisy_kernel.algorithm import Region
from daisy_kernel.domains.ct.data import angles_of, to_index
from daisy_kernel.domains.ct.prepare.phase import paganin_halo
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan
from daisy_kernel.domains.ct.steps.prepare import NormalizeBackground, Paganin
from daisy_kernel.domains.ct.steps.reconstruct import Grid
from daisy_kernel.step import Step
from widgets_apps.preview import Preview
from widgets_apps.work import Strip

_TOLERANCE = 1e-4
"""Of phase retrieval: how much of a step in transmission beyond the strip is seen in the wanted row, at most.

The slice of the demo then differs by less than a thousandth of its range from the one of a run."""


class CtSteps(Preview):
    """A preview that keeps the plan of a reconstruction, and needs strips where a run needs whole frames."""

    def __init__(self) -> None:
        super().__init__(alone=True)
        self._plan: GridPlan | None = None
        self._plan_key: tuple[Any, ...] = ()

    def execute(self, step: Step, inputs: Mapping[str, Any]) -> Any:
        """As any step, but gridding with the plan that is there: another center costs a phase only."""
        grid = step.algorithm
        if not isinstance(grid, Grid):
            return super().execute(step, inputs)
        projections = inputs["projections"]
        grid.initialize()
        grid.take(self._planned(grid, projections))
        try:
            return grid.execute(projections)
        finally:
            grid.finalize()

    def strip(self, step: Step, wanted: Region) -> Strip | None:
        """Rows of the background beside the wanted ones; rows as far as phase retrieval reaches."""
        if "row" not in wanted:
            return None
        if isinstance(step.algorithm, NormalizeBackground):
            return _background_strip(step.algorithm, wanted["row"])
        if isinstance(step.algorithm, Paganin):
            return _phase_strip(step, step.algorithm, wanted["row"])
        return None

    def clear(self) -> None:
        """Forget everything, the plan too."""
        super().clear()
        self._plan = None

    def _planned(self, grid: Grid, projections: DataArray) -> GridPlan:
        angles, columns = angles_of(projections), int(projections.sizes["column"])
        center = to_index(projections, grid.center)
        key = (angles.tobytes(), columns, grid.size, grid.filter, grid.cutoff)
        if self._plan is None or self._plan_key != key:
            self._plan = None  # the next one may be as large
            self._plan = GridPlan(
                angles, columns, center=center, size=grid.size, filter=grid.filter, cutoff=grid.cutoff
            )
            self._plan_key = key
        self._plan = self._plan.with_center(center)
        return self._plan


def _background_strip(algorithm: NormalizeBackground, rows: tuple[int, int]) -> Strip:
    """The rows of the background come first, then those that are wanted: the same bits as from whole frames."""
    first, end, column, end_column = algorithm.region
    moved = NormalizeBackground(region=(0, end - first, column, end_column))

    def execute(projections: DataArray) -> DataArray:
        return moved.execute(projections).isel(row=slice(end - first, None))

    return Strip("row", ((first, end), rows), rows, execute)


def _phase_strip(step: Step, algorithm: Paganin, rows: tuple[int, int]) -> Strip | None:
    """A part of the frame that goes on as its mirror image where the frame is cut; None where that is all of it."""
    projections = step.inputs["projections"]
    names = ("pixel_size", "energy", "distance")
    pixel, energy, distance = (getattr(algorithm, name) or projections.attrs[name] for name in names)
    halo = paganin_halo(pixel, energy, distance, algorithm.delta_beta, _TOLERANCE)
    start, stop = max(0, rows[0] - halo), min(int(projections.sizes["row"]), rows[1] + halo)
    if stop - start == projections.sizes["row"]:
        return None
    return Strip("row", ((start, stop),), (start, stop), algorithm.execute)
