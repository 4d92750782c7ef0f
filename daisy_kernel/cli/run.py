"""``daisy run``: from words on a command line to a run, and from its record to words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daisy_kernel.errors import ParameterError
from daisy_kernel.registry import installed, load_class
from daisy_kernel.settings import from_text, read_settings, split_nodes

if TYPE_CHECKING:
    from daisy_kernel.graph import Graph
    from daisy_kernel.runs.journal import Watcher


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    what: str
    settings: tuple[str, ...] = ()
    engine: str | None = None
    workers: int = 1
    memory: str | None = None
    device: str = "cpu"
    keep: tuple[str, ...] = ()
    resume: bool = False
    overwrite: bool = False
    plot: bool = False
    dry_run: bool = False
    as_json: bool = False
    command: tuple[str, ...] = field(default_factory=lambda: tuple(sys.argv))


def run_request(
    request: Request,
    graph: Graph | None = None,
    watch: Callable[..., AbstractContextManager[Watcher | None]] | None = None,
) -> dict[str, Any]:
    """Run it, or show its plan; prints the result, and returns the one object that ``--json`` prints.

    graph: run this one, with the settings of the request, not what the request names. watch: gives the
    watcher of the run, as `progress` does, which is also what none stands for.
    """
    from daisy_kernel.cli.progress import progress
    from daisy_kernel.engines.engine import Engine
    from daisy_kernel.engines.executor import PODS
    from daisy_kernel.runs.run import Run, RunOptions

    if request.engine not in (None, PODS) and request.workers > 1:
        raise ParameterError(
            f"--workers {request.workers} and --engine are both given",
            remedy="the cluster has its own workers",
        )
    graph = requested_graph(request) if graph is None else amended(graph, read_settings(request.settings))
    options = RunOptions(
        resume=request.resume,
        overwrite=request.overwrite,
        keep=request.keep,
        plots=request.plot,
        command=request.command,
    )
    with Engine(request.engine, workers=request.workers, memory=request.memory, device=request.device) as engine:
        engine.load(graph)
        if request.dry_run:
            from daisy_kernel.cli.dry_run import print_plan

            return print_plan(engine, Run(engine, options), as_json=request.as_json)
        with (watch or progress)(quiet=request.as_json) as watcher:
            record = Run(engine, options, watcher).execute()
    found = summary(record)
    print(json.dumps(found) if request.as_json else _sentences(record))
    return found


def requested_graph(request: Request) -> Graph:
    """The graph of a workflow with its parameters, or of a file; settings ``step.name`` go to its nodes."""
    from daisy_kernel.graph import Graph

    settings = read_settings(request.settings)
    if request.what in installed().entries:
        own = {name: value for name, value in settings.items() if "." not in name}
        graph = _workflow_graph(request.what, own)
        settings = {name: value for name, value in settings.items() if "." in name}
    elif request.what.endswith(".json") or Path(request.what).exists():
        graph = Graph.read(Path(request.what))
    else:
        installed().find(request.what, "workflows")
    return amended(graph, settings)


def amended(graph: Graph, settings: Mapping[str, Any]) -> Graph:
    """The graph with settings ``step.name`` in its nodes."""
    for name, values in split_nodes(settings, graph.nodes).items():
        node = graph.nodes[name]
        node.parameters |= from_text(_parameters(node.algorithm), values)
    return graph


def summary(record: dict[str, Any]) -> dict[str, Any]:
    """The one object that ``--json`` prints."""
    names = ("output", "shape", "seconds", "memory", "engine", "warnings", "preview", "provenance", "plots")
    return {
        **_results(record),
        **{name: record[name] for name in names},
        "run": str(Path(record["provenance"]).parent),
    }


def _results(record: dict[str, Any]) -> dict[str, Any]:
    """Results for the whole by the name of their step, such as center."""
    found = record["results"].items()
    return {reference.rpartition(".")[0].rpartition("/")[2]: value for reference, value in found}


def _workflow_graph(name: str, settings: dict[str, Any]) -> Graph:
    from daisy_kernel.engines.recorder import record_workflow
    from daisy_kernel.workflow import Workflow, workflow_declaration

    cls = load_class(name, Workflow)
    return record_workflow(name, cls, from_text(workflow_declaration(cls).parameters, settings))


def _parameters(algorithm: str) -> Any:
    from daisy_kernel.algorithm import Algorithm
    from daisy_kernel.declaration import declare
    from daisy_kernel.workflow import Workflow

    return declare(load_class(algorithm, Algorithm, Workflow)).parameters


def _sentences(record: dict[str, Any]) -> str:
    lines = [f"output      {record['output']}  {' x '.join(map(str, record['shape']))}"]
    lines += [f"{name:<11} {value}" for name, value in _results(record).items()]
    lines += [f"{name:<11} {record[name]}" for name in ("preview", "provenance") if record[name]]
    lines += [f"plot        {path}" for path in record["plots"]]
    lines += [f"warning     {text}" for text in record["warnings"]]
    return "\n".join(lines)
