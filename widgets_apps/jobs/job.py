"""What is asked of a job, what its file holds, and what a page is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from daisy_kernel.graph import Graph
from widgets_apps.jobs.machines import Machines

State = Literal["queued", "running", "done", "failed", "interrupted"]
ENDED = ("done", "failed", "interrupted")


class JobRequest(BaseModel):
    """A run that is wanted.

    output: what is written, beside which the run keeps its folder. parameters: of the app, for showing and for
    doing it again. engine: ``kubernetes``, or address of a dask scheduler; none for this machine. memory: as ``8GiB``.
    """

    model_config = ConfigDict(extra="forbid")

    title: str
    app: str
    graph: Graph
    output: Path
    input: Path | None = None
    parameters: dict[str, Any] = {}
    engine: str | None = None
    workers: int = Field(1, ge=1)
    memory: str | None = None
    overwrite: bool = False
    resume: bool = False

    def command(self, graph: Path, *, resume: bool) -> list[str]:
        """The words after ``daisy``."""
        words = ["run", str(graph), "--json", "--workers", str(self.workers)]
        if self.engine:
            words += ["--engine", self.engine]
        if self.memory:
            words += ["--memory", self.memory]
        if resume:
            words.append("--resume")
        elif self.overwrite:
            words.append("--overwrite")
        return words


class JobFile(BaseModel):
    """The file of a job. Each start takes a new ticket, and so the last place of the queue.

    processes: of earlier starts that began to compute, as a run's record names them. log_from: where the log of the
    last start begins, in bytes.
    """

    id: int
    ticket: int
    created: str
    request: JobRequest
    command: list[str]
    processes: list[str] = []
    log_from: int = 0


@dataclass(frozen=True)
class Job:
    """A job as a page shows it.

    ticket: place in the queue, the smaller is earlier. done, total: slabs. section: the steps being computed.
    rate: slabs per second. left, seconds: seconds. started, ended: seconds since 1970. run: the run's folder.
    lacked: bytes of memory that it might use where it ended because it needed more, 0 where there is no limit.
    words: the error by language, where it has several. machines: the pods that compute it.
    """

    id: int
    ticket: int
    title: str
    app: str
    input: str | None
    output: str
    run: str
    parameters: dict[str, Any]
    engine: str | None
    workers: int
    state: State = "queued"
    done: int = 0
    total: int = 0
    section: str = ""
    rate: float | None = None
    left: float | None = None
    started: float | None = None
    ended: float | None = None
    seconds: float | None = None
    error: str | None = None
    remedy: str | None = None
    lacked: int | None = None
    words: dict[str, str] | None = None
    machines: Machines | None = None
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ended(self) -> bool:
        """Whether its process is gone."""
        return self.state in ENDED
