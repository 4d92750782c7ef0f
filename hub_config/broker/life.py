"""Life: when a cluster goes, without anybody asking for it; and what is left behind of one that is gone.

A cluster goes, whichever is first: with its user's server (Kubernetes sees to that as well: the server's pod owns the
cluster), when it has computed nothing for a while, and at its maximum age. Since all of it is read from the objects, a
broker that was away does what has become due.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from hub_config.broker.belongings import owned_by
from hub_config.broker.cluster import CLUSTER_NAME, Cluster
from hub_config.broker.notebook import is_alive
from hub_config.broker.service import Broker, utc_now
from hub_config.broker.storage import GROUP, POLICY, SECRET, Object, Storage, StorageError
from hub_config.kubernetes.hours import Share

_LOG = logging.getLogger("daisy.broker")
_EVERY = 10.0  # seconds between two looks
_TIDY = 30  # looks between two for what is left behind
_MAKING = timedelta(minutes=2)
"""How long it takes at most from a cluster's first object to the cluster itself."""


def due(cluster: Cluster, now: datetime, servers: set[str], idle: int) -> str:
    """Why a cluster goes now; empty where it stays.

    ``servers`` are the uids of the pods that are there to stay, ``idle`` the seconds that it may compute nothing.
    """
    if cluster.server_uid not in servers:
        return "its server has ended"
    if now >= cluster.expires:
        return f"it is as old as a cluster may be ({(cluster.expires - cluster.created).total_seconds():.0f} s)"
    if now - cluster.active >= timedelta(seconds=idle):
        return f"it has computed nothing for {idle} s"
    return ""


class Life:
    """Looks after all clusters."""

    def __init__(self, broker: Broker, storage: Storage, clock: Callable[[], datetime] = utc_now) -> None:
        self._broker, self._storage, self._clock = broker, storage, clock
        self._shares: dict[str, Share] = {}

    async def run(self) -> None:
        """Look after them for ever."""
        looks = 0
        while True:
            if self._storage.ready:
                await self.end_those_due()
                self.count()
                self._broker.forget()
                if looks % _TIDY == 0:
                    await self.tidy()
                looks += 1
            await asyncio.sleep(_EVERY)

    async def end_those_due(self) -> None:
        """Remove clusters that go now; one that Kubernetes does not remove is tried again."""
        servers = {pod["metadata"]["uid"] for pod in self._storage.servers() if is_alive(pod)}
        for cluster in self._broker.fleet.all():
            if reason := due(cluster, self._clock(), servers, self._broker.idle_timeout(cluster)):
                try:
                    await self._broker.end(cluster, reason)
                except StorageError as error:
                    _LOG.warning("cluster %s is still there: %s", cluster.id, error)

    async def tidy(self) -> None:
        """Give clusters what is theirs, and remove what belongs to none.

        The operator forgets a worker group whose cluster is removed while it makes the group.
        """
        for kind in (SECRET, POLICY, GROUP):
            try:
                for item in _without_owner(await self._storage.belongings(kind)):
                    name, cluster = item["metadata"]["name"], item["metadata"]["labels"][CLUSTER_NAME]
                    if owner := self._storage.cluster(cluster):
                        await self._storage.patch(kind, name, owned_by(owner))
                    elif self._clock() - datetime.fromisoformat(item["metadata"]["creationTimestamp"]) > _MAKING:
                        await self._storage.delete(kind, name)
            except StorageError as error:
                _LOG.warning("%ss are not looked after: %s", kind.name, error)

    def count(self, now: float | None = None) -> None:
        """Count what the workers have used since the last time, for the proposals."""
        there = {cluster.id: cluster for cluster in self._broker.fleet.all()}
        for name in set(self._shares) - set(there):
            self._shares.pop(name).count(now)
        for name, cluster in there.items():
            until = time.time() if now is None else now
            share = self._shares.setdefault(name, Share(cluster.proposal, 0, 0, until))
            share.count(until)
            share.cpu = cluster.workers * cluster.worker.cpu
            share.gpu = cluster.workers * cluster.worker.gpu


def _without_owner(items: Iterable[Object]) -> list[Object]:
    return [item for item in items if not item["metadata"].get("ownerReferences")]
