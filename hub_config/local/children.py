"""Children: processes that end with this one, whatever becomes of it, and are started again when they die."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hub_config._parent import end_with_parent
from hub_config.errors import HubError

_PR_SET_CHILD_SUBREAPER = 36
_GRACE = 10.0  # seconds between asking to end and ending
_MOST_RESTARTS = 5
_PERIOD = 60.0  # seconds in which so many are allowed

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """A command, its log file, and the process that runs it now."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    stdin: bytes | None = None
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_RESTARTS))

    def start(self) -> None:
        """Start it; what it prints goes to the log."""
        self.starts.append(time.monotonic())
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.env),
                cwd=self.cwd,
                start_new_session=True,  # Ctrl-C is for the parent, which ends them in order
                preexec_fn=end_with_parent,
            )
        if self.stdin is not None:
            assert self.process.stdin is not None
            with suppress(BrokenPipeError):  # it has ended already; whoever waits for it says why
                self.process.stdin.write(self.stdin)
                self.process.stdin.flush()

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it answers; `HubError` with the end of its log where it does not."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_alive or time.monotonic() > deadline:
                raise HubError(
                    f"the {self.name} did not start: {_last_line(self.log)}", remedy=f"see {self.log} for the reason"
                )
            time.sleep(0.05)


class Children:
    """All children, in the order in which they were started."""

    def __init__(self) -> None:
        self._all: list[Child] = []
        # A server whose hub was killed becomes our own child, so that it can be ended with the others.
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def start(self, child: Child) -> Child:
        """Start one more."""
        child.start()
        self._all.append(child)
        return child

    def revive(self) -> None:
        """Start again what has died; `HubError` where that happens again and again."""
        self._reap()
        for child in self._all:
            if child.is_alive:
                continue
            full = len(child.starts) == _MOST_RESTARTS
            if full and time.monotonic() - child.starts[0] < _PERIOD:
                raise HubError(
                    f"the {child.name} ended {_MOST_RESTARTS} times within a minute: {_last_line(child.log)}",
                    remedy=f"see {child.log} for the reason",
                )
            child.start()

    def end(self) -> None:
        """End all, the last started first, and whatever they have started themselves."""
        for child in reversed(self._all):
            if child.process is not None and child.is_alive:
                child.process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(_GRACE)
        # What ends may leave its own children to us: until none is left.
        while left := psutil.Process().children(recursive=True):
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.terminate()
            _, stubborn = psutil.wait_procs(left, timeout=3)
            for process in stubborn:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(stubborn, timeout=3)

    def _reap(self) -> None:
        """Collect orphans that came to us and have ended."""
        ours = {child.process.pid for child in self._all if child.process is not None}
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess, ChildProcessError):
                if process.pid not in ours and process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, os.WNOHANG)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.is_file() else []
    return lines[-1].strip() if lines else "it said nothing"
