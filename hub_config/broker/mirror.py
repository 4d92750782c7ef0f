"""Mirror: objects of one kind as Kubernetes has them, kept by a list and a watch."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from typing import Any, Protocol

from hub_config.broker.cluster import CLUSTER_NAME
from hub_config.broker.storage import Object, StorageError

_LOG = logging.getLogger("daisy.broker")
_FIRST, _LONGEST = 0.5, 30.0  # seconds until it is tried again
_GONE = 410  # the API has forgotten what happened since the list


class Reader(Protocol):
    """What lists and watches."""

    def read_all(self, path: str, selector: str) -> Awaitable[Mapping[str, Any]]:
        """All objects at a path."""

    def watch(self, path: str, selector: str, version: str) -> AsyncIterator[Mapping[str, Any]]:
        """Events since a version, for some minutes."""


class Mirror:
    """Objects by name, and by the cluster that they belong to."""

    def __init__(self, reader: Reader, path: str, selector: str) -> None:
        self._reader, self._path, self._selector = reader, path, selector
        self._items: dict[str, Object] = {}
        self._by_cluster: dict[str, dict[str, Object]] = defaultdict(dict)
        self.ready = False

    def all(self) -> Iterable[Object]:
        """Every object."""
        return tuple(self._items.values())

    def get(self, name: str) -> Object | None:
        """The object of a name."""
        return self._items.get(name)

    def of(self, cluster: str) -> Iterable[Object]:
        """Objects of a cluster, by their label."""
        return tuple(self._by_cluster[cluster].values()) if cluster in self._by_cluster else ()

    def take(self, item: Object) -> None:
        """Take an object as it is now; an older version than the known one is left out."""
        name, known = item["metadata"]["name"], self._items.get(item["metadata"]["name"])
        if known is not None and _version(item) < _version(known):
            return
        self._items[name] = item
        if cluster := _cluster_of(item):
            self._by_cluster[cluster][name] = item

    def drop(self, name: str) -> None:
        """Forget an object."""
        item = self._items.pop(name, None)
        if item is not None and (cluster := _cluster_of(item)) in self._by_cluster:
            self._by_cluster[cluster].pop(name, None)
            if not self._by_cluster[cluster]:
                del self._by_cluster[cluster]

    async def run(self) -> None:
        """Keep it for ever."""
        pause = _FIRST
        while True:
            try:
                version = await self._list()
                pause = _FIRST
                while True:
                    version = await self._watch(version)
            except StorageError as error:
                if error.status != _GONE:
                    _LOG.warning("%s: %s (status %s)", self._path, error, error.status)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST)

    async def _list(self) -> str:
        answer = await self._reader.read_all(self._path, self._selector)
        version = str(answer["metadata"]["resourceVersion"])
        written = [item for item in self._items.values() if _version(item) > int(version)]
        self._items.clear()
        self._by_cluster.clear()
        for item in (*answer["items"], *written):
            self.take(item)
        self.ready = True
        return version

    async def _watch(self, version: str) -> str:
        """Take what changes until the watch ends; the version to go on from."""
        async for event in self._reader.watch(self._path, self._selector, version):
            item = event["object"]
            if event["type"] == "ERROR":
                raise StorageError(item.get("code", 0), str(item.get("message")))
            if event["type"] == "DELETED":
                self.drop(item["metadata"]["name"])
            elif event["type"] != "BOOKMARK":
                self.take(item)
            version = item["metadata"]["resourceVersion"]
        return version


def _cluster_of(item: Object) -> str:
    return str((item["metadata"].get("labels") or {}).get(CLUSTER_NAME, ""))


def _version(item: Object) -> int:
    """Versions of one object grow; the API promises it since 1.35, and etcd has always done it."""
    return int(item["metadata"]["resourceVersion"])
