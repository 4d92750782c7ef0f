"""Jobs in a folder of their own, a demo scan, and waiting with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.runs.known import RUNTIME_DIR
from widgets_apps.jobs.job import Job, JobRequest
from widgets_apps.jobs.jobs import Jobs


@pytest.fixture(scope="session")
def scan(tmp_path_factory) -> Path:
    """Two slabs of rows at 600 MiB take some seconds, as stripes and zingers are looked for."""
    path = tmp_path_factory.mktemp("jobs") / "scan.h5"
    write_demo_scan(path, rows=144, columns=192, angles=200, chunks=(20, 16, 192))
    return path


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.delenv(RUNTIME_DIR, raising=False)
    found = Jobs(tmp_path / "state" / "jobs")
    yield found
    for job in found.list():
        found.stop(job.id)
    wait_for(lambda: all(job.is_ended for job in found.list()))


def wanted(scan: Path, output: Path, **more: Any) -> JobRequest:
    """A reconstruction in several slabs."""
    settings = (f"input={scan}", f"output={output}", "center=97.3", "zingers=5000", "stripes=sorting")
    graph = requested_graph(Request("ct", settings))
    more = {"title": output.stem, "app": "ct", "input": scan, "memory": "600MiB", **more}
    return JobRequest(graph=graph, output=output, **more)


def wait_for(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true value of a condition."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return found


def ended(jobs: Jobs, number: int) -> Job:
    """The job once it has ended."""
    wait_for(lambda: jobs.get(number).is_ended)
    return jobs.get(number)


def computing(jobs: Jobs, number: int) -> Job:
    """The job once its first slab is complete, and before its last is."""
    wait_for(lambda: jobs.get(number).done >= 1 or jobs.get(number).is_ended)
    job = jobs.get(number)
    assert job.state == "running", job
    return job
