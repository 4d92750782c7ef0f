"""Checking a run before it starts: the plan of its graph, the place of its output, memory and disk."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Sink
from daisy_kernel.engines.engine import Engine
from daisy_kernel.graph import Graph, node_of
from daisy_kernel.io.disk import size_text
from daisy_kernel.plan import Plan
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.run import Run
from widgets_apps.jobs.place import Place
from widgets_apps.session import FieldErrors


def plan_of(graph: Graph, place: Place = "here") -> Plan:
    """The plan of a run; nothing is computed or written. Errors: those of the steps.

    place: of the pods that would compute it nobody knows here what memory they will have; the run refuses what does not
    fit into them.
    """
    with Engine(memory=sys.maxsize if place == "kubernetes" else None) as engine:
        engine.load(graph)
        return Run(engine).plan()


def refusing(graph: Graph) -> str:
    """The first step of a graph that does not take what comes to it; empty where there is none."""
    for name in graph.order():
        members = graph.ancestors([name])
        links = [link for link in graph.links if node_of(link.target) in members]
        with Engine() as engine:
            try:
                engine.load(Graph(nodes={one: graph.nodes[one] for one in members}, links=links))
            except Exception:  # a step may be somebody's own, which raises what it likes
                return name
    return ""


def check_outputs(plan: Plan) -> None:
    """Raise what a sink says of the place that it is to write to."""
    for step in plan.steps.values():
        if isinstance(step.algorithm, Sink):
            step.algorithm.target(next(iter(step.outputs.values())))


def refuse_place(output: Path, source: Path | None, *, field: str = "output") -> None:
    """Raise FieldErrors, at `field`, where nothing can be written at an output, or it is what is read."""
    folder = output.parent
    if output == source:
        raise FieldErrors({field: f"{output} is what is read: give another name"})
    if not folder.is_dir():
        raise FieldErrors({field: f"the folder {folder} does not exist: make it, or choose another"})
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FieldErrors({field: f"the folder {folder} cannot be written: choose another"})


def refuse_start(output: Path, plan: Plan, *, replace: bool, field: str = "output") -> None:
    """Raise FieldErrors where something is there that is not to be replaced, or the disk has no room for it."""
    if is_taken(output) and not replace:
        raise FieldErrors({field: f"{output} exists already, or a run of it: overwrite it, or give another name"})
    needed, free = disk(plan), shutil.disk_usage(output.parent).free
    if needed > free:
        there = f"{output.parent} has {size_text(free)} free, but the run needs {size_text(needed)}"
        raise FieldErrors({field: f"{there}: free space there, or choose another folder"})


def is_taken(output: Path) -> bool:
    """Whether there is a result or a run at an output."""
    return os.path.lexists(output) or RunFolder.beside(output).exists()


def disk(plan: Plan) -> int:
    """Bytes that a run writes: its output and what it keeps on the way."""
    sinks = [step for step in plan.steps.values() if step.is_sink]
    return plan.kept_bytes + sum(int(next(iter(step.outputs.values())).nbytes) for step in sinks)


def accepted(plan: Plan, output: Path) -> dict[str, Any]:
    """What a page is told of a run that can start: disk needed and free in bytes, the plan in short.

    exists: whether there is something at the output, which only overwriting replaces.
    """
    free = shutil.disk_usage(output.parent).free
    return {"fields": {}, "needed": disk(plan), "free": free, "exists": is_taken(output), "plan": _short(plan)}


def refused(error: FieldErrors) -> dict[str, Any]:
    """What a page is told of a run that cannot start: the sentences by field."""
    return {"fields": error.fields, "needed": None, "free": None, "exists": False, "plan": None}


def _short(plan: Plan) -> dict[str, Any]:
    sections = [
        {"steps": list(one.section.steps), "along": one.section.dim, "slabs": len(one.slabs)} for one in plan.sections
    ]
    return {"sections": sections, "memory": plan.memory, "budget": plan.budget}
