"""Roster: which workers there are, and what of their coming and going is worth telling."""

from __future__ import annotations

import time
from contextlib import suppress

from daisy_kernel.broker.answers import Pod
from daisy_kernel.engines.connection import Connection
from daisy_kernel.engines.killed import NO_MEMORY
from daisy_kernel.engines.news import News, Tell, What, lost
from daisy_kernel.errors import ClusterError, RunError

_EVERY = 1.0


class Roster:
    """Looked at once a second while a run waits for slabs; nothing is asked of the scheduler for each slab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._there: set[str] = set()
        self._told: dict[str, tuple[str, str, str]] = {}
        self._ends: set[tuple[str, int]] = set()
        self._looked = 0.0

    @property
    def count(self) -> int:
        """Workers that were there at the last look."""
        return len(self._there)

    @property
    def ends_for_memory(self) -> int:
        """How often Kubernetes has ended a worker because its memory was used up."""
        return len(self._ends)

    def look(self, tell: Tell, *, now: bool = False) -> None:
        """Tell what has changed. Errors: RunError where the cluster is gone."""
        if not now and time.monotonic() - self._looked < _EVERY:
            return
        self._looked = time.monotonic()
        cluster = self._connection.pods
        if cluster is not None and cluster.lost is not None:
            raise RunError(cluster.lost.error, remedy="--resume starts another one")
        found = self._names()
        if found is None:  # the scheduler is away, and of the workers nothing is known
            self._there = set()
            return
        gone, self._there = self._departed() | (self._there - found), found
        pods = self._pods(fresh=bool(gone))
        for name in sorted(gone):
            if self._connection.pods is None or name in pods:
                pod = pods.get(name, Pod(name, "ended"))
                self._told[name] = ("lost", pod.reason, "")
                tell(lost(name, pod.reason))
            else:
                self._told[name] = ("retired", "", "")
                tell(News("worker", name, "retired"))
        for name in sorted(found):
            self._tell_state(tell, pods.get(name) or Pod(name, "joined"), is_there=True)
        for name, pod in pods.items():
            if name not in found:
                self._tell_state(tell, pod, is_there=False)

    def _departed(self) -> set[str]:
        """Workers that have left since the last look, also those that are back."""
        departures = self._connection.pods.departures if self._connection.pods is not None else ()
        return {departures.popleft() for _ in range(len(departures))} if departures else set()

    def _tell_state(self, tell: Tell, pod: Pod, *, is_there: bool) -> None:
        state = "joined" if is_there else "starting" if pod.state == "running" else pod.state
        words = None if is_there else pod.message
        known = self._told.get(pod.name)
        new = (state, "" if is_there else pod.reason, (words or {}).get("en", ""))
        if known == new or (known is not None and known[0] == "lost" and state == "starting"):
            return
        self._told[pod.name] = new
        is_said = known is not None and known[2] == new[2]
        what: What = "scheduler" if pod.name == self._scheduler else "worker"
        tell(News(what, pod.name, state, new[1], None if is_said else words))

    @property
    def _scheduler(self) -> str:
        pods = self._connection.pods
        return pods.granted.scheduler.name if pods is not None and pods.granted is not None else ""

    def _names(self) -> set[str] | None:
        """Names of the workers that are connected; None where the scheduler does not answer."""
        connection = self._connection
        if connection.pods is not None:
            return set(connection.pods.observed) if connection.pods.is_connected else None
        if not connection.is_up:
            return None
        with suppress(OSError, TimeoutError):
            return set(connection.client.nthreads())
        return None

    def _pods(self, *, fresh: bool) -> dict[str, Pod]:
        """The workers' pods as the broker has them, and the scheduler's while it does not answer."""
        cluster = self._connection.pods
        if cluster is None:
            return {}
        if fresh:
            with suppress(ClusterError):  # the broker may be away; what it said last will do
                cluster.look()
        assert cluster.granted is not None
        self._ends |= {(pod.name, pod.restarts) for pod in cluster.granted.pods if pod.reason == NO_MEMORY}
        return {pod.name: pod for pod in cluster.granted.pods}

    def waiting(self, tell: Tell) -> None:
        """Tell of the scheduler's pod while it does not answer yet."""
        cluster = self._connection.pods
        if cluster is not None and cluster.granted is not None:
            self._tell_state(tell, cluster.granted.scheduler, is_there=False)
            for pod in cluster.granted.pods:
                self._tell_state(tell, pod, is_there=False)
