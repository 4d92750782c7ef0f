"""Jobs: starting, finding, stopping and resuming the runs of a user, whoever started them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from daisy_kernel.errors import DaisyError, DataError, OutputError
from daisy_kernel.io.disk import disk_errors
from daisy_kernel.runs.known import remember_queued
from widgets_apps.jobs.job import Job, JobFile, JobRequest
from widgets_apps.jobs.look import Look
from widgets_apps.jobs.store import JobStore
from widgets_apps.state import state_folder

Listener = Callable[[Sequence[Job]], None]
LookAtAll = Callable[[], list[Job]]

_log = logging.getLogger(__name__)
_EVERY = 0.3  # seconds between two looks while someone watches
_LOG_BYTES = 1 << 18  # of one answer


class Jobs:
    """The jobs in a folder, the user's own by default; all processes of the user see the same."""

    def __init__(self, folder: Path | None = None) -> None:
        self._store = JobStore(folder or state_folder("jobs"))
        self._looks: dict[int, tuple[int, Look]] = {}
        self._lock = threading.RLock()
        self._watch = _Watch(self.list)

    def start(self, request: JobRequest) -> Job:
        """Start a process that waits for its turn and computes; it outlives this one.

        `OutputError` where a job that goes on writes the same output, or the job's files cannot be written.
        """
        output = request.output.absolute()
        with self._store.changing():
            self._refuse_taken(output)
            number = self._store.next_number()
            file = JobFile(
                id=number,
                ticket=number,
                created=datetime.now(UTC).isoformat(),
                request=request.model_copy(update={"output": output}),
                command=request.command(self._store.path(number, ".graph.json"), resume=request.resume),
            )
            self._spawn(file)
        return self.get(number)

    def list(self) -> list[Job]:
        """All jobs, the newest first; a file that is damaged is passed over."""
        found = []
        with self._lock:
            ids = self._store.ids()
            for number in ids:
                with suppress(DaisyError):
                    found.append(self.get(number))
            for gone in self._looks.keys() - set(ids):
                del self._looks[gone]
        return found

    def get(self, number: int) -> Job:
        """One job; `DataError` where it is not there."""
        with self._lock:
            return self._look(number).job()

    def stop(self, number: int) -> None:
        """Ask a job to stop; what is complete is kept. Nothing happens where it has ended.

        `DataError` where its process belongs to another machine.
        """
        with self._lock:
            job, ticket = self._look(number).job(), self._look(number).file.ticket
        holder = self._store.holder(ticket)
        if job.is_ended or holder is None:
            return
        if holder.host != socket.gethostname():
            raise DataError(f"job {number} runs on {holder.host}", remedy="stop it there")
        # Ends the wait at once; `daisy run` takes it as Ctrl-C. Only while the lock is held the number is its own.
        if self._store.is_held(ticket):
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGTERM)

    def resume(self, number: int) -> Job:
        """Let a job that was stopped, killed or failed go on, at the end of the queue.

        `DataError` where it is done or has not ended.
        """
        with self._store.changing():
            with self._lock:
                look = self._look(number)
                job, file = look.job(), look.file
            if not job.is_ended or job.state == "done":
                raise DataError(f"job {number} is {job.state}", remedy="resume what was stopped or failed")
            self._refuse_taken(file.request.output)
            holder = self._store.holder(file.ticket)
            begun = [holder.process] if holder is not None and look.has_begun(holder) else []
            processes = [*file.processes, *begun]
            is_resume = bool(processes) or file.request.resume
            old = self._store.path(file.ticket, ".lock")
            changes = {
                "ticket": self._store.next_number(),
                "processes": processes,
                "command": file.request.command(self._store.path(number, ".graph.json"), resume=is_resume),
            }
            self._spawn(file.model_copy(update=changes))
            old.unlink(missing_ok=True)
        return self.get(number)

    def forget(self, number: int) -> None:
        """Remove a job that has ended from the list; what it wrote stays. `DataError` while it goes on."""
        with self._store.changing(), self._lock:
            look = self._look(number)
            if not look.job().is_ended:
                raise DataError(f"job {number} goes on", remedy="stop it first")
            self._store.remove(look.file)

    def log(self, number: int, offset: int = 0) -> tuple[str, int]:
        """What a job printed from `offset` in bytes on, and the offset of what comes next."""
        self._store.read(number)
        try:
            with self._store.path(number, ".log").open("rb") as file:
                file.seek(min(max(offset, 0), os.fstat(file.fileno()).st_size))
                start = file.tell()
                text = file.read(_LOG_BYTES)
        except FileNotFoundError:
            return "", 0
        return text.decode(errors="replace"), start + len(text)

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` the jobs now and whenever they change, from another thread; returns what ends it."""
        return self._watch.add(listener)

    def _look(self, number: int) -> Look:
        try:
            changed = self._store.path(number, ".json").stat().st_mtime_ns
        except OSError:
            raise DataError(f"there is no job {number}", remedy="look at the list again") from None
        known = self._looks.get(number)
        if known is None or known[0] != changed:
            known = self._looks[number] = (changed, Look(self._store, self._store.read(number)))
        return known[1]

    def _refuse_taken(self, output: Path) -> None:
        for job in self.list():
            if not job.is_ended and job.output == str(output):
                raise OutputError(
                    f"job {job.id} ({job.title}) writes {output} already", remedy="stop it, or name another output"
                )

    def _spawn(self, file: JobFile) -> None:
        """Start the process of a ticket; it has said who it is when this returns."""
        log_path = self._store.path(file.id, ".log")
        with disk_errors(OutputError, log_path), log_path.open("ab") as log:
            lock = self._store.take_ticket(file.ticket)
            try:
                file = file.model_copy(update={"log_from": log.tell()})
                self._store.write(file)
                remember_queued(file.request.output, self._store.path(file.ticket, ".lock"))
                words = [str(self._store.path(file.id, ".json")), str(lock)]
                done = subprocess.run(  # noqa: S603 - the words are ours
                    [sys.executable, "-P", "-m", "widgets_apps.jobs.turn", *words],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock],
                    start_new_session=True,
                    check=False,
                )
            finally:
                os.close(lock)
        if done.returncode:
            raise OutputError(f"job {file.id} could not be started", remedy=f"see {log_path}")


class _Watch:
    """A thread that looks at the jobs while someone listens."""

    def __init__(self, look: LookAtAll) -> None:
        self._look = look
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: Sequence[Job] | None = None

    def add(self, listener: Listener) -> Callable[[], None]:
        with self._lock:
            self._listeners.append(listener)
            self._told = None  # the new one is told too
            self._wake.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()

        def end() -> None:
            with self._lock, suppress(ValueError):
                self._listeners.remove(listener)
                self._wake.set()

        return end

    def _run(self) -> None:
        while True:
            self._wake.clear()
            with self._lock:
                if not self._listeners:
                    self._thread = None
                    return
            try:
                self._tell(self._look())
            except Exception:
                _log.exception("the jobs could not be looked at")  # the next look may find them whole
            self._wake.wait(_EVERY)

    def _tell(self, jobs: Sequence[Job]) -> None:
        # Seconds pass by themselves: whoever shows a job that runs counts them.
        timeless = [replace(job, seconds=None) for job in jobs]
        with self._lock:
            if timeless == self._told:
                return
            self._told = timeless
            listeners = list(self._listeners)
        for listener in listeners:
            listener(jobs)
