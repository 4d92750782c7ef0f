"""Progress of a run, read from its journal as it grows."""

from __future__ import annotations

import json
import os
from collections import deque
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from daisy_kernel.io.disk import open_regular
from widgets_apps.jobs.machines import MachineNews, Machines

_WINDOW = 10.0  # seconds over which the rate is taken


class Progress:
    """What of a run's plan is done. Each look reads only the lines that are new."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._begin()

    def _begin(self, inode: int = 0) -> None:
        self._inode, self._offset = inode, 0
        self._slabs: dict[str, int] = {}
        self._left: dict[str, int] = {}
        self._times: deque[float] = deque()
        self._machines = MachineNews()
        self.section = ""

    @property
    def total(self) -> int:
        """Slabs of all sections."""
        return sum(self._slabs.values())

    @property
    def done(self) -> int:
        """Slabs that are complete."""
        return self.total - sum(self._left.values())

    @property
    def rate(self) -> float | None:
        """Slabs per second in the last ten seconds of the section, None before its first slab."""
        span = self._times[-1] - self._times[0] if self._times else 0.0
        return (len(self._times) - 1) / span if span > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the rest takes at this rate."""
        return (self.total - self.done) / self.rate if self.rate else None

    @property
    def machines(self) -> Machines | None:
        """The pods that compute, where the run has some."""
        return self._machines.seen()

    def look(self) -> None:
        """Read what was added; a line without its end is left for the next look."""
        with suppress(OSError), open_regular(self._journal) as file:
            stat = os.fstat(file.fileno())
            if stat.st_ino != self._inode or stat.st_size < self._offset:
                self._begin(stat.st_ino)
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                with suppress(
                    ValueError, LookupError, TypeError, AttributeError
                ):  # a line that is damaged says nothing
                    self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        self._machines.take(event)
        if event["event"] == "plan":
            slabs = {str(name): int(n) for name, n in event["sections"].items()}
            same = {name: self._left[name] for name, n in slabs.items() if self._slabs.get(name) == n}
            self._slabs = slabs
            self._left = self._slabs | same
            self._times.clear()
        elif event["event"] == "section":
            self._enter(event)
        elif event["event"] == "slab":
            self._times.append(_seconds(event))
            self._left[event["section"]] = max(0, self._left.get(event["section"], 1) - 1)
            while len(self._times) > 2 and self._times[-1] - self._times[0] > _WINDOW:
                self._times.popleft()

    def _enter(self, event: dict[str, Any]) -> None:
        """A section begins, so that those before it are done: one whose results are known does not begin again."""
        begun, slabs, left = str(event["section"]), int(event["slabs"]), int(event["left"])
        self.section, self._times = " → ".join(event["steps"]), deque([_seconds(event)])
        for name in self._slabs:
            if name == begun:
                break
            self._left[name] = 0
        # What a run that goes on finds done may have been cut otherwise: what is left is said in today's slabs.
        self._slabs[begun], self._left[begun] = max(slabs, left), left


def _seconds(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["time"]).timestamp()
