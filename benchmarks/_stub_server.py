"""One small HTTP server for all users' servers: lets people in by the hub's OAuth, as JupyterLab's server does."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from jupyterhub import __version__

_HEADERS = {"X-JupyterHub-Version": __version__}
_PUBLIC = ("/", "/api")  # what the hub asks to see whether a server is up


class StubServer:
    """Pages are their own path in words. The spawner hands over the environment that a server would get."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._environments: dict[str, dict[str, str]] = {}
        self._people: dict[str, str] = {}

    def application(self) -> web.Application:
        """Its addresses."""
        application = web.Application()
        application.router.add_post("/start/{name}", self._start)
        application.router.add_get("/user/{name}/oauth_callback", self._callback)
        application.router.add_get("/user/{name}{path:/?.*}", self._page)
        return application

    async def _start(self, request: web.Request) -> web.Response:
        self._environments[request.match_info["name"]] = await request.json()
        return web.Response()

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        is_known = self._people.get(request.cookies.get(_client(name), "")) == name
        if not is_known and request.match_info["path"] not in _PUBLIC:
            back = f"/user/{name}/oauth_callback"
            asked = {"response_type": "code", "client_id": _client(name), "redirect_uri": back, "state": "-"}
            raise web.HTTPFound(f"/hub/api/oauth2/authorize?{urlencode(asked)}", headers=_HEADERS)
        return web.Response(text=f"the server at {request.path}", headers=_HEADERS)

    async def _callback(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        environment = self._environments[name]
        form = {
            "client_id": environment["JUPYTERHUB_CLIENT_ID"],
            "client_secret": environment["JUPYTERHUB_API_TOKEN"],
            "grant_type": "authorization_code",
            "code": request.query["code"],
            "redirect_uri": f"/user/{name}/oauth_callback",
        }
        api = environment["JUPYTERHUB_API_URL"]
        token = await self._ask("POST", f"{api}/oauth2/token", data=form)
        user = await self._ask("GET", f"{api}/user", headers={"Authorization": f"Bearer {token['access_token']}"})
        key = secrets.token_urlsafe(16)
        self._people[key] = user["name"]
        answer = web.HTTPFound(f"/user/{name}/lab", headers=_HEADERS)
        answer.set_cookie(_client(name), key, path=f"/user/{name}/")
        raise answer

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        async with self._session.request(method, url, **options) as response:
            response.raise_for_status()
            found: dict[str, Any] = await response.json(content_type=None)
            return found


@asynccontextmanager
async def running_stub_server(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Its address while it runs."""
    async with aiohttp.ClientSession() as session:
        runner = web.AppRunner(StubServer(session).application(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            host, port = runner.addresses[0][:2]
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()


def _client(name: str) -> str:
    """How the hub's OAuth calls a server, and the server its cookie."""
    return f"jupyterhub-user-{name}"
