"""JobStore: the files of the jobs of a user, and the locks that say which of their processes live."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from daisy_kernel.errors import DataError, OutputError
from daisy_kernel.io.disk import disk_errors
from daisy_kernel.runs.folder import is_held
from widgets_apps.jobs.job import JobFile
from widgets_apps.writing import write_whole


@dataclass(frozen=True)
class Holder:
    """The process that has a ticket: as it wrote itself into the lock file."""

    pid: int
    host: str
    turn: str | None  # when its turn came, ISO 8601
    lacked: int | None = None  # bytes that it might use, 0 for no limit, where it ended for lack of memory

    def __post_init__(self) -> None:
        if type(self.pid) is not int or self.pid <= 0 or not isinstance(self.host, str):
            raise ValueError(f"process {self.pid!r} on {self.host!r} is none")
        if self.turn is not None:
            datetime.fromisoformat(self.turn)
        if self.lacked is not None and type(self.lacked) is not int:
            raise ValueError(f"{self.lacked!r} is no amount of memory")

    @property
    def process(self) -> str:
        """As the record of a run names it."""
        return f"process {self.pid} on {self.host}"


class JobStore:
    """``NUMBER.json``, ``.graph.json`` and ``.log`` of each job, ``TICKET.lock`` of each start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, number: int, suffix: str) -> Path:
        """A file of a job or of a ticket."""
        return self.folder / f"{number:08}{suffix}"

    def ids(self) -> list[int]:
        """Jobs that are there, the newest first."""
        names = (path.name.removesuffix(".json") for path in self.folder.glob("*.json"))
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Be the only one that starts or forgets jobs; all processes of the user take turns."""
        with disk_errors(OutputError, self.folder / "number"):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.folder / "number", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def next_number(self) -> int:
        """A number that was never given before, to be asked for while `changing`."""
        path = self.folder / "number"
        names = (file.name.partition(".")[0] for file in self.folder.iterdir())
        there = max((int(name) for name in names if name.isdecimal()), default=0)
        with disk_errors(OutputError, path):
            number = max(int(path.read_text() or 0), there) + 1
            path.write_text(str(number))
        return number

    def take_ticket(self, ticket: int) -> int:
        """Descriptor of a new lock file, which is locked before anyone can see it."""
        hidden = self.path(ticket, ".part")
        descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        hidden.rename(self.path(ticket, ".lock"))
        return descriptor

    def write(self, job: JobFile) -> None:
        """Put a job's file and its graph, each as a whole."""
        graph = self.path(job.id, ".graph.json")
        if not graph.exists():
            write_whole(graph, job.request.graph.to_json())
        write_whole(self.path(job.id, ".json"), job.model_dump_json(indent=2))

    def read(self, number: int) -> JobFile:
        """A job's file; `DataError` where there is none, or no whole one."""
        try:
            return JobFile.model_validate_json(self.path(number, ".json").read_bytes())
        except FileNotFoundError:
            raise DataError(f"there is no job {number}", remedy="look at the list again") from None
        except (OSError, ValidationError) as error:
            raise DataError(f"{self.path(number, '.json')} cannot be read: {error}", remedy="remove the file") from None

    def is_held(self, ticket: int) -> bool:
        """Whether a process that has this ticket lives."""
        return is_held(self.path(ticket, ".lock"))

    def holder(self, ticket: int) -> Holder | None:
        """Who has or had a ticket; None where no process got so far as to say so."""
        with suppress(OSError, ValueError, TypeError):
            return Holder(**json.loads(self.path(ticket, ".lock").read_bytes()))
        return None

    def remove(self, job: JobFile) -> None:
        """Remove the files of a job that has ended."""
        for suffix in (".json", ".graph.json", ".log"):
            self.path(job.id, suffix).unlink(missing_ok=True)
        self.path(job.ticket, ".lock").unlink(missing_ok=True)
