"""LocalExecutor: this process computes one slab at a time, with a reader and a writer at its side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from daisy_kernel.engines.news import Tell
from daisy_kernel.engines.section_runner import close_section, run_slab
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.plan import Slab

IN_FLIGHT = 2
"""Slabs at a time: while one computes, the other is written, then the next is read (see plan.memory)."""


class LocalExecutor:
    """Computes in this process."""

    slots = 1
    memory = None
    shares_memory = True
    scratch = None

    def describe(self) -> str:
        """What it is, for the record of a run."""
        return "local"

    def check(self, read: Sequence[Path], write: Sequence[Path], tell: Tell) -> None:
        """Nothing to check: it is this process that asks."""

    def run(self, task: SectionTask, slabs: Sequence[Slab], report: Callable[[SlabReport], None], tell: Tell) -> None:
        """See `Executor.run`."""
        waiting = list(reversed(slabs))
        running: set[Future[SlabReport]] = set()
        with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="daisy-slab") as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < IN_FLIGHT:
                        running.add(pool.submit(run_slab, task.key, lambda: task, waiting.pop()))
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        report(future.result())
            finally:
                for future in running:
                    future.cancel()
        close_section(task.key)

    def close(self) -> None:
        """Nothing to end."""
