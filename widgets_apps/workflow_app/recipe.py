"""Recipe: the graph of a workflow as it depends on the parameters of a page.

Parameters are named as on the command line: those of a workflow by their names, those of a step as ``step.name``.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Algorithm, Reduction, Sink, declaration
from daisy_kernel.declaration import declare
from daisy_kernel.engines.recorder import Recorder, record_workflow
from daisy_kernel.errors import DaisyError
from daisy_kernel.graph import Graph
from daisy_kernel.registry import load_class
from daisy_kernel.workflow import Workflow, is_workflow, workflow_declaration
from widgets_apps.session import FieldErrors
from widgets_apps.workflow_app.chain import chain
from widgets_apps.workflow_app.sections import Section

_PLACES = {"input": "input.h5", "output": "output.h5"}
"""Stand for what is not chosen yet, where only the steps are looked at."""


@dataclass(frozen=True)
class Recipe:
    """A graph, or a workflow that records one."""

    name: str
    workflow: type[Workflow] | None
    fixed: Graph

    def sections(self, parameters: Mapping[str, Any]) -> list[Section]:
        """The forms for these parameters: of the workflow, then of its steps in their order.

        The workflow alone where its parameters do not record steps yet.
        """
        own = self._own_section()
        try:
            graph = self._base(own, parameters)
        except DaisyError:
            return [own] if own is not None else []
        return [*([own] if own is not None else []), *self._step_sections(graph)]

    def role(self, role: str, sections: list[Section]) -> str | None:
        """The field of the one path that is read (input) or written (output)."""
        return next((key for section in sections if (key := section.role(role)) is not None), None)

    def wanted(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as a run takes them: paths absolute, hidden ones and those of steps that are not there left out.

        Errors: FieldErrors, all at once.
        """
        sections = self.sections(parameters)
        problems = {key: text for section in sections for key, text in section.problems(parameters).items()}
        if self.workflow is None:
            ownerless = [key for key in parameters if "." not in key]
            problems |= {key: f"{key} names no step: write step.{key}" for key in ownerless}
        if problems:
            raise FieldErrors(problems)
        found: dict[str, Any] = {}
        for section in sections:
            places = {f["name"] for f in section.fields() if f.get("role")}
            values = {section.key(name): value for name, value in section.values(parameters).items()}
            found |= {key: _absolute(value) if key in places else value for key, value in values.items()}
        return found

    def graph(self, given: Mapping[str, Any]) -> Graph:
        """The graph of parameters that are wanted, as ``daisy run`` takes it; a workflow in it as its steps.

        Errors: ParameterError, GraphError.
        """
        graph = self._base(self._own_section(), given)
        for section in self._step_sections(graph):
            graph.nodes[section.name].parameters |= section.values(given)
        return self._opened_up(graph)

    def data(self, parameters: Mapping[str, Any]) -> list[str]:
        """The data objects that can be looked at before a run, in the order in which they come about.

        Empty where the parameters do not record steps yet.
        """
        found: list[str] = []
        try:
            graph = self._opened_up(self._base(self._own_section(), parameters))
        except DaisyError:
            return found
        for name in graph.order():
            cls: type[Algorithm] = load_class(graph.nodes[name].algorithm, Algorithm)
            if not issubclass(cls, Sink | Reduction):
                found += [f"{name}.{port}" for port in declaration(cls).outputs]
        return found

    def _opened_up(self, graph: Graph) -> Graph:
        """The graph with the steps of a workflow in the place of it."""
        recorder = Recorder()
        recorder.record_graph(graph)
        return recorder.graph.model_copy(update={"name": self.name})

    def _own_section(self) -> Section | None:
        if self.workflow is None:
            return None
        return Section("", self.name, _first_line(self.workflow), workflow_declaration(self.workflow).parameters)

    def _base(self, own: Section | None, parameters: Mapping[str, Any]) -> Graph:
        """The graph before the parameters of its steps."""
        if own is None or self.workflow is None:
            return self.fixed.model_copy(deep=True)
        given = own.values(parameters)
        for field in own.fields():
            if field.get("role") in _PLACES and not given.get(field["name"]) and not field["optional"]:
                given[field["name"]] = _PLACES[field["role"]]
        return record_workflow(self.name, self.workflow, given)

    def _step_sections(self, graph: Graph) -> list[Section]:
        found = []
        for name in graph.order():
            node = graph.nodes[name]
            cls = load_class(node.algorithm, Algorithm, Workflow)
            model = declare(cls).parameters
            given = {"fixed" if self.workflow is not None else "defaults": node.parameters}
            linked = frozenset(graph.into(name)) & model.model_fields.keys()
            found.append(Section(name, node.algorithm, _first_line(cls), model, linked=linked, **given))
        return found


def recipe_of(workflow: str | type[Workflow] | Graph | tuple[str, ...]) -> Recipe:
    """The recipe of what an app names. Errors: RegistryError for an unknown name, GraphError for a broken chain."""
    if isinstance(workflow, Graph):
        return Recipe(workflow.name, None, workflow)
    if isinstance(workflow, str):
        return Recipe(workflow, load_class(workflow, Workflow), Graph())
    if is_workflow(workflow):
        cls: Any = workflow
        return Recipe(cls.__name__, cls, Graph())
    algorithms: Any = workflow
    return Recipe("chain", None, chain(algorithms))


def _absolute(path: Any) -> Any:
    return path if path is None else str(Path(str(path)).expanduser().absolute())


def _first_line(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[0]
