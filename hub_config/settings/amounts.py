"""Amounts: cores and memory that something may use, and those that a node must have free for it."""

from __future__ import annotations


def size_of(text: str) -> int:
    """Bytes of an amount of memory.

    >>> size_of("8G"), size_of("0.5M")
    (8589934592, 524288)
    """
    return round(float(text[:-1]) * 2.0 ** (10 * " KMGT".index(text[-1])))


def guarantee_problem(cpu: float, memory: str, cpu_guarantee: float | None, memory_guarantee: str | None) -> str:
    """What is wrong with guarantees that are above their limit; empty where nothing is."""
    if cpu_guarantee is not None and cpu_guarantee > cpu:
        return f"cpuGuarantee {cpu_guarantee:g} is more than cpu {cpu:g}"
    if memory_guarantee is not None and size_of(memory_guarantee) > size_of(memory):
        return f"memoryGuarantee {memory_guarantee} is more than memory {memory}"
    return ""
