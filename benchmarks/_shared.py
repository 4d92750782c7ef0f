"""What benchmarks share: the line about the machine, times in alternation, memory of a tree of processes."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY = 0.02  # seconds between two looks at the memory


def machine() -> str:
    """The processor, its cores, and how busy it was before."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, load before {load:.1f}"


def alternate(cases: Mapping[str, Callable[[], float | None]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each case in each round; the cases take turns, so that a busy machine slows all alike.

    A case that returns seconds has measured itself.
    """
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            begin = time.perf_counter()
            own = case()
            found[name].append(time.perf_counter() - begin if own is None else own)
    return found


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """Median over the rounds of how many times longer the first took."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


@dataclass(frozen=True)
class Finished:
    """A process that ended well."""

    seconds: float
    peak: int  # bytes: PSS, summed over the tree of processes, the most of all looks
    output: str


def watched(command: Sequence[str]) -> Finished:
    """Run a command to its end; raises where it fails."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        memory = _Memory(process.pid)
        memory.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - begin
        memory.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Finished(seconds, memory.peak, output)


def timed(command: Sequence[str]) -> tuple[float, str]:
    """Seconds and output of a command that nobody looks at: looks at the memory stop its threads now and then."""
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - begin, done.stdout


class _Memory(threading.Thread):
    """Looks at a process and all its children until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid

    def run(self) -> None:
        with suppress(psutil.Error):
            root = psutil.Process(self._pid)
            while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
                self.peak = max(self.peak, sum(map(_pss, [root, *root.children(recursive=True)])))
                time.sleep(_EVERY)


def _pss(process: psutil.Process) -> int:
    with suppress(psutil.Error, OSError):
        return int(process.memory_full_info().pss)
    return 0
