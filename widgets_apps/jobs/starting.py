"""StartingPart: how the page of an app starts a run, whatever the app computes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from daisy_kernel.plan import Plan
from widgets_apps.checking import refuse_start
from widgets_apps.jobs.job import JobRequest
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.place import Place, engine_of
from widgets_apps.session import Part, exposed


class Wanted(NamedTuple):
    """A run that could be started: its plan, and the field of the page that its output stands in."""

    request: JobRequest
    plan: Plan
    field: str = "output"


class StartingPart(Part):
    """A part whose page starts runs."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    @abstractmethod
    def wanted(self, parameters: Mapping[str, Any], place: Place) -> Wanted:
        """The run that these parameters ask for, at a place. Errors: FieldErrors, where a field is to blame."""

    def make_room(self) -> None:
        """Let go of memory that the run may need."""

    @exposed
    def start(
        self,
        parameters: dict[str, Any],
        engine: Place = "here",
        workers: Annotated[int, Field(ge=1)] = 1,
        overwrite: bool = False,
        resume: bool = False,
    ) -> dict[str, Any]:
        """Start a run as a process of its own; what `daisy run` would refuse is refused here."""
        request, plan, field = self.wanted(parameters, engine)
        refuse_start(request.output, plan, replace=overwrite or resume, field=field)
        chosen = {**engine_of(engine, workers), "overwrite": overwrite, "resume": resume}
        self.make_room()
        return {"job": asdict(self._jobs.start(request.model_copy(update=chosen)))}
