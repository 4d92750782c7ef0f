"""Checking what is asked of the CT app before a run starts: every field, and the scan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.errors import DaisyError
from daisy_kernel.graph import Graph
from daisy_kernel.plan import Plan
from daisy_kernel.workflow import workflow_declaration
from widgets_apps import forms
from widgets_apps.checking import accepted, check_outputs, plan_of, refuse_place, refused, refusing
from widgets_apps.ct.graphs import run_graph
from widgets_apps.ct.scan import by_field
from widgets_apps.jobs.place import Place
from widgets_apps.session import FieldErrors

_FIELDS = {"bin": "binning", "normalize": "flats", "reconstruct": "algorithm", "range": "dtype", "save": "output"}


def wanted(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run takes them: paths absolute, hidden ones left out. Errors: FieldErrors, all at once."""
    model = workflow_declaration(CT).parameters
    fields = forms.check(model, parameters)
    if fields:
        raise FieldErrors(fields)
    found = forms.given(model, parameters)
    for name in ("input", "output"):
        found[name] = str(Path(str(found[name])).expanduser().absolute())
    return found


def previewed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """As `wanted`, for what is only looked at: where a result would go does not matter."""
    return wanted({**parameters, "output": "preview.h5", "dtype": "float32", "center": _one_center(parameters)})


def checked(parameters: Mapping[str, Any], place: Place = "here") -> dict[str, Any]:
    """What a page is told of parameters: see `checking.accepted`; sentences by field where they are refused."""
    try:
        given = wanted(parameters)
        plan = planned(given, place)
    except FieldErrors as error:
        return refused(error)
    return accepted(plan, Path(given["output"]))


def planned(given: Mapping[str, Any], place: Place = "here") -> Plan:
    """The plan of a run; nothing is computed or written. Errors: FieldErrors, where a field is to blame."""
    graph = Graph()
    try:
        graph = run_graph(given)
        plan = plan_of(graph, place)
    except DaisyError as error:
        raise by_field(error, beside=_field_of(refusing(graph))) from None
    refuse_place(Path(given["output"]), Path(given["input"]))
    try:
        check_outputs(plan)
    except DaisyError as error:
        raise by_field(error, beside="output") from None
    return plan


def _field_of(step: str) -> str:
    """The parameter that a step is there for: most are called after it."""
    return step if step in workflow_declaration(CT).parameters.model_fields else _FIELDS.get(step, "input")


def _one_center(parameters: Mapping[str, Any]) -> Any:
    """The center; a range of them, which makes a sheet of candidates, counts as none."""
    center = parameters.get("center")
    return None if isinstance(center, list | tuple) or (isinstance(center, str) and ":" in center) else center
