"""CtPart: what the page of the CT app asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.workflow import workflow_declaration
from widgets_apps import forms
from widgets_apps.ct import results
from widgets_apps.ct.checking import checked, planned, previewed, wanted
from widgets_apps.ct.export import Kind, export
from widgets_apps.ct.graphs import Stage
from widgets_apps.ct.presets import Presets
from widgets_apps.ct.previews import CtPreviews
from widgets_apps.ct.scan import open_scan
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.place import Place
from widgets_apps.jobs.starting import StartingPart, Wanted
from widgets_apps.pictures import Pictures
from widgets_apps.results import provenance
from widgets_apps.session import exposed
from widgets_apps.state import state_folder
from widgets_apps.viewer.source import Sources

_Parameters = dict[str, Any]


class CtPart(StartingPart):
    """Scans, previews, checks, runs and results; one a page."""

    name = "ct"

    def __init__(self, sources: Sources, jobs: Jobs, presets: Presets | None = None) -> None:
        super().__init__(jobs)
        self._sources = sources
        self._presets = presets or Presets(state_folder("presets") / "ct")
        self._preview = CtPreviews()
        self._pictures = Pictures(sources)

    def close(self) -> None:
        """Let go of what was computed for the page; its runs go on."""
        self._preview.clear()

    @exposed
    def form(self) -> dict[str, Any]:
        """The fields of the workflow, as they are declared."""
        return forms.form(workflow_declaration(CT).parameters)

    @exposed
    def open(self, path: str, options: _Parameters) -> dict[str, Any]:
        """Open a scan: its details, its arrays for the viewer, values for the form, a free name for the result."""
        scan = open_scan(Path(path), options, self._sources)
        defaults = {field["name"]: field["default"] for field in self.form()["fields"]}
        given = {name: value for name, value in options.items() if value not in (None, "")}
        values = {**defaults, **given, "input": str(scan.path), "output": str(scan.output)}
        return {
            "path": str(scan.path),
            "details": scan.details,
            "sources": scan.sources,
            "values": values,
            "output": str(scan.output),
        }

    @exposed
    def check(self, parameters: _Parameters, engine: Place = "here") -> dict[str, Any]:
        """What is wrong by field; disk that a run needs and that is free, in bytes; its plan in short."""
        return checked(parameters, engine)

    @exposed(pool="compute")
    def preview(self, parameters: _Parameters, row: int, stage: Stage, angle: int | None = None) -> dict[str, Any]:
        """One row of a stage, or one prepared projection, as a run would compute it."""
        picture = self._preview.picture(previewed(parameters), stage, row=row, angle=angle)
        name = f"{stage} {row if angle is None else angle}"
        return {**self._pictures.show((stage, row, angle), name, picture), "center": picture.center}

    @exposed(pool="compute")
    def find_center(self, parameters: _Parameters) -> dict[str, Any]:
        """The center that a run would find, in raw detector columns."""
        center, warnings = self._preview.find_center(previewed(parameters))
        return {"center": center, "warnings": list(warnings)}

    @exposed(pool="compute")
    def candidates(self, parameters: _Parameters, row: int, centers: Sequence[float]) -> dict[str, Any]:
        """One row with each of these centers, as a stack."""
        picture = self._preview.candidates(previewed(parameters), row, centers)
        shown = self._pictures.show(("candidates",), f"row {row}", picture)
        return {**shown, "centers": list(centers)}

    def wanted(self, parameters: Mapping[str, Any], place: Place) -> Wanted:
        """The reconstruction that these parameters ask for."""
        given = wanted(parameters)
        return Wanted(results.run_request(given), planned(given, place))

    def make_room(self) -> None:
        """End the process that computes large previews."""
        self._preview.make_room()

    @exposed
    def export(self, parameters: _Parameters, kind: Kind, path: str) -> dict[str, Any]:
        """Write a graph or a notebook."""
        return {"path": str(export(wanted(parameters), kind, Path(path)))}

    @exposed
    def presets(self) -> dict[str, Any]:
        """Names of the presets of this user."""
        return {"presets": self._presets.names()}

    @exposed
    def preset_save(self, parameters: _Parameters, name: str | None = None, path: str | None = None) -> dict[str, Any]:
        """Save parameters under a name, or to a file."""
        return {"path": str(self._presets.save(parameters, name=name, path=Path(path) if path else None))}

    @exposed
    def preset_load(self, name: str | None = None, path: str | None = None) -> dict[str, Any]:
        """Parameters of a preset."""
        return {"parameters": self._presets.load(name=name, path=Path(path) if path else None)}

    @exposed
    def preset_remove(self, name: str) -> None:
        """Take a preset away."""
        self._presets.remove(name)

    @exposed
    def results(self) -> dict[str, Any]:
        """What runs from this app made."""
        return {"results": results.results(self._jobs.list())}

    @exposed
    def provenance(self, run: str) -> dict[str, Any]:
        """How a result was made."""
        return {"provenance": provenance(Path(run))}

    @exposed
    def batch(self, parameters: _Parameters, inputs: Sequence[str], folder: str) -> dict[str, Any]:
        """The same again with other scans: one run each."""
        requests = results.batch(parameters, inputs, Path(folder))
        return {"jobs": [asdict(self._jobs.start(request)) for request in requests]}
