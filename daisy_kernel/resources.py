"""What this machine gives: memory that may be used, whatever a container's limit says."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psutil

from daisy_kernel.errors import ParameterError

_SHARE = 0.7
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_GRANTED = "MEM_LIMIT"  # bytes that JupyterHub's profile gives to a server
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def default_budget() -> int:
    """Bytes: 70 % of what there is."""
    return int(memory_limit() * _SHARE)


def memory_limit() -> int:
    """Bytes: the smallest of the machine's memory, the cgroup's limit and what a hub granted."""
    limits = [int(psutil.virtual_memory().total)]
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):
            continue  # no such version of cgroups here, or "max": no limit
    granted = os.environ.get(_GRANTED, "")
    if granted.isdecimal() and int(granted):
        limits.append(int(granted))
    return min(limits)


def parse_bytes(text: str | int) -> int:
    """Bytes from a number with a unit: ``8GiB``, ``500 MB``, ``1073741824``.

    >>> parse_bytes("8GiB"), parse_bytes("1.5 kB")
    (8589934592, 1500)
    """
    match = re.fullmatch(r"\s*([\d.]+)\s*([kmgt]?)(i?)b?\s*", str(text), re.IGNORECASE)
    try:
        assert match is not None
        number, unit, binary = float(match[1]), match[2].lower(), bool(match[3])
    except (AssertionError, ValueError):
        raise ParameterError(f"{text!r} is no amount of memory", remedy="write it as 8GiB or 500MB") from None
    factor = 1024 ** "kmgt".index(unit) * 1024 if binary and unit else _UNITS[unit]
    return int(number * factor)
