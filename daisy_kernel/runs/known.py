"""Which runs were begun below a Jupyter server, so that the server can say how they are.

The server names a folder of its user in ``DAISY_RUNTIME_DIR``, which its kernels and terminals inherit; a
run leaves a file there that holds the path of its folder, one that waits for its turn the path of a lock too.
Without the variable nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from daisy_kernel.errors import OutputError
from daisy_kernel.runs.folder import RunFolder, is_held

RUNTIME_DIR = "DAISY_RUNTIME_DIR"


@dataclass(frozen=True)
class KnownRun:
    """A run: its folder, its outputs, its state in words, whether a living process computes it, last change."""

    folder: str
    outputs: tuple[str, ...]
    state: str
    live: bool
    changed: str
    error: str = ""


def remember(folder: Path) -> None:
    """Leave word of a run; that it cannot be left must not stop the run."""
    _leave(os.fsencode(folder))


def remember_queued(output: Path, lock: Path) -> None:
    """Leave word of a run that waits to begin: the process that will compute it holds this file locked."""
    _leave(os.fsencode(RunFolder.beside(output).path) + b"\0" + os.fsencode(lock))


def known_runs(runtime: Path) -> list[KnownRun]:
    """The runs of which word was left, the last changed first; word of what is gone is removed."""
    found: dict[Path, KnownRun] = {}
    for note in (runtime / "runs").glob("[!.]*"):
        with suppress(OSError):  # another server of the same user may have removed it
            path, _, lock = (Path(os.fsdecode(part)) for part in note.read_bytes().partition(b"\0"))
            run = _look_queued(path, lock) if lock.name else _look(RunFolder(path))
            if run is None:
                note.unlink(missing_ok=True)
            elif path not in found or run.live:
                found[path] = run
    return sorted(found.values(), key=lambda run: run.changed, reverse=True)


def _leave(word: bytes) -> None:
    runtime = os.environ.get(RUNTIME_DIR)
    if not runtime:
        return
    name = hashlib.sha256(word).hexdigest()[:16]
    with suppress(OSError):
        runs = Path(runtime, "runs")
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = runs / f".{name}.{os.getpid()}"
        part.write_bytes(word)
        part.replace(runs / name)


def _look_queued(path: Path, lock: Path) -> KnownRun | None:
    """A run that waits; None once its process is gone, and what the run itself says once it computes."""
    if not is_held(lock):
        return None
    run = _look(RunFolder(path))
    if run is not None and run.live:
        return run
    changed = datetime.fromtimestamp(lock.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    return KnownRun(str(path), (), "queued", live=True, changed=changed)


def _look(folder: RunFolder) -> KnownRun | None:
    if not folder.exists():
        return None
    try:
        record = folder.read()
    except OutputError as error:
        return KnownRun(str(folder.path), (), "damaged", live=False, changed="", error=str(error))
    state = str(record.get("state", ""))
    live = state == "running" and not _has_ended(str(record.get("process", ""))) and folder.is_locked()
    if state == "interrupted" or (state == "running" and not live):
        state = "interrupted, resume"
    return KnownRun(
        str(folder.path),
        tuple(record.get("outputs", {}).values()),
        state,
        live,
        changed=str(record.get("changed", "")),
        error=str(record.get("error", "")) if state == "failed" else "",
    )


def _has_ended(process: str) -> bool:
    """Whether the writer was a process of this machine that is gone.

    Asked before the lock is, because who looks at a lock holds it for an instant, and a run that goes on
    after its process was killed must find it free.
    """
    found = re.fullmatch(r"process (\d+) on (.+)", process)
    return found is not None and found[2] == socket.gethostname() and not psutil.pid_exists(int(found[1]))
