"""Broker: what is done for a caller, and what is not. It decides; objects come from `builder`, and go to `storage`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub_config import events
from hub_config.broker._words import BrokerError, QuotaError
from hub_config.broker.belongings import read_secret, secret_name
from hub_config.broker.builder import Order
from hub_config.broker.caller import Caller
from hub_config.broker.certificates import Certificates
from hub_config.broker.cluster import ACTIVE, DASHBOARD_PORT, SCHEDULER_PORT, Cluster, stamp
from hub_config.broker.fleet import Fleet
from hub_config.broker.making import cluster_name, make_cluster, planned, refusal
from hub_config.broker.models import Change, ClusterDetails, ClusterList, ClusterSummary, Creation, Security, WorkerSize
from hub_config.broker.notebook import Notebook, find_notebook, image_id
from hub_config.broker.pods import scheduler_of, workers_of
from hub_config.broker.quota import idle_timeout, most_workers, passed_limit
from hub_config.broker.scaling import leaving
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, GROUP, SECRET, Storage, StorageError
from hub_config.broker.usage import Usage
from hub_config.settings import Profile, Settings, Workers

_RECENT = timedelta(seconds=10)
"""How old the last note of activity may be for the next one to be written."""
_OPERATOR = 10.0
"""Seconds that a change waits for the operator to have begun with the cluster; it takes 2."""
_LOOK = 0.1


def utc_now() -> datetime:
    """The time, to the second, as annotations hold it."""
    return datetime.now(UTC).replace(microsecond=0)


class Broker:
    """Clusters for the servers of users; raises `BrokerError`."""

    def __init__(self, settings: Settings, storage: Storage, clock: Callable[[], datetime] = utc_now) -> None:
        assert settings.singleuser is not None  # checked with the settings
        self._dask, self._singleuser = settings.dask, settings.singleuser
        self._profiles = {profile.slug: profile for profile in settings.profiles}
        self._storage, self._clock = storage, clock
        self.fleet = Fleet(storage)
        self._changing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._certificates: dict[str, Certificates] = {}

    def clusters(self, caller: Caller) -> ClusterList:
        """The user's clusters."""
        self._check_ready()
        mine = [each for each in self.fleet.all() if each.user == caller.user]
        mine.sort(key=lambda each: (each.created, each.id))
        usage, images = Usage(self.fleet.counted()), self._images()
        return ClusterList(clusters=[self._summary(each, usage, images) for each in mine])

    async def get(self, caller: Caller, name: str) -> ClusterDetails:
        """One of them, with what gets a client into it."""
        cluster = self._own(caller, name)
        return self._details(cluster, await self._certificates_of(cluster))

    async def create(self, caller: Caller, wish: Creation) -> ClusterDetails:
        """A new cluster that belongs to the server that asks."""
        self._check_ready()
        notebook = find_notebook(self._storage.servers(), caller.user, caller.server)
        if notebook is None:
            raise BrokerError("no-server", value=repr(caller.server))
        profile, offer = self._offer(notebook)
        now = self._clock()
        expires = now + timedelta(seconds=self._dask.maximum_age)
        order = Order(cluster_name(caller.user), notebook, profile, wish.workers, now, expires)
        item, cluster = planned(order, self._dask, self._singleuser)
        self._check_quota(cluster, offer)
        with self.fleet.reserve(cluster):
            try:
                certificates = await make_cluster(self._storage, order, item, self._dask, self._singleuser)
            except StorageError as error:
                raise refusal(error) from None
        self._certificates[cluster.id] = certificates
        self._record("cluster", cluster, f"{cluster.workers} workers")
        return self._details(self.fleet.get(cluster.id) or cluster, certificates)

    async def change(self, caller: Caller, name: str, wish: Change) -> ClusterDetails:
        """Another number of workers."""
        self._own(caller, name)
        async with self._changing[name]:
            await self._operator_has_begun(name)
            cluster = self._own(caller, name)
            try:
                await self._scale(cluster, wish)
            except StorageError as error:
                raise BrokerError("no-cluster", value=name) if error.status == 404 else refusal(error) from None
        return await self.get(caller, name)

    async def keep(self, caller: Caller, name: str) -> None:
        """Note that a cluster is used."""
        cluster = self._own(caller, name)
        if self._clock() - cluster.active < _RECENT:
            return
        try:
            await self._note_activity(name)
        except StorageError as error:
            raise BrokerError("no-cluster", value=name) if error.status == 404 else refusal(error) from None

    async def remove(self, caller: Caller, name: str) -> None:
        """End a cluster."""
        try:
            await self.end(self._own(caller, name), "closed by its user")
        except StorageError as error:
            raise refusal(error) from None

    async def end(self, cluster: Cluster, reason: str) -> None:
        """Remove a cluster; raises `StorageError`."""
        await self._storage.delete(CLUSTER, cluster.id)
        self._record("cluster-end", cluster, reason)

    def idle_timeout(self, cluster: Cluster) -> int:
        """Seconds after which a cluster that computes nothing goes."""
        return idle_timeout(cluster, self._offer_of(cluster.profile), self._dask)

    def forget(self) -> None:
        """Forget what is kept of clusters that are gone."""
        for name in self._certificates.keys() | self._changing.keys():
            if self._storage.cluster(name) is None:
                self._certificates.pop(name, None)
                self._changing.pop(name, None)

    def _check_ready(self) -> None:
        if not self._storage.ready:
            raise BrokerError("no-kubernetes")

    def _own(self, caller: Caller, name: str) -> Cluster:
        self._check_ready()
        cluster = self.fleet.get(name)
        if cluster is None or cluster.user != caller.user:
            raise BrokerError("no-cluster", value=name)
        return cluster

    def _offer_of(self, slug: str) -> Workers | None:
        profile = self._profiles.get(slug)
        return profile.workers if profile else None

    def _offer(self, notebook: Notebook) -> tuple[Profile, Workers]:
        profile = self._profiles.get(notebook.profile)
        if profile is None or profile.workers is None:
            raise BrokerError("no-workers", value=repr(notebook.profile))
        return profile, profile.workers

    def _check_quota(self, cluster: Cluster, offer: Workers) -> None:
        if limit := passed_limit(cluster, Usage(self.fleet.counted()), offer, self._dask.quota):
            self._record("refusal", cluster, str(error := QuotaError(limit)))
            raise error

    async def _operator_has_begun(self, name: str) -> None:
        """Wait for the group of workers, which is what is scaled."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _OPERATOR
        while self._storage.group(name) is None:
            if loop.time() > deadline:
                raise BrokerError("no-operator", value=name)
            await asyncio.sleep(_LOOK)

    async def _scale(self, cluster: Cluster, wish: Change) -> None:
        group = self._storage.group(cluster.id)
        assert group is not None  # waited for
        gone = leaving(cluster, wish, self._storage.deployments(cluster.id))
        patch = {"spec": {"worker": {"replicas": wish.workers}}}
        name = group["metadata"]["name"]
        if wish.workers > cluster.workers:
            wanted = replace(cluster, workers=wish.workers)
            offer = self._offer_of(cluster.profile)
            if offer is None:
                raise BrokerError("no-workers", value=repr(cluster.profile))
            self._check_quota(wanted, offer)
            with self.fleet.reserve(wanted):
                await self._storage.patch(GROUP, name, patch)
            await self._note_activity(cluster.id)
        elif wish.workers < cluster.workers:
            await asyncio.gather(*(self._storage.delete(DEPLOYMENT, worker) for worker in gone))
            await self._storage.patch(GROUP, name, patch)
        else:
            return
        self._record("scale", cluster, f"{cluster.workers} to {wish.workers} workers")

    async def _note_activity(self, name: str) -> None:
        await self._storage.patch(CLUSTER, name, {"metadata": {"annotations": {ACTIVE: stamp(self._clock())}}})

    async def _certificates_of(self, cluster: Cluster) -> Certificates:
        known = self._certificates.get(cluster.id)
        if known is None:
            try:
                known = read_secret(await self._storage.read(SECRET, secret_name(cluster.id)))
            except StorageError as error:
                raise refusal(error) from None
            self._certificates[cluster.id] = known
        return known

    def _details(self, cluster: Cluster, certificates: Certificates) -> ClusterDetails:
        security = Security(ca=certificates.ca, cert=certificates.cert, key=certificates.key)
        summary = self._summary(cluster, Usage(self.fleet.counted()), self._images())
        return ClusterDetails(**dict(summary), security=security)

    def _images(self) -> dict[str, str]:
        """Ids of the images that servers run, by the uid of their pod."""
        return {pod["metadata"]["uid"]: image_id(pod) for pod in self._storage.servers()}

    def _summary(self, cluster: Cluster, usage: Usage, images: Mapping[str, str]) -> ClusterSummary:
        deployments, pods = self._storage.deployments(cluster.id), self._storage.pods(cluster.id)
        image = images.get(cluster.server_uid, "")
        return ClusterSummary(
            id=cluster.id,
            workers=cluster.workers,
            limit=most_workers(cluster, usage, self._offer_of(cluster.profile), self._dask.quota),
            address=f"tls://{cluster.scheduler}:{SCHEDULER_PORT}",
            dashboard=f"https://{cluster.scheduler}:{DASHBOARD_PORT}" if cluster.dashboard else None,
            created=cluster.created,
            expires=cluster.expires,
            idle_seconds=self.idle_timeout(cluster),
            worker=WorkerSize(cpu=cluster.worker.cpu, memory=cluster.worker.memory, gpu=cluster.worker.gpu),
            scheduler=scheduler_of(cluster, deployments, pods, self._clock(), image),
            pods=workers_of(deployments, pods, image),
        )

    def _record(self, event: events.Event, cluster: Cluster, reason: str) -> None:
        events.record(
            event,
            cluster.user,
            profile=cluster.profile,
            server=cluster.server,
            cluster="" if event == "refusal" else cluster.id,
            reason=reason,
        )
