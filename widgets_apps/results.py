"""Results: what the jobs of an app finished, and how each was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from daisy_kernel.errors import DaisyError, DataError
from daisy_kernel.io.disk import open_regular
from daisy_kernel.runs.folder import RunFolder
from widgets_apps.jobs.job import Job

_LARGEST = 16 << 20  # bytes of a provenance


def finished(jobs: Sequence[Job], app: str) -> list[Job]:
    """Jobs of an app whose result is still there, the newest first; a result that was made twice once."""
    found: dict[str, Job] = {}
    for job in jobs:
        if job.app == app and job.state == "done" and job.output not in found and Path(job.output).exists():
            found[job.output] = job
    return list(found.values())


def result(job: Job) -> dict[str, Any]:
    """What a page is told of a result."""
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
        "shape": record.get("shape"),
        "warnings": list(record.get("warnings") or ()),
    }


def provenance(run: Path) -> dict[str, Any]:
    """How a result was made, as its run wrote it. Errors: DataError where that is not there."""
    file = run / "provenance.json"
    if run.suffix != ".run":
        raise DataError(f"{run} is no folder of a run", remedy="choose a result of the list")
    try:
        with open_regular(file) as stream:
            found = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}", remedy="the result itself holds a copy of it") from None
    if not isinstance(found, dict):
        raise DataError(f"{file} is damaged", remedy="the result itself holds a copy of it")
    return found


def _record(run: Path) -> Mapping[str, Any]:
    """The record of a run; empty where it cannot be read."""
    try:
        return RunFolder(run).read()
    except (DaisyError, OSError):
        return {}
