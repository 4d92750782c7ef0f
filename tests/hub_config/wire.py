"""A single sign-on faked at the wire: a server on loopback that answers as told, and a client for it alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from hub_config import _wire


@dataclass
class Answer:
    """What one address answers."""

    body: object = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass
class Wire:
    """The faked server: answers by path, and what it was asked."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [path for path, _, _ in self.asked]


class _Handler(RequestHandler):
    def initialize(self, wire: Wire) -> None:
        self.wire = wire

    async def get(self) -> None:
        form = parse_qs(self.request.body.decode() or self.request.query)
        self.wire.asked.append((self.request.path, form, dict(self.request.headers)))
        answer = self.wire.answers[self.request.path]
        if answer.hangs:
            await self.wire.over.wait()
        self.set_status(answer.status)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        self.finish(answer.body if isinstance(answer.body, str) else json.dumps(answer.body))

    post = get


class OnlyTheWire:
    """A client that fails the test when anybody else is asked."""

    def __init__(self, wire: Wire) -> None:
        self._wire, self._client = wire, _wire.client()

    async def fetch(self, request: Any, **options: Any) -> Any:
        """As Tornado's, for the faked server alone."""
        assert urlsplit(request.url).netloc == urlsplit(self._wire.url).netloc, f"unknown host: {request.url}"
        return await self._client.fetch(request, **options)


@asynccontextmanager
async def running_wire() -> AsyncIterator[Wire]:
    """The server, until the block ends."""
    wire = Wire()
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([(".*", _Handler, {"wire": wire})], log_function=lambda handler: None))
    server.add_sockets(sockets)
    wire.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        wire.over.set()
        server.stop()
        await server.close_all_connections()
