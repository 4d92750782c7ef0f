"""KubernetesStorage: the objects at Kubernetes's API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from kubernetes_asyncio.client import ApiClient

from hub_config.broker.cluster import CLUSTER_NAME
from hub_config.broker.mirror import Mirror
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, GROUP, POD, Kind, Object, StorageError

_ANSWER = 15  # seconds for an answer
_WATCH = 240  # seconds that a watch lasts
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class KubernetesStorage:
    """See `Storage`; it reads by watches while it is `run`."""

    def __init__(self, api: ApiClient, namespace: str) -> None:
        self._api, self._namespace = api, namespace
        self._clusters = self._mirror(CLUSTER, "component=dask")
        self._groups = self._mirror(GROUP, "component=dask")
        self._deployments = self._mirror(DEPLOYMENT, CLUSTER_NAME)
        self._pods = self._mirror(POD, CLUSTER_NAME)
        self._servers = self._mirror(POD, "component=singleuser-server")
        self._written = {CLUSTER: self._clusters, GROUP: self._groups, DEPLOYMENT: self._deployments}

    async def run(self) -> None:
        """Read for ever."""
        async with asyncio.TaskGroup() as group:
            for mirror in (*self._written.values(), self._pods, self._servers):
                group.create_task(mirror.run())

    @property
    def ready(self) -> bool:
        """See `Storage`."""
        return all(mirror.ready for mirror in (*self._written.values(), self._pods, self._servers))

    def clusters(self) -> Iterable[Object]:
        """See `Storage`."""
        return self._clusters.all()

    def cluster(self, name: str) -> Object | None:
        """See `Storage`."""
        return self._clusters.get(name)

    def group(self, cluster: str) -> Object | None:
        """See `Storage`."""
        return next(iter(self._groups.of(cluster)), None)

    def deployments(self, cluster: str) -> Iterable[Object]:
        """See `Storage`."""
        return self._deployments.of(cluster)

    def pods(self, cluster: str) -> Iterable[Object]:
        """See `Storage`."""
        return self._pods.of(cluster)

    def servers(self) -> Iterable[Object]:
        """See `Storage`."""
        return self._servers.all()

    async def read(self, kind: Kind, name: str) -> Object:
        """See `Storage`."""
        return await self._ask("GET", kind.path(self._namespace, name))

    async def belongings(self, kind: Kind) -> Iterable[Object]:
        """See `Storage`."""
        query = [("labelSelector", f"component=dask,{CLUSTER_NAME}")]
        answer = await self._ask("GET", kind.path(self._namespace), query=query, accept=_METADATA)
        return tuple(answer["items"] or ())  # null where there is none

    async def create(self, kind: Kind, item: Object) -> Object:
        """See `Storage`."""
        return self._took(kind, await self._ask("POST", kind.path(self._namespace), item))

    async def patch(self, kind: Kind, name: str, change: Object) -> Object:
        """See `Storage`."""
        path = kind.path(self._namespace, name)
        return self._took(kind, await self._ask("PATCH", path, change, content="application/merge-patch+json"))

    async def delete(self, kind: Kind, name: str) -> None:
        """See `Storage`."""
        try:
            left = await self._ask("DELETE", kind.path(self._namespace, name), {"propagationPolicy": "Background"})
        except StorageError as error:
            if error.status != 404:
                raise
            left = {}
        if kind in self._written:
            # One with a finalizer stays for a while, and is given back; of others the API says only that they go.
            if left.get("kind") == kind.name:
                self._written[kind].take(left)
            else:
                self._written[kind].drop(name)

    async def read_all(self, path: str, selector: str) -> Object:
        """All objects at a path, for `Mirror`."""
        return await self._ask("GET", path, query=[("labelSelector", selector)])

    async def watch(self, path: str, selector: str, version: str) -> AsyncIterator[Object]:
        """Events since a version, for `Mirror`."""
        query = [
            *(("watch", "1"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(_WATCH))),
            *(("labelSelector", selector), ("resourceVersion", version)),
        ]
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_ANSWER, sock_read=_WATCH + _ANSWER)
        response = await self._send("GET", path, None, query, {}, timeout)
        try:
            rest = b""
            async for chunk in response.content.iter_any():  # its readline gives up on long lines
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield json.loads(line)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise StorageError(0, f"the watch ended: {type(error).__name__}") from None
        finally:
            response.close()

    def _mirror(self, kind: Kind, selector: str) -> Mirror:
        return Mirror(self, kind.path(self._namespace), selector)

    def _took(self, kind: Kind, item: Object) -> Object:
        if kind in self._written:
            self._written[kind].take(item)
        return item

    async def _ask(
        self,
        method: str,
        path: str,
        body: Object | None = None,
        *,
        query: list[tuple[str, str]] | None = None,
        accept: str = "application/json",
        content: str = "application/json",
    ) -> Mapping[str, Any]:
        headers = {"Accept": accept, "Content-Type": content}
        timeout = aiohttp.ClientTimeout(total=_ANSWER)
        response = await self._send(method, path, body, query or [], headers, timeout)
        try:
            answer: Mapping[str, Any] = await response.json(content_type=None)
            return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise StorageError(0, f"no JSON came: {type(error).__name__}") from None

    async def _send(
        self,
        method: str,
        path: str,
        body: Object | None,
        query: list[tuple[str, str]],
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
    ) -> Any:
        """The response, whose status is a good one. kubernetes_asyncio adds address, certificates and token."""
        try:
            response = await self._api.call_api(
                path,
                method,
                query_params=query,
                header_params=dict(headers),
                body=body,
                auth_settings=["BearerToken"],
                _preload_content=False,
                _request_timeout=timeout,
            )
            if response.status < 400:
                return response
            text = await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise StorageError(0, f"Kubernetes does not answer: {type(error).__name__}") from None
        with suppress(ValueError, KeyError, TypeError):
            text = json.loads(text)["message"]
        raise StorageError(response.status, " ".join(str(text).split())[:300])
