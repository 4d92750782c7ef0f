"""WorkflowPart: what the page of a workflow's app asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.declaration import suggest
from daisy_kernel.errors import DataError, GraphError
from widgets_apps.jobs.job import JobRequest
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.place import Place
from widgets_apps.jobs.starting import StartingPart, Wanted
from widgets_apps.pictures import Pictures
from widgets_apps.results import finished, provenance, result
from widgets_apps.session import exposed
from widgets_apps.viewer.source import Sources
from widgets_apps.workflow_app.checking import Checking
from widgets_apps.workflow_app.preview import Looking
from widgets_apps.workflow_app.recipe import Recipe
from widgets_apps.writing import free_output, new_file, write_whole

_Parameters = dict[str, Any]
_ENDING = "_out"  # of the name of a result


class WorkflowPart(StartingPart):
    """Forms, previews, checks, runs and results of one workflow; one a page."""

    name = "workflow"

    def __init__(self, app: str, recipe: Recipe, shown: tuple[str, ...], sources: Sources, jobs: Jobs) -> None:
        super().__init__(jobs)
        _check_shown(recipe, shown)
        self._app = app
        self._recipe = recipe
        self._shown = shown
        self._checking = Checking(recipe)
        self._looking = Looking()
        self._pictures = Pictures(sources)

    def close(self) -> None:
        """Let go of what was computed for the page; its runs go on."""
        self._looking.clear()

    @exposed
    def describe(self, parameters: _Parameters) -> dict[str, Any]:
        """The forms for these parameters, the fields of input and output, and the data objects to look at."""
        sections = self._recipe.sections(parameters)
        roles = {role: self._recipe.role(role, sections) for role in ("input", "output")}
        return {"sections": [section.describe() for section in sections], **roles, "data": self._data(parameters)}

    @exposed
    def open(self, path: str) -> dict[str, Any]:
        """The whole path of an input, and a free name for its result."""
        source = Path(path).expanduser().absolute()
        return {"path": str(source), "output": str(free_output(source, _ENDING))}

    @exposed
    def check(self, parameters: _Parameters, engine: Place = "here") -> dict[str, Any]:
        """What is wrong by field; disk that a run needs and that is free, in bytes; its plan in short."""
        return self._checking.checked(parameters, engine)

    @exposed(pool="compute")
    def preview(
        self, parameters: _Parameters, data: str, across: str | None = None, index: int | None = None
    ) -> dict[str, Any]:
        """A data object, or one place across a dim of it, as a run would compute it."""
        there = self._recipe.data(parameters)
        if data not in there:
            raise DataError(f"there is no data object {data!r}", remedy=suggest(data, there))
        look = self._looking.look(self._recipe.graph(self._checking.previewed(parameters)), data, across, index)
        found = {"dims": list(look.dims), "shape": list(look.shape), "across": look.across, "index": look.index}
        if look.picture is None:
            return {**found, "value": look.value, "seconds": None, "warnings": []}
        place = (data, look.across, len(look.picture.dims))
        return {**found, "value": None, **self._pictures.show(place, data, look.picture)}

    def wanted(self, parameters: Mapping[str, Any], place: Place) -> Wanted:
        """The run of the workflow that these parameters ask for."""
        given = self._checking.wanted(parameters)
        plan = self._checking.planned(given, place)
        field, output = self._checking.output(given)
        source = self._checking.place("input", given)
        request = JobRequest(
            title=(source or output).name,
            app=self._app,
            graph=self._recipe.graph(given),
            output=output,
            input=source,
            parameters=given,
        )
        return Wanted(request, plan, field)

    @exposed
    def export(self, parameters: _Parameters, path: str) -> dict[str, Any]:
        """Write the graph, which ``daisy run`` takes. Errors: OutputError where the file is there already."""
        graph = self._recipe.graph(self._checking.wanted(parameters))
        file = new_file(Path(path), ".json")
        write_whole(file, graph.to_json())
        return {"path": str(file)}

    @exposed
    def results(self) -> dict[str, Any]:
        """What runs from this app made."""
        return {"results": [result(job) for job in finished(self._jobs.list(), self._app)]}

    @exposed
    def provenance(self, run: str) -> dict[str, Any]:
        """How a result was made."""
        return {"provenance": provenance(Path(run))}

    def _data(self, parameters: Mapping[str, Any]) -> list[str]:
        """What the app names of the data objects that there are, or all of them, the last one first."""
        there = self._recipe.data(parameters)
        return [name for name in self._shown if name in there] or there[::-1]


def _check_shown(recipe: Recipe, shown: tuple[str, ...]) -> None:
    """Raise GraphError where an app shows what no step gives; the steps of a workflow depend on its parameters."""
    there = recipe.data({})
    unknown = [name for name in shown if name not in there]
    if unknown and recipe.workflow is None:
        raise GraphError(f"the app shows {unknown[0]!r}, which no step gives", remedy=suggest(unknown[0], there))
