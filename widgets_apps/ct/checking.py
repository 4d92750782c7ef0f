"""Checking what is asked for before a run starts: every field, the scan, memory and disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Sink
from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.engines.engine import Engine
from daisy_kernel.errors import DaisyError
from daisy_kernel.graph import Graph, node_of
from daisy_kernel.io.disk import size_text
from daisy_kernel.plan import Plan
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.run import Run
from daisy_kernel.workflow import workflow_declaration
from widgets_apps import forms
from widgets_apps.ct.graphs import run_graph
from widgets_apps.ct.scan import by_field
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


def checked(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What a page is told of parameters: sentences by field, disk needed and free in bytes, the plan in short.

    exists: whether there is something at the output, which only overwriting replaces.
    """
    try:
        given = wanted(parameters)
        plan = planned(given)
    except FieldErrors as error:
        return {"fields": error.fields, "needed": None, "free": None, "exists": False, "plan": None}
    output = Path(given["output"])
    return {
        "fields": {},
        "needed": disk(plan),
        "free": shutil.disk_usage(output.parent).free,
        "exists": is_taken(output),
        "plan": _short(plan),
    }


def planned(given: Mapping[str, Any]) -> Plan:
    """The plan of a run; nothing is computed or written. Errors: FieldErrors, where a field is to blame."""
    graph = Graph()
    try:
        graph = run_graph(given)
        with Engine() as engine:
            engine.load(graph)
            plan = Run(engine).plan()
    except DaisyError as error:
        raise by_field(error, beside=_field_of(_refusing(graph))) from None
    _refuse_place(Path(given["output"]), Path(given["input"]))
    try:
        for step in plan.steps.values():
            if isinstance(step.algorithm, Sink):
                step.algorithm.target(next(iter(step.outputs.values())))
    except DaisyError as error:
        raise by_field(error, beside="output") from None
    return plan


def refuse_start(output: Path, plan: Plan, *, replace: bool) -> None:
    """Raise FieldErrors where something is there that is not to be replaced, or the disk has no room for it."""
    if is_taken(output) and not replace:
        raise FieldErrors({"output": f"{output} exists already, or a run of it: overwrite it, or give another name"})
    needed, free = disk(plan), shutil.disk_usage(output.parent).free
    if needed > free:
        there = f"{output.parent} has {size_text(free)} free, but the run needs {size_text(needed)}"
        raise FieldErrors({"output": f"{there}: free space there, or choose another folder"})


def is_taken(output: Path) -> bool:
    """Whether there is a result or a run at an output."""
    return os.path.lexists(output) or RunFolder.beside(output).exists()


def disk(plan: Plan) -> int:
    """Bytes that a run writes: its output and what it keeps on the way."""
    sinks = [step for step in plan.steps.values() if step.is_sink]
    return plan.kept_bytes + sum(int(next(iter(step.outputs.values())).nbytes) for step in sinks)


def _refusing(graph: Graph) -> str:
    """The first step of a graph that does not take what comes to it; empty where there is none."""
    for name in graph.order():
        members = graph.ancestors([name])
        links = [link for link in graph.links if node_of(link.target) in members]
        with Engine() as engine:
            try:
                engine.load(Graph(nodes={one: graph.nodes[one] for one in members}, links=links))
            except DaisyError:
                return name
    return ""


def _field_of(step: str) -> str:
    """The parameter that a step is there for: most are called after it."""
    return step if step in workflow_declaration(CT).parameters.model_fields else _FIELDS.get(step, "input")


def _refuse_place(output: Path, source: Path) -> None:
    folder = output.parent
    if output == source:
        raise FieldErrors({"output": f"{output} is the scan itself: give another name"})
    if not folder.is_dir():
        raise FieldErrors({"output": f"the folder {folder} does not exist: make it, or choose another"})
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FieldErrors({"output": f"the folder {folder} cannot be written: choose another"})


def _one_center(parameters: Mapping[str, Any]) -> Any:
    """The center; a range of them, which makes a sheet of candidates, counts as none."""
    center = parameters.get("center")
    return None if isinstance(center, list | tuple) or (isinstance(center, str) and ":" in center) else center


def _short(plan: Plan) -> dict[str, Any]:
    sections = [
        {"steps": list(one.section.steps), "along": one.section.dim, "slabs": len(one.slabs)} for one in plan.sections
    ]
    return {"sections": sections, "memory": plan.memory, "budget": plan.budget}
