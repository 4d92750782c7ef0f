"""What is called on other machines of a cluster. The scheduler reads each call, so that this module imports little.

A scheduler that had to import the numerics first would answer nobody for a second or two.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_kernel.engines.requirements import Requirements
    from daisy_kernel.engines.task import SectionTask, SlabReport


def compute(key: str, task: bytes, requirements: Requirements | None, start: int, stop: int) -> SlabReport:
    """On a worker: the slab from `start` to `stop` of a pickled `SectionTask`."""
    from daisy_kernel.engines.section_runner import run_slab
    from daisy_kernel.plan import Slab

    return run_slab(key, partial(_checked, task, requirements), Slab(start, stop))


def ended_workers(keys: list[str], dask_scheduler: Any) -> dict[str, int]:
    """On the scheduler: how many workers have ended while they had each task, where some have."""
    tasks = dask_scheduler.tasks
    return {key: tasks[key].suspicious for key in keys if key in tasks and tasks[key].suspicious}


def _checked(task: bytes, requirements: Requirements | None) -> SectionTask:
    """The task, in a process that may compute it."""
    from distributed.protocol.pickle import loads

    if requirements is not None:
        requirements.check()
    found: SectionTask = loads(task)
    return found
