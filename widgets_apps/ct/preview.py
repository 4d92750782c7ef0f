"""Previews of the CT app: one row or one projection at each stage, and slices of neighbouring centers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from xarray import DataArray

from daisy_kernel.algorithm import Region
from daisy_kernel.domains.ct.data import angles_of, to_index
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan, grid_bytes
from daisy_kernel.domains.ct.steps.center import check_center
from daisy_kernel.engines.section_runner import computing
from daisy_kernel.errors import DataError
from daisy_kernel.graph import Graph
from widgets_apps.ct.graphs import Stage, center_of, preview_graph, stage_of, with_center
from widgets_apps.ct.steps import CtSteps
from widgets_apps.pictures import Picture, window_of

What = Literal["center", "candidates"]
"""What is computed of a scan beside pictures of its stages."""

_LARGEST = 1024  # columns, at most, of a candidate


@dataclass(frozen=True)
class CtPicture(Picture):
    """A picture with the center that it was made with."""

    center: float | None = None


class CtPreview:
    """Pictures of one scan after the other; what they have in common is computed once."""

    def __init__(self) -> None:
        self._preview = CtSteps()

    def picture(self, parameters: Mapping[str, Any], stage: Stage, *, row: int, angle: int | None = None) -> CtPicture:
        """One row of a stage, or with `angle` one projection of the prepared ones.

        row: of the detector, raw pixels. angle: index of the projection. Errors: those of the run's steps, and
        DataError for a row or an angle outside the scan.
        """
        begin = perf_counter()
        graph = preview_graph(parameters)
        center = self._center(graph) if stage == "slice" else None
        if center is not None:
            graph = with_center(graph, center[0]) if isinstance(center_of(graph), str) else graph
        reference = stage_of(graph, stage)
        template = self._preview.template(graph, reference)
        dim, index = ("angle", angle) if angle is not None and stage == "prepared" else ("row", _nearest(template, row))
        _check_index(template, dim, index)
        along = "row" if dim == "angle" else None
        found = self._preview.compute(graph, reference, {dim: (index, index + 1)}, along=along)
        plane = found.value.isel({dim: 0})
        warnings = dict(found.warnings) | (dict(center[1]) if center else {})
        return CtPicture(
            np.ascontiguousarray(plane.values),
            tuple(map(str, plane.dims)),
            str(plane.attrs.get("units", "")),
            window_of(plane.values),
            perf_counter() - begin,
            tuple(warnings),
            center[0] if center else None,
        )

    def find_center(self, parameters: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
        """The center that a run with these parameters finds, in raw detector columns, and doubts about it."""
        center, warnings = self._center(preview_graph({**parameters, "center": None}))
        return center, tuple(warnings)

    def candidates(self, parameters: Mapping[str, Any], row: int, centers: Sequence[float]) -> Picture:
        """One row reconstructed by gridding with each of several centers; large slices are reduced.

        Errors: DataError for a center outside the detector, and where none is given.
        """
        if not centers:
            raise DataError("there are no centers to compare", remedy="give some")
        begin = perf_counter()
        graph = with_center(preview_graph({**parameters, "center": None}), float(centers[0]))
        reference = stage_of(graph, "sinogram")
        template = self._preview.template(graph, reference)
        for center in centers:
            check_center(template, center)
        index = _nearest(template, row)
        sinogram = self._preview.compute(graph, reference, {"row": (index, index + 1)}).value
        slices = _swept(sinogram, centers, graph.nodes["reconstruct"].parameters)
        dims = ("candidate", "y", "x")
        return Picture(slices, dims, "1/px", window_of(slices), perf_counter() - begin, ())

    def bytes(self, parameters: Mapping[str, Any], what: Stage | What, *, angle: int | None = None) -> int:
        """About how much memory it takes to compute a picture of a stage, the center, or candidates.

        angle: as of `picture`.
        """
        graph = preview_graph(parameters if what in get_args(Stage) else {**parameters, "center": None})
        row: Region = {"row": (0, 1)}
        if what == "prepared" and angle is not None:
            return self._preview.bytes(graph, stage_of(graph, what), {"angle": (0, 1)}, along="row")
        if what in ("prepared", "sinogram"):
            return self._preview.bytes(graph, stage_of(graph, what), row)
        sinogram = stage_of(graph, "sinogram")
        template = self._preview.template(graph, sinogram)
        center = center_of(graph)
        found = self._preview.bytes(graph, center) if isinstance(center, str) and what != "candidates" else 0
        if what == "center":
            return found
        if what == "candidates":
            angles, _, columns = template.shape
            columns //= -(-columns // _LARGEST)
            return max(self._preview.bytes(graph, sinogram, row), grid_bytes(angles, columns, columns))
        if isinstance(center, str):
            graph = with_center(graph, float(template.coords["column"].values.mean()))
        return max(found, self._preview.bytes(graph, stage_of(graph, "slice"), row))

    def clear(self) -> None:
        """Let go of all that is kept."""
        self._preview.clear()

    def _center(self, graph: Graph) -> tuple[float, Mapping[str, int]]:
        center = center_of(graph)
        if not isinstance(center, str):
            return center, {}
        found = self._preview.compute(graph, center)
        return float(found.value), found.warnings


def _swept(sinogram: DataArray, centers: Sequence[float], parameters: Mapping[str, Any]) -> NDArray[np.float32]:
    """A slice (y, x) for each center, of a sinogram of one row."""
    values, columns = sinogram.values[:, 0], sinogram.sizes["column"]
    factor = -(-columns // _LARGEST)
    places = [(to_index(sinogram, center) - (factor - 1) / 2) / factor for center in centers]
    if factor > 1:
        whole = columns // factor * factor
        values = values[:, :whole].reshape(len(values), -1, factor).mean(axis=2)
    kept = {name: parameters[name] for name in ("filter", "cutoff") if name in parameters}
    with computing:
        plan = GridPlan(angles_of(sinogram), values.shape[1], center=places[0], **kept)
        slices = plan.sweep(values[np.newaxis], places)[:, 0]
    swept: NDArray[np.float32] = slices / np.float32(factor)
    return swept


def _nearest(template: DataArray, row: int) -> int:
    """Index of the row that a raw detector row lies in."""
    rows = np.asarray(template.coords["row"].values, np.float64)
    half = (rows[1] - rows[0]) / 2 if len(rows) > 1 else 0.5
    last = rows[-1] + 3 * half - 1.5  # rows that binning leaves over count to the last one
    if not 0 <= row <= last:
        raise DataError(f"row={row} is not on the detector", remedy=f"give 0 to {last:g}")
    return int(np.argmin(np.abs(rows - row)))


def _check_index(template: DataArray, dim: str, index: int) -> None:
    if not 0 <= index < template.sizes[dim]:
        raise DataError(f"{dim}={index} is not in the scan", remedy=f"give 0 to {template.sizes[dim] - 1}")
