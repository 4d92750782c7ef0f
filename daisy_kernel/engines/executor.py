"""Executor: where slabs are computed. The next kind of cluster is one more of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from daisy_kernel.declaration import suggest
from daisy_kernel.engines.news import Tell
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.errors import ParameterError
from daisy_kernel.plan import Slab

PODS = "kubernetes"
"""The engine of workers that are pods of the user."""


class Executor(Protocol):
    """Computes the slabs of a section, each at least once, and reports each once."""

    @property
    def slots(self) -> int:
        """How many processes compute at the same time."""

    @property
    def memory(self) -> int | None:
        """Bytes that one process has where it is not this machine; None: what this machine has."""

    @property
    def shares_memory(self) -> bool:
        """Whether data objects of this process can be used and returned without being sent."""

    def describe(self) -> str:
        """What it is, for the record of a run."""

    @property
    def scratch(self) -> Path | None:
        """Folder for data between sections that every process sees; None: any of this machine."""

    def check(self, read: Sequence[Path], write: Sequence[Path], tell: Tell) -> None:
        """Wait until something can compute; `DaisyError` where a process lacks these files, or has other versions."""

    def run(self, task: SectionTask, slabs: Sequence[Slab], report: Callable[[SlabReport], None], tell: Tell) -> None:
        """Compute slabs; `report` is called in this thread as each is complete, in any order, `tell` with news.

        Raises the first error after what is being computed has ended. KeyboardInterrupt stops likewise.
        """

    def close(self) -> None:
        """End processes that this executor started."""


def executor_for(where: Any = None, *, workers: int = 1) -> Executor:
    """The executor for an address (``tcp://...``), a dask cluster or client, ``kubernetes``, or this machine.

    workers: processes on this machine (1: this process computes, with all its threads), or pods.
    """
    if where is None and workers == 1:
        from daisy_kernel.engines.local import LocalExecutor

        return LocalExecutor()
    from daisy_kernel.engines.dask import DaskExecutor

    if where is None:
        return DaskExecutor.on_this_machine(workers)
    if where == PODS:
        return DaskExecutor.on_pods(workers)
    if isinstance(where, str) and "://" not in where:
        raise ParameterError(
            f"engine {where!r} is no address", remedy=suggest(where, [PODS, "tcp://HOST:PORT", "tls://HOST:PORT"])
        )
    return DaskExecutor(where)
