"""LastingCluster: distributed's, whose scheduler may be restarted at its address, and whose workers come and go."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from distributed.core import Status
from distributed.deploy import Cluster

NOT_THERE = (OSError, TimeoutError, ValueError)
"""What a connection raises that is refused, or (the last one) closed while its encryption begins."""


class LastingCluster(Cluster):
    """Keeps watching. departures: names of workers that have left, until they are taken from it."""

    def __init__(self, **options: Any) -> None:
        self.departures: deque[str] = deque()
        self._is_watching = False
        super().__init__(**options)

    @property
    def is_connected(self) -> bool:
        """Whether the scheduler answers, as far as is known here."""
        return bool(self.status == Status.running and self._is_watching)

    @property
    def is_closed(self) -> bool:
        """Whether its owner is done with it."""
        return self.status in (Status.closing, Status.closed)

    def _update_worker_status(self, op: str, msg: Any) -> None:
        """Distributed's; who leaves is noted, since a pod may be back before anybody looks."""
        if op == "remove":
            self.departures.append(self.scheduler_info["workers"][msg]["name"])
        super()._update_worker_status(op, msg)

    async def _watch_worker_status(self, comm: Any) -> None:
        """As distributed's, but a scheduler that was restarted at its address is watched again."""
        while True:
            self._is_watching = True
            await super()._watch_worker_status(comm)
            self._is_watching = False
            self.scheduler_info["workers"].clear()
            while True:
                if self.status != Status.running:
                    return
                try:
                    comm = await self.scheduler_comm.live_comm()
                    await comm.write({"op": "subscribe_worker_status"})
                    self.scheduler_info.update(await comm.read())
                    break
                except NOT_THERE:
                    await asyncio.sleep(0.5)
            self._watch_worker_status_comm = comm
