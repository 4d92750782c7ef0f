"""DaskExecutor: slabs on the workers of any dask cluster; one future a slab, a bounded number in flight.

Workers read their slabs and write their results themselves. Through scheduler and client go only
descriptions: a task of some kilobytes with each slab, so that a worker that is lost takes nothing with it.
A scheduler that is lost takes the slabs in flight, which are sent again when it is back.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from daisy_kernel.broker.answers import Granted
from daisy_kernel.cluster import closed_cluster
from daisy_kernel.engines.connection import CONNECT_SECONDS, Connection
from daisy_kernel.engines.flight import Flight
from daisy_kernel.engines.killed import OVER_AND_OVER, refusal
from daisy_kernel.engines.news import News, Tell
from daisy_kernel.engines.requirements import Requirements
from daisy_kernel.engines.roster import Roster
from daisy_kernel.engines.section_runner import close_section
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.errors import DaisyError
from daisy_kernel.plan import Slab

_AHEAD = 2
"""Slabs in flight for each worker: one computes while the other reads or writes."""

_JOIN_SECONDS = 0.1
_LOOK_SECONDS = 1.0
"""The longest wait between two looks at the workers."""


class DaskExecutor:
    """Computes on a dask cluster, given by address, cluster or client."""

    shares_memory = False

    def __init__(self, where: Any) -> None:
        self._cluster: Any = None
        self._pods: Any = where if hasattr(where, "granted") else None
        self._connection = Connection(where, self._pods)
        self._roster = Roster(self._connection)
        self._requirements: Requirements | None = None
        self._name = f"dask {self._connection.name}" if self._pods is None else f"kubernetes {self._pods.name}"

    @classmethod
    def on_this_machine(cls, workers: int) -> DaskExecutor:
        """Start so many processes here; only this user's processes may talk to them."""
        cluster = closed_cluster(
            workers,
            _AHEAD,
            memory_limit=None,
            preload=["daisy_kernel.engines.worker"],
            env={"NUMBA_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // workers))},
        )
        executor = cls(cluster)
        executor._cluster = cluster
        executor._name = f"{workers} processes on this machine"
        return executor

    @classmethod
    def on_pods(cls, workers: int) -> DaskExecutor:
        """Ask the platform's broker for so many workers; they start while the run is planned."""
        from daisy_kernel.broker.cluster import BrokerCluster

        cluster = BrokerCluster(workers, wait=False)
        executor = cls(cluster)
        executor._cluster = cluster
        return executor

    @property
    def memory(self) -> int | None:
        """Bytes of the smallest worker; None where none has a limit."""
        if self._pods is not None:
            return self._granted.memory
        workers = self._connection.client.scheduler_info(n_workers=-1)["workers"].values()
        return min((int(w["memory_limit"]) for w in workers if w["memory_limit"]), default=None)

    @property
    def slots(self) -> int:
        """How many workers there are, or were asked for; at least one, since more may come."""
        if self._pods is not None:
            return max(1, self._granted.workers)
        return max(1, int(self._connection.client.scheduler_info(n_workers=0)["n_workers"]))

    @property
    def scratch(self) -> Path | None:
        """Where data between sections may lie so that pods see them; None: where this machine has its own."""
        return Path.home() if self._pods is not None else None

    def describe(self) -> str:
        """What it is, for the record of a run."""
        return f"{self._name}, {self.slots} workers"

    def check(self, read: Sequence[Path], write: Sequence[Path], tell: Tell) -> None:
        """Wait for the first worker, and ask all that are there; those that join later check themselves."""
        self._requirements = Requirements.of_here(read, write)
        if self._pods is not None:
            details = {"workers": self._granted.workers, "memory": self._granted.memory}
            tell(News("cluster", self._pods.name, "started", details=details))
        self._wait_for_a_worker(tell)
        for worker, answer in self._ask_all(self._requirements.check).items():
            if isinstance(answer, DaisyError):
                raise answer
            if isinstance(answer, Exception) and not isinstance(answer, OSError):  # else it was lost
                raise DaisyError(
                    f"worker {worker} does not understand this version ({type(answer).__name__}: {answer})",
                    remedy="run client and workers from the same image or environment",
                ) from answer

    def run(self, task: SectionTask, slabs: Sequence[Slab], report: Callable[[SlabReport], None], tell: Tell) -> None:
        """See `Executor.run`."""
        waiting = deque(slabs)
        killed: Counter[Slab] = Counter()
        self._wait_for_a_worker(tell)
        flight = Flight(self._connection.client, task, self._requirements)
        ahead = _AHEAD if len(slabs) > self.slots else 1  # where each has one, none waits behind another
        try:
            while waiting or flight:
                if self._connection.is_up:
                    before = self._roster.ends_for_memory
                    self._roster.look(tell)
                    if self._roster.ends_for_memory > before:
                        self._refuse_greedy(task, flight)
                    while waiting and len(flight) < max(1, self._roster.count) * ahead:
                        flight.submit(waiting.popleft())
                elif not flight:  # all that was on its way has come back, complete or lost
                    self._connection.wait_up(tell)
                    flight = Flight(self._connection.client, task, self._requirements)
                for slab, outcome in flight.landed(_LOOK_SECONDS):
                    if isinstance(outcome, SlabReport):
                        report(outcome)
                        continue
                    if outcome is not None:
                        self._refuse(task, slab, outcome, killed)
                    waiting.appendleft(slab)
        finally:
            flight.cancel()
        for answer in self._ask_all(partial(close_section, task.key)).values():
            if isinstance(answer, Exception) and not isinstance(answer, OSError):
                raise answer

    def close(self) -> None:
        """Leave the cluster; end it where this executor started it."""
        self._connection.close()
        if self._cluster is not None:
            self._cluster.close()

    @property
    def _granted(self) -> Granted:
        assert self._pods is not None
        granted: Granted = self._pods.granted
        return granted

    def _refuse(self, task: SectionTask, slab: Slab, outcome: Exception, killed: Counter[Slab]) -> None:
        """Raise unless the slab may be tried again because pods that computed it were ended."""
        from distributed import KilledWorker

        if not isinstance(outcome, KilledWorker):
            raise outcome
        killed[slab] += outcome.allowed_failures + 1
        error = refusal(task, slab, killed[slab], self._pods)
        if error is not None:
            raise error from outcome

    def _refuse_greedy(self, task: SectionTask, flight: Flight) -> None:
        """Raise where a slab has used up the memory of one worker after the other."""
        for slab, times in flight.ended_workers().items():
            error = refusal(task, slab, times, self._pods) if times >= OVER_AND_OVER else None
            if error is not None:
                raise error

    def _wait_for_a_worker(self, tell: Tell) -> None:
        if self._pods is not None:
            while not self._pods.wait_started(_LOOK_SECONDS):
                self._roster.waiting(tell)
            self._roster.look(tell, now=True)
            while not self._roster.count:
                time.sleep(_JOIN_SECONDS)
                self._roster.look(tell, now=True)
        elif not self._roster.count:
            with suppress(TimeoutError):
                self._connection.client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            self._roster.look(tell, now=True)
            if not self._roster.count:
                raise DaisyError(
                    f"{self._name} has no workers after {CONNECT_SECONDS} s", remedy="start workers of this scheduler"
                )

    def _ask_all(self, call: Callable[[], object]) -> dict[str, Any]:
        """What each worker answers, or the error; nothing where the scheduler is away."""
        try:
            return dict(self._connection.client.run(call, on_error="return"))
        except (OSError, TimeoutError):
            return {}
