"""Checking what is asked of a workflow's app: every field, the steps with the input as it is, memory and disk."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.errors import DaisyError
from daisy_kernel.graph import Graph
from daisy_kernel.plan import Plan
from daisy_kernel.registry import load_class
from widgets_apps.checking import accepted, check_outputs, plan_of, refuse_place, refused, refusing
from widgets_apps.jobs.place import Place
from widgets_apps.session import FieldErrors
from widgets_apps.workflow_app.recipe import Recipe
from widgets_apps.workflow_app.sections import Section

_log = logging.getLogger(__name__)

_NAMED = re.compile(r"\b([A-Za-z_]\w*)=")


class Checking:
    """The questions that are put to a recipe before anything runs."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe

    def wanted(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as a run takes them. Errors: FieldErrors, all at once."""
        return self._recipe.wanted(parameters)

    def previewed(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """As `wanted`, for what is only looked at: where a result would go does not matter."""
        output = self._place("output", parameters)
        return self.wanted(parameters if output is None else {**parameters, output: "preview.h5"})

    def place(self, role: str, given: Mapping[str, Any]) -> Path | None:
        """The path that a run reads (input) or writes (output), if a person gives it."""
        key = self._place(role, given)
        value = None if key is None else given.get(key)
        return None if value is None else Path(str(value))

    def output(self, given: Mapping[str, Any]) -> tuple[str, Path]:
        """The field of the output, and its path. Errors: FieldErrors where the steps write nothing."""
        key, path = self._place("output", given), self.place("output", given)
        if key is None or path is None:
            raise FieldErrors(
                {"": f"no step of {self._recipe.name} writes to a file that is given: add one, such as Save"}
            )
        return key, path

    def checked(self, parameters: Mapping[str, Any], place: Place = "here") -> dict[str, Any]:
        """What a page is told of parameters: see `checking.accepted`; sentences by field where they are refused."""
        try:
            given = self.wanted(parameters)
            plan = self.planned(given, place)
        except FieldErrors as error:
            return refused(error)
        return accepted(plan, self.output(given)[1])

    def planned(self, given: Mapping[str, Any], place: Place = "here") -> Plan:
        """The plan of a run; nothing is computed or written. Errors: FieldErrors, where a field is to blame."""
        field, output = self.output(given)
        graph = Graph()
        try:
            graph = self._recipe.graph(given)
            plan = plan_of(graph, place)
        except Exception as error:  # a step may be somebody's own, which raises what it likes
            if not isinstance(error, DaisyError):
                _log.warning("a step does not take what comes to it", exc_info=True)
            raise self._by_field(error, graph, refusing(graph), given) from None
        refuse_place(output, self.place("input", given), field=field)
        try:
            check_outputs(plan)
        except DaisyError as error:
            raise FieldErrors({field: _sentence(error)}) from None
        return plan

    def _by_field(self, error: Exception, graph: Graph, step: str, given: Mapping[str, Any]) -> FieldErrors:
        """The error at the fields that it names, else at what the step reads or writes, else at the step itself."""
        if isinstance(error, FieldErrors):
            return error
        sections = self._recipe.sections(given)
        near = [section for section in sections if section.name in (step, "")]
        named = _NAMED.findall(_sentence(error))
        keys = [section.key(name) for name in named for section in reversed(near) if section.is_open(name)]
        return FieldErrors({(keys or [self._beside(graph, step, sections)])[0]: _sentence(error)})

    def _beside(self, graph: Graph, step: str, sections: list[Section]) -> str:
        """Where it is said that a step refuses what it is given."""
        if step not in graph.nodes:
            return ""
        declared = declaration(load_class(graph.nodes[step].algorithm, Algorithm))
        roles = [role for role in ("input", "output") if declared.roles(role)]
        own = next((section for section in sections if section.name == step), None)
        places = [(own.role(role) if own else None) or self._recipe.role(role, sections) for role in roles]
        return next((place for place in places if place is not None), step)

    def _place(self, role: str, parameters: Mapping[str, Any]) -> str | None:
        return self._recipe.role(role, self._recipe.sections(parameters))


def _sentence(error: Exception) -> str:
    if not isinstance(error, DaisyError):
        return f"{type(error).__name__}: {error}"
    return f"{error.error}: {error.remedy}" if error.remedy else error.error
