"""What the system says of memory that was lacking: the counters of this process's control group, version 1 or 2.

Where a limit is reached the kernel ends one process, the largest, with SIGKILL, and nobody is told: a container whose
first process goes on is not "OOMKilled". Only a counter tells. Only the standard library, as `turn` needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

ROOT = "/sys/fs/cgroup"
OWN = "/proc/self/cgroup"

_COUNTERS = {"": "memory.events", "/memory": "memory.oom_control"}  # below ROOT, by version
_LIMITS = {"": "memory.max", "/memory": "memory.limit_in_bytes"}
_NO_LIMIT = 1 << 60  # version 1 writes a number of this size where there is none


def kills(root: str = ROOT, own: str = OWN) -> int | None:
    """How many processes were ended here for lack of memory; None where the system does not count."""
    for text in _texts(_COUNTERS, root, own):
        for line in text.splitlines():
            name, _, number = line.partition(" ")
            if name == "oom_kill":
                return int(number)
    return None


def limit(root: str = ROOT, own: str = OWN) -> int | None:
    """Bytes that may be used here; None where the control group has no limit."""
    for text in _texts(_LIMITS, root, own):
        if text.strip().isdecimal():
            return int(text) if int(text) < _NO_LIMIT else None
    return None


def _texts(names: dict[str, str], root: str, own: str) -> Iterator[str]:
    """The texts of a file of this process's group; in a container the group is the root that is seen."""
    for version, place in _groups(own):
        for folder in (f"{root}{version}{place}", f"{root}{version}"):
            try:
                with open(os.path.join(folder, names[version]), encoding="ascii") as file:  # noqa: PTH118, PTH123
                    yield file.read()
            except OSError:
                continue


def _groups(own: str) -> Iterator[tuple[str, str]]:
    """Version, as a folder below the root, and path of the groups that may count memory."""
    try:
        with open(own, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a third of a job's start
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        number, controllers, place = line.split(":", 2)
        if "memory" in controllers.split(","):
            yield "/memory", place
        elif number == "0":
            yield "", place
