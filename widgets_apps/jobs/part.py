"""JobsPart: the jobs as a page asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from widgets_apps.jobs.job import Job
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.place import places
from widgets_apps.session import Part, Send, exposed


class JobsPart(Part):
    """Answers ``jobs.…``, and tells the page when a job changed."""

    name = "jobs"

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._end: Callable[[], None] | None = None

    def attach(self, send: Send) -> None:
        """Take the way to the page, and watch the jobs for it."""
        super().attach(send)
        self._end = self._jobs.watch(self._tell)

    def close(self) -> None:
        """Watch no longer; the jobs go on."""
        if self._end is not None:
            self._end()

    @exposed
    def list(self) -> dict[str, Any]:
        """All jobs, the newest first."""
        return _listed(self._jobs.list())

    @exposed
    def places(self) -> dict[str, Any]:
        """Where a run can be computed, the usual place first."""
        return {"places": list(places())}

    @exposed
    def stop(self, id: int) -> None:  # noqa: A002 - the name that pages use
        """Stop a job; what is complete is kept."""
        self._jobs.stop(id)

    @exposed
    def resume(self, id: int) -> dict[str, Any]:  # noqa: A002
        """Go on with a job."""
        return {"job": asdict(self._jobs.resume(id))}

    @exposed
    def forget(self, id: int) -> None:  # noqa: A002
        """Take a job off the list; what it wrote stays."""
        self._jobs.forget(id)

    @exposed
    def log(self, id: int, offset: int = 0) -> dict[str, Any]:  # noqa: A002
        """What a job printed from this offset on."""
        text, offset = self._jobs.log(id, offset)
        return {"text": text, "offset": offset}

    def _tell(self, jobs: Sequence[Job]) -> None:
        self.emit("jobs", _listed(jobs))


def _listed(jobs: Sequence[Job]) -> dict[str, Any]:
    return {"jobs": [asdict(job) for job in jobs]}
