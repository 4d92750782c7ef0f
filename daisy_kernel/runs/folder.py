"""RunFolder: where a run keeps its record, its journal and its kept data; locked while it is written."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator, Set
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daisy_kernel.errors import DaisyError, OutputError, RunError
from daisy_kernel.io.disk import disk_errors, open_regular

_VERSION = 1


class RunFolder:
    """``OUTPUT.run/``: run.json (the record), graph.json, events.jsonl (the journal), data/ (kept)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    @classmethod
    def beside(cls, output: Path) -> RunFolder:
        """The run folder of an output."""
        return cls(output.with_name(output.name + ".run"))

    @property
    def data(self) -> Path:
        """Folder of the kept data."""
        return self.path / "data"

    def exists(self) -> bool:
        """Whether a run was begun here."""
        return (self.path / "run.json").exists()

    def lock(self) -> None:
        """Become the only writer; the system lets go of the lock when this process ends, however it ends."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(self._lock), (self.path / "lock").stat()):
                raise BlockingIOError  # it was discarded in between, and another process made a new one
        except BlockingIOError:
            holder = self.read().get("process", "another process")
            self.unlock()
            raise OutputError(
                f"{self.path} is being written by {holder}", remedy="wait for it, or name another output"
            ) from None
        except OSError as error:
            raise OutputError(
                f"{self.path} cannot be written: {error.strerror}", remedy="choose another folder for output="
            ) from None

    def unlock(self) -> None:
        """Let others write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_locked(self) -> bool:
        """Whether a process that lives is the writer, whatever the record says."""
        return is_held(self.path / "lock")

    def discard(self) -> None:
        """Remove the folder: what was refused before it began leaves nothing."""
        shutil.rmtree(self.path, ignore_errors=True)

    def read(self) -> dict[str, Any]:
        """The record; empty where there is none."""
        try:
            with open_regular(self.path / "run.json") as file:
                record = json.loads(file.read())
        except FileNotFoundError:
            return {}
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise OutputError(f"{self.path}/run.json is damaged", remedy="start anew with --overwrite")
        if record.get("version") != _VERSION:
            raise OutputError(
                f"{self.path} was written by another version of Daisy (record {record.get('version')})",
                remedy="start anew with --overwrite",
            )
        return record

    def write(self, **changes: Any) -> None:
        """Change fields of the record; the file is always whole."""
        who = f"process {os.getpid()} on {socket.gethostname()}"
        record = {"version": _VERSION, **self.read(), **changes, "process": who, "changed": now()}
        self.put("run.json", json.dumps(record, indent=2) + "\n")

    def note(self, **changes: Any) -> None:
        """Change the record where that is possible: a full disk must not hide why a run ended."""
        with suppress(DaisyError):
            self.write(**changes)

    def put(self, name: str, text: str) -> None:
        """Write a small file as a whole."""
        temporary = self.path / f".{name}.part"
        with disk_errors(RunError, self.path / name, len(text)):
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self.path / name)

    def append(self, **event: Any) -> None:
        """Add a line to the journal; a line is there as a whole or not at all."""
        line = json.dumps({"time": now(), **event}) + "\n"
        path = self.path / "events.jsonl"
        with disk_errors(RunError, path, len(line)), path.open("a", encoding="utf-8") as file:
            file.write(line)

    def events(self) -> Iterator[dict[str, Any]]:
        """The journal; a last line that was cut off by a kill is passed over."""
        with suppress(FileNotFoundError), (self.path / "events.jsonl").open(encoding="utf-8") as file:
            for line in file:
                with suppress(ValueError):
                    yield json.loads(line)

    def clear(self, *, keep: Set[str] = frozenset()) -> None:
        """Forget the run, the kept data of these names aside."""
        for name in ("run.json", "graph.json", "events.jsonl", "provenance.json", "preview.png"):
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.path / "plots", ignore_errors=True)
        for kept in self.data.iterdir() if self.data.exists() else ():
            if kept.name not in keep:
                shutil.rmtree(kept, ignore_errors=True)


def is_held(lock: Path) -> bool:
    """Whether a process that lives holds a file locked; a file that is not there is held by none."""
    try:
        probe = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


def now() -> str:
    """The time as in every record: UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
