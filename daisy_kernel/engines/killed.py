"""What is said of a slab whose workers were ended one after the other."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from daisy_kernel.engines.task import SectionTask
from daisy_kernel.errors import ClusterError, RunError
from daisy_kernel.plan import Slab

if TYPE_CHECKING:
    from daisy_kernel.broker.cluster import BrokerCluster

_MOST = 20
"""Ends of workers that a slab survives where nothing says that it is its fault: one every ten seconds is bearable."""

OVER_AND_OVER = 3
"""Workers that a slab may end by using up their memory: a fourth would have no more of it."""

NO_MEMORY = "OOMKilled"


def refusal(task: SectionTask, slab: Slab, times: int, pods: BrokerCluster | None) -> RunError | None:
    """Why the slab is not tried again; None where it is. times: workers that have ended while they computed it."""
    section = task.section
    where = " -> ".join(section.steps)
    if section.dim is not None:
        where += f", {section.dim} {slab.start} to {slab.stop}"
    if pods is None:
        return RunError(
            f"{where}: {times} workers ended one after the other while they computed it",
            remedy="give the workers more memory, then --resume",
        )
    with suppress(ClusterError):  # the broker may be away; what it said last will do
        pods.look()
    granted = pods.granted
    assert granted is not None
    if any(pod.reason == NO_MEMORY for pod in granted.pods):
        return RunError(
            f"{where}: {times} workers were ended because their memory was used up ({NO_MEMORY}); "
            f"a worker has {_gib(granted.memory)}, the slab takes about {_gib(task.memory)}",
            remedy=f"give less than {_gib(task.memory)} as memory=, crop or bin the data, or choose a profile with "
            "larger workers, then --resume",
        )
    if times < _MOST:
        return None
    return RunError(
        f"{where}: {times} workers ended one after the other while they computed it",
        remedy="look at why the pods end, then --resume",
    )


def _gib(nbytes: int) -> str:
    return f"{nbytes / 2**30:.2f} GiB"
