"""Looking at a job: its state comes from its lock, its log and the record of its run, never from one of them alone."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daisy_kernel.errors import DaisyError
from daisy_kernel.runs.folder import RunFolder
from widgets_apps.jobs.job import Job, JobFile, State
from widgets_apps.jobs.progress import Progress
from widgets_apps.jobs.store import Holder, JobStore

_TAIL = 65536  # bytes of a log in which the object at its end is sought
_NO_RESULT = {"output", "shape", "seconds", "memory", "engine", "warnings", "preview", "provenance", "plots", "run"}
_STATES: dict[Any, State] = {"done": "done", "failed": "failed"}
_STOPPED = 130  # exit code of `Interrupted`
_GO_ON = "resume it"
_USE_LESS = "take fewer workers, or start the server with a profile that has more memory, then resume it"
_KILLED = "its process is gone: it was killed, or the machine was switched off"


class Look:
    """One job, looked at again and again; reads only what has changed."""

    def __init__(self, store: JobStore, file: JobFile) -> None:
        self.file = file
        self._store = store
        self._folder = RunFolder.beside(file.request.output)
        self._progress = Progress(self._folder.path / "events.jsonl")
        self._record: tuple[int, dict[str, Any]] = (0, {})
        self._ended: Job | None = None

    def job(self) -> Job:
        """The job as it is now."""
        if self._ended is None:
            is_held = self._store.is_held(self.file.ticket)  # first: what is read afterwards is then whole
            found = self._look(is_held)
            if not found.is_ended:
                return found
            self._ended = self._with_lack(found)
        return self._ended

    def _with_lack(self, job: Job) -> Job:
        """Whether it ended for lack of memory: written by its parent, since a run that is killed says nothing."""
        holder = self._store.holder(self.file.ticket)
        if holder is None or holder.lacked is None or job.state == "done":
            return job
        if job.state == "failed":  # its own words say what it was that failed
            return replace(job, lacked=holder.lacked)
        most = f" ({holder.lacked / 2**30:.3g} GiB)" if holder.lacked else ""
        error = f"a process was ended because more memory was needed than there is{most}"
        return replace(job, error=error, remedy=_USE_LESS, lacked=holder.lacked)

    def record(self) -> dict[str, Any]:
        """The record of the run, if this job wrote it; else empty."""
        path = self._folder.path / "run.json"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return {}
        if changed != self._record[0]:
            with suppress(DaisyError, OSError):
                self._record = (changed, self._folder.read())
        record = self._record[1]
        holder = self._store.holder(self.file.ticket)
        processes = {*self.file.processes, *([holder.process] if holder else [])}
        is_ours = record.get("process") in processes and str(record.get("started", "")) >= self.file.created
        return record if is_ours else {}

    def has_begun(self, holder: Holder | None) -> bool:
        """Whether the last start of the job came so far as to compute."""
        return holder is not None and self.record().get("process") == holder.process

    def _look(self, is_held: bool) -> Job:
        holder = self._store.holder(self.file.ticket)
        record = self.record()
        job = self._with_progress(self._plain(), record, holder)
        if is_held:
            state: State = "queued" if holder is None or holder.turn is None else "running"
            return replace(job, state=state)
        if job.started is not None:
            ended = self._last_change()
            job = replace(job, ended=ended, seconds=max(0.0, ended - job.started), rate=None, left=None)
        printed = self._printed()
        if "run" in printed:
            results = {name: value for name, value in printed.items() if name not in _NO_RESULT}
            return replace(job, state="done", results=results, done=job.total)
        if "exit_code" in printed:
            error = str(printed.get("error", ""))
            if printed["exit_code"] == _STOPPED:
                return replace(job, state="interrupted", error=error, remedy=_GO_ON)
            remedy, words = str(printed.get("remedy", "")), printed.get("words")
            return replace(job, state="failed", error=error, remedy=remedy, words=words)
        if self.has_begun(holder) and record.get("state") != "running":
            state = _STATES.get(str(record.get("state")), "interrupted")
            return replace(job, state=state, error=record.get("error"), remedy=record.get("remedy"))
        if holder is None or holder.turn is None:
            return replace(job, state="interrupted")
        return replace(job, state="interrupted", error=_KILLED, remedy=_GO_ON)

    def _plain(self) -> Job:
        request = self.file.request
        return Job(
            id=self.file.id,
            ticket=self.file.ticket,
            title=request.title,
            app=request.app,
            input=str(request.input) if request.input else None,
            output=str(request.output),
            run=str(self._folder.path),
            parameters=request.parameters,
            engine=request.engine,
            workers=request.workers,
        )

    def _with_progress(self, job: Job, record: dict[str, Any], holder: Holder | None) -> Job:
        if holder is not None and holder.turn is not None:
            started = datetime.fromisoformat(holder.turn).timestamp()
            job = replace(job, started=started, seconds=max(0.0, datetime.now(UTC).timestamp() - started))
        if not record:
            return job
        seen = self._progress
        seen.look()
        job = replace(job, done=seen.done, total=seen.total, section=seen.section, machines=seen.machines)
        return replace(job, rate=seen.rate, left=seen.seconds_left) if self.has_begun(holder) else job

    def _printed(self) -> dict[str, Any]:
        """What the run said at its end, as the last object of its log; empty where it was killed."""
        with suppress(OSError), self._store.path(self.file.id, ".log").open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(self.file.log_from, size - _TAIL))
            for line in reversed(log.read().splitlines()):
                with suppress(ValueError):
                    found = json.loads(line)
                    if isinstance(found, dict):
                        return found
        return {}

    def _last_change(self) -> float:
        """When something of the job last changed, in seconds since 1970."""
        files = [self._store.path(self.file.ticket, ".lock"), self._store.path(self.file.id, ".log")]
        if self.record():
            files += [self._folder.path / "run.json", self._folder.path / "events.jsonl"]
        return max((_changed(path) for path in files), default=0.0)


def _changed(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
