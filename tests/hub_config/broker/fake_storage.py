"""FakeStorage: the storage of the tests, straight on their Kubernetes. Its tests are those of the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from hub_config.broker.cluster import CLUSTER_NAME
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, GROUP, POD, Kind, StorageError
from tests.hub_config.broker.kubernetes import Kubernetes, Object


class FakeStorage:
    """See `hub_config.broker.storage.Storage`; each call to Kubernetes takes a moment, in which others go on."""

    def __init__(self, kubernetes: Kubernetes, delay: float = 0.0) -> None:
        self.kubernetes, self.delay, self.ready = kubernetes, delay, True

    def clusters(self) -> Iterable[Object]:
        return [item for item in self.kubernetes.of(CLUSTER) if item["metadata"]["labels"].get("component") == "dask"]

    def cluster(self, name: str) -> Object | None:
        return self.kubernetes.objects.get((CLUSTER.name, name))

    def group(self, cluster: str) -> Object | None:
        return self.kubernetes.objects.get((GROUP.name, f"{cluster}-default"))

    def deployments(self, cluster: str) -> Iterable[Object]:
        return self._of(DEPLOYMENT, cluster)

    def pods(self, cluster: str) -> Iterable[Object]:
        return self._of(POD, cluster)

    def servers(self) -> Iterable[Object]:
        pods = self.kubernetes.of(POD)
        return [pod for pod in pods if pod["metadata"]["labels"].get("component") == "singleuser-server"]

    async def read(self, kind: Kind, name: str) -> Object:
        await asyncio.sleep(self.delay)
        return self.kubernetes.get(kind, name)

    async def belongings(self, kind: Kind) -> Iterable[Object]:
        await asyncio.sleep(self.delay)
        if self.kubernetes.refuses:
            raise StorageError(self.kubernetes.refuses, "refused by the test")
        return [item for item in self.kubernetes.of(kind) if CLUSTER_NAME in item["metadata"]["labels"]]

    async def create(self, kind: Kind, item: Object) -> Object:
        await asyncio.sleep(self.delay)
        return self.kubernetes.create(kind, item)

    async def patch(self, kind: Kind, name: str, change: Object) -> Object:
        await asyncio.sleep(self.delay)
        return self.kubernetes.patch(kind, name, change)

    async def delete(self, kind: Kind, name: str) -> None:
        await asyncio.sleep(self.delay)
        try:
            self.kubernetes.delete(kind, name)
        except StorageError as error:
            if error.status != 404:
                raise

    def _of(self, kind: Kind, cluster: str) -> list[Object]:
        return [item for item in self.kubernetes.of(kind) if item["metadata"]["labels"].get(CLUSTER_NAME) == cluster]
