"""Kubernetes's API over HTTP, on the Kubernetes of the tests: list, watch, read, create, patch, delete."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from hub_config.broker.storage import StorageError
from tests.hub_config.broker.kubernetes import KINDS, Kubernetes, Object

PLURALS = {kind.plural: kind for kind in KINDS.values()}
_LOOK = 0.005


class Api:
    """What the server does beside answering."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self.kubernetes, self.url = kubernetes, ""
        self.forgets = False
        """Whether watches are told that their version is too old."""
        self.cuts = 0
        """Watches that are cut off in the middle of a line."""
        self.over = False
        """Whether watches end."""
        self.delay = 0.0
        """Seconds that a request takes beside the watches."""
        self.asked: list[tuple[str, str, dict[str, str]]] = []


class _Handler(RequestHandler):
    def initialize(self, api: Api) -> None:
        self.api, self.kubernetes = api, api.kubernetes

    async def prepare(self) -> None:
        self.api.asked.append((str(self.request.method), self.request.path, dict(self.request.headers)))
        await asyncio.sleep(self.api.delay)

    async def get(self, plural: str, name: str = "") -> None:
        kind = PLURALS[plural]
        if name:
            self.finish(json.dumps(self.kubernetes.get(kind, name)))
        elif self.get_query_argument("watch", ""):
            await self._watch(kind.name, int(self.get_query_argument("resourceVersion")))
        else:
            self.kubernetes._may(kind)
            items = [self._shown(item) for item in self.kubernetes.of(kind) if self._selected(item)]
            # Kubernetes writes null for a list of nothing where metadata alone is asked for.
            told = items if items or not self._wants_metadata() else None
            self.finish(json.dumps({"metadata": {"resourceVersion": str(self.kubernetes.version)}, "items": told}))

    def post(self, plural: str, name: str = "") -> None:
        self.set_status(201)
        self.finish(json.dumps(self.kubernetes.create(PLURALS[plural], json.loads(self.request.body))))

    def patch(self, plural: str, name: str) -> None:
        assert self.request.headers["Content-Type"] == "application/merge-patch+json"
        self.finish(json.dumps(self.kubernetes.patch(PLURALS[plural], name, json.loads(self.request.body))))

    def delete(self, plural: str, name: str) -> None:
        assert json.loads(self.request.body)["propagationPolicy"] == "Background"
        kind = PLURALS[plural]
        self.kubernetes.delete(kind, name)
        left = self.kubernetes.objects.get((kind.name, name))
        self.finish(json.dumps({**left, "kind": kind.name} if left else {"kind": "Status", "status": "Success"}))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs["exc_info"][1]
        assert isinstance(error, StorageError), error
        self.set_status(error.status)
        self.finish(json.dumps({"kind": "Status", "message": str(error)}))

    def log_exception(self, *_: Any) -> None:
        """It is the storage's turn to say what is wrong."""

    def _selected(self, item: Object) -> bool:
        labels = item["metadata"].get("labels", {})
        for part in self.get_query_argument("labelSelector").split(","):
            key, equals, value = part.partition("=")
            if key not in labels or (equals and labels[key] != value):
                return False
        return True

    def _shown(self, item: Object) -> Object:
        return {"metadata": item["metadata"]} if self._wants_metadata() else item

    def _wants_metadata(self) -> bool:
        return "PartialObjectMetadata" in self.request.headers["Accept"]

    async def _watch(self, kind: str, version: int) -> None:
        if self.api.forgets:
            self.api.forgets = False
            self.finish(json.dumps({"type": "ERROR", "object": {"code": 410, "message": "too old"}}) + "\n")
            return
        seen = 0
        try:
            while not self.api.over:
                news = self.kubernetes.changes[seen:]
                seen += len(news)
                for which, event, item in news:
                    new = int(item["metadata"]["resourceVersion"]) > version
                    if which == kind and new and self._selected(item):
                        await self._tell(json.dumps({"type": event, "object": item}) + "\n")
                await asyncio.sleep(_LOOK)
                if self.api.cuts and self.kubernetes.changes[seen:]:
                    self.api.cuts -= 1
                    self.write('{"type": "ADDED", "obj')
                    self.finish()
                    return
        except StreamClosedError:
            return

    async def _tell(self, line: str) -> None:
        """In two parts, as a network may."""
        for part in (line[:10], line[10:]):
            self.write(part)
            await self.flush()


@asynccontextmanager
async def running_api(kubernetes: Kubernetes) -> AsyncIterator[Api]:
    """The server, until the block ends."""
    api = Api(kubernetes)
    sockets = bind_sockets(0, "127.0.0.1")
    routes = [(r"/apis?/.*/namespaces/daas-users/([a-z]+)(?:/([^/]+))?", _Handler, {"api": api})]
    server = HTTPServer(Application(routes, log_function=lambda handler: None))
    server.add_sockets(sockets)
    api.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        server.stop()
        api.over = True
        await asyncio.sleep(4 * _LOOK)
        await server.close_all_connections()
