"""Fleet: all clusters, as they are in the storage, and those that are being made or made larger at the moment."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from hub_config.broker.cluster import Cluster, read_cluster
from hub_config.broker.storage import Object, Storage

_LOG = logging.getLogger("daisy.broker")


class Fleet:
    """Clusters by their id."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._read: dict[str, tuple[tuple[str, str], Cluster | None]] = {}
        self._reserved: dict[str, Cluster] = {}

    def all(self) -> list[Cluster]:
        """Every cluster that is there to stay."""
        items = {item["metadata"]["name"]: item for item in self._storage.clusters()}
        self._read = {name: known for name, known in self._read.items() if name in items}
        found = (self._cluster(item) for item in items.values())
        return [cluster for cluster in found if cluster is not None]

    def get(self, name: str) -> Cluster | None:
        """A cluster; None where there is none, or one that goes."""
        item = self._storage.cluster(name)
        return None if item is None else self._cluster(item)

    def counted(self) -> list[Cluster]:
        """Every cluster as quotas count it: with what is reserved for it."""
        return list(({cluster.id: cluster for cluster in self.all()} | self._reserved).values())

    @contextmanager
    def reserve(self, cluster: Cluster) -> Iterator[None]:
        """Count a cluster as it will be while Kubernetes is asked for it.

        Nothing may be awaited between the look at what is `counted` and this: so quotas hold however many ask at once.
        """
        self._reserved[cluster.id] = cluster
        try:
            yield
        finally:
            del self._reserved[cluster.id]

    def _cluster(self, item: Object) -> Cluster | None:
        metadata = item["metadata"]
        group = self._storage.group(metadata["name"])
        versions = metadata["resourceVersion"], group["metadata"]["resourceVersion"] if group else ""
        known = self._read.get(metadata["name"])
        if known is None or known[0] != versions:
            known = self._read[metadata["name"]] = versions, _read(item, group)
        return known[1]


def _read(item: Object, group: Object | None) -> Cluster | None:
    if "deletionTimestamp" in item["metadata"]:
        return None
    try:
        return read_cluster(item, group)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        _LOG.warning("DaskCluster %s is none of ours: %r", item["metadata"]["name"], error)
        return None
