"""Results of the CT app: what its jobs made, and the same again with other scans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from daisy_kernel.errors import DaisyError, DataError
from daisy_kernel.io.disk import open_regular
from daisy_kernel.runs.folder import RunFolder
from widgets_apps.ct.checking import planned, refuse_start, wanted
from widgets_apps.ct.graphs import WORKFLOW, run_graph
from widgets_apps.ct.scan import free_output
from widgets_apps.jobs.job import Job, JobRequest
from widgets_apps.session import FieldErrors

_LARGEST = 16 << 20  # bytes of a provenance


Place = Literal["here", "workers"]


def run_request(
    given: Mapping[str, Any],
    *,
    engine: Place = "here",
    workers: int = 1,
    overwrite: bool = False,
    resume: bool = False,
) -> JobRequest:
    """The job of a reconstruction, with the graph of ``daisy run ct``; `workers` count where they were chosen."""
    return JobRequest(
        title=Path(given["input"]).name,
        app=WORKFLOW,
        graph=run_graph(given),
        output=Path(given["output"]),
        input=Path(given["input"]),
        parameters=dict(given),
        workers=workers if engine == "workers" else 1,
        overwrite=overwrite,
        resume=resume,
    )


def results(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What jobs of this app finished and is still there, the newest first; a result that was made twice once."""
    found: dict[str, dict[str, Any]] = {}
    for job in jobs:
        if job.app == WORKFLOW and job.state == "done" and job.output not in found and Path(job.output).exists():
            found[job.output] = _result(job)
    return list(found.values())


def provenance(run: Path) -> dict[str, Any]:
    """How a result was made, as its run wrote it. Errors: DataError where that is not there."""
    file = run / "provenance.json"
    if run.suffix != ".run":
        raise DataError(f"{run} is no folder of a run", remedy="choose a result of the list")
    try:
        with open_regular(file) as stream:
            found = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}", remedy="the volume itself holds a copy of it") from None
    if not isinstance(found, dict):
        raise DataError(f"{file} is damaged", remedy="the volume itself holds a copy of it")
    return found


def batch(parameters: Mapping[str, Any], inputs: Sequence[str], folder: Path) -> list[JobRequest]:
    """A job for each scan, the parameters otherwise as they are; none overwrites anything.

    Errors: FieldErrors with the problem of each scan by its path, before anything is started.
    """
    if not inputs:
        raise DataError("no scan is chosen", remedy="choose some")
    folder = folder.expanduser().absolute()
    taken: set[Path] = set()
    requests, problems = [], {}
    for source in dict.fromkeys(inputs):
        output = free_output(Path(source).expanduser().absolute(), folder, frozenset(taken))
        taken.add(output)
        try:
            given = wanted({**parameters, "input": source, "output": str(output)})
            refuse_start(output, planned(given), replace=False)
            requests.append(run_request(given))
        except DaisyError as error:
            problems[source] = str(error) if not isinstance(error, FieldErrors) else error.error
    if problems:
        raise FieldErrors(problems)
    return requests


def _result(job: Job) -> dict[str, Any]:
    record = _record(Path(job.run))
    return {
        "id": job.id,
        "title": job.title,
        "output": job.output,
        "run": job.run,
        "input": job.input,
        "parameters": job.parameters,
        "engine": record.get("engine") or job.engine,
        "ended": job.ended,
        "seconds": job.seconds,
        "center": job.results.get("center", job.parameters.get("center")),
        "shape": record.get("shape"),
        "warnings": list(record.get("warnings") or ()),
    }


def _record(run: Path) -> Mapping[str, Any]:
    """The record of a run; empty where it cannot be read."""
    try:
        return RunFolder(run).read()
    except (DaisyError, OSError):
        return {}
