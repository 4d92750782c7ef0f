"""Amounts: cores and memory that something may use, and those that a node must have free for it."""

from __future__ import annotations

import re

_UNITS = {"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def size_of(text: str) -> int:
    """Bytes of an amount of memory.

    >>> size_of("8G"), size_of("0.5M")
    (8589934592, 524288)
    """
    return round(float(text[:-1]) * 2.0 ** (10 * " KMGT".index(text[-1])))


def amount_of(quantity: object) -> float:
    """The number that Kubernetes means.

    >>> amount_of("500m"), amount_of("2Gi"), amount_of(3)
    (0.5, 2147483648.0, 3.0)
    """
    match = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", str(quantity))
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{quantity!r} is no amount of Kubernetes's")
    return float(match[1]) * _UNITS[match[2]]


def guarantee_problem(cpu: float, memory: str, cpu_guarantee: float | None, memory_guarantee: str | None) -> str:
    """What is wrong with guarantees that are above their limit; empty where nothing is."""
    if cpu_guarantee is not None and cpu_guarantee > cpu:
        return f"cpuGuarantee {cpu_guarantee:g} is more than cpu {cpu:g}"
    if memory_guarantee is not None and size_of(memory_guarantee) > size_of(memory):
        return f"memoryGuarantee {memory_guarantee} is more than memory {memory}"
    return ""
