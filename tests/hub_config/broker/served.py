"""The broker over HTTP, with a hub of the tests that knows tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from hub_config.broker.address import ACCESS, api_url
from hub_config.broker.app import MOST_BYTES, make_app
from hub_config.broker.caller import Callers
from hub_config.broker.handlers import Context
from hub_config.broker.openapi import document
from tests.hub_config.broker.made import House


def token_of(user: str, server: str = "", *more: str) -> dict[str, Any]:
    """What the hub says of a server's own token."""
    scopes = [ACCESS, f"access:servers!server={user}/{server}", f"users:activity!user={user}", *more]
    return {"kind": "user", "name": user, "scopes": scopes, "token_id": "a1"}


@dataclass
class Hub:
    """The hub: what it says of tokens, and what it was asked."""

    url: str = ""
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    body: str = ""
    """Instead of a token's model."""
    asked: list[dict[str, str]] = field(default_factory=list)


class _User(RequestHandler):
    def initialize(self, hub: Hub) -> None:
        self.hub = hub

    def get(self) -> None:
        self.hub.asked.append(dict(self.request.headers))
        model = self.hub.tokens.get(self.request.headers.get("Authorization", "").removeprefix("token "))
        self.set_status(self.hub.status if model or self.hub.status != 200 else 403)
        self.finish(self.hub.body or json.dumps(model or {"status": 403, "message": "Forbidden"}))


@dataclass
class Served:
    """A broker that listens."""

    house: House
    hub: Hub
    url: str
    """Of its API."""
    root: str
    """Of all its addresses."""

    async def ask(
        self, method: str, path: str, body: Any = None, token: str | None = "ada", **more: Any
    ) -> HTTPResponse:
        """An answer, whatever its status; ``token`` goes where it belongs."""
        headers = {**more.pop("headers", {}), **({"Authorization": f"token {token}"} if token else {})}
        text = body if isinstance(body, str | None) else json.dumps(body)
        return await self.send(HTTPRequest(self.url + path, method, headers, text, **more))

    async def send(self, request: HTTPRequest) -> HTTPResponse:
        request.allow_nonstandard_methods = True
        request.request_timeout = 10
        return await AsyncHTTPClient().fetch(request, raise_error=False)


@asynccontextmanager
async def listening(app: Application) -> AsyncIterator[str]:
    """The address of an application, until the block ends."""
    sockets = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(app, max_body_size=MOST_BYTES)
    server.add_sockets(sockets)
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.stop()
        await server.close_all_connections()


@asynccontextmanager
async def running_hub() -> AsyncIterator[Hub]:
    """A hub that knows nobody yet."""
    hub = Hub()
    async with listening(Application([(r"/hub/api/user", _User, {"hub": hub})], log_function=lambda _: None)) as url:
        hub.url = url
        yield hub


@asynccontextmanager
async def served(house: House | None = None) -> AsyncIterator[Served]:
    """A broker and a hub, until the block ends; ada and bob have a server each, whose token is their name."""
    house = house or House()
    async with running_hub() as hub:
        for user in ("ada", "bob"):
            house.start_server(user)
            hub.tokens[user] = token_of(user)
        context = Context(house.broker, Callers(f"{hub.url}/hub/api"), document(api_url(house.settings)))
        async with listening(make_app(house.settings, context)) as url:
            yield Served(house, hub, f"{url}/services/dask/api/v1", url)
