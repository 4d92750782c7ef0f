"""Which runs were begun below a Jupyter server, so that the server can say how they are.

The server names a folder of its user in ``DAISY_RUNTIME_DIR``, which its kernels and terminals inherit; a
run leaves a file there that holds the path of its folder. Without the variable nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from daisy_kernel.errors import OutputError
from daisy_kernel.runs.folder import RunFolder

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
    runtime = os.environ.get(RUNTIME_DIR)
    if not runtime:
        return
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    with suppress(OSError):
        runs = Path(runtime, "runs")
        runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = runs / f".{name}.{os.getpid()}"
        part.write_bytes(os.fsencode(folder))
        part.replace(runs / name)


def known_runs(runtime: Path) -> list[KnownRun]:
    """The runs of which word was left, the last changed first; word of what is gone is removed."""
    found = []
    for note in (runtime / "runs").glob("[!.]*"):
        with suppress(OSError):  # another server of the same user may have removed it
            folder = RunFolder(Path(os.fsdecode(note.read_bytes())))
            if folder.exists():
                found.append(_look(folder))
            else:
                note.unlink(missing_ok=True)
    return sorted(found, key=lambda run: run.changed, reverse=True)


def _look(folder: RunFolder) -> KnownRun:
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
