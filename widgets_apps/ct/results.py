"""Results of the CT app: what its jobs made, and the same again with other scans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from daisy_kernel.errors import DaisyError, DataError
from widgets_apps.checking import refuse_start
from widgets_apps.ct.checking import planned, wanted
from widgets_apps.ct.graphs import WORKFLOW, run_graph
from widgets_apps.jobs.job import Job, JobRequest
from widgets_apps.results import finished, result
from widgets_apps.session import FieldErrors
from widgets_apps.writing import free_output


def run_request(given: Mapping[str, Any]) -> JobRequest:
    """The job of a reconstruction, with the graph of ``daisy run ct``."""
    return JobRequest(
        title=Path(given["input"]).name,
        app=WORKFLOW,
        graph=run_graph(given),
        output=Path(given["output"]),
        input=Path(given["input"]),
        parameters=dict(given),
    )


def results(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """What jobs of this app finished and is still there, each with the center that it was made with."""
    return [
        {**result(job), "center": job.results.get("center", job.parameters.get("center"))}
        for job in finished(jobs, WORKFLOW)
    ]


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
        output = free_output(Path(source).expanduser().absolute(), "_rec", folder, frozenset(taken))
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
