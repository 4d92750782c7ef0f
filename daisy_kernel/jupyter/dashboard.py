"""Dashboards of the user's own clusters below the user's own server: ``daisy/dask/ID/``.

A scheduler shows its dashboard by HTTPS with a certificate of its cluster. A tunnel speaks TLS to it and offers the
same on a socket that only this user can open; requests of the browser are passed to that. Which clusters there are, and
that they are the user's, says the broker.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import ssl
import tempfile
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.utils import url_path_join
from jupyter_server_proxy.handlers import ProxyHandler
from tornado import web

from daisy_kernel.broker.client import Broker
from daisy_kernel.errors import ClusterError

ROUTE = r"daisy/dask/([a-z][a-z0-9-]{0,40})/(.*)"
_PIECE = 1 << 16  # bytes


class Tunnel:
    """The way to one dashboard. path: of the Unix socket."""

    def __init__(self, path: Path, dashboard: str, ca: str) -> None:
        self.path = path
        self._place = urlsplit(dashboard)
        self._context = ssl.create_default_context(cadata=ca)
        self._context.check_hostname = False  # the CA signs for this cluster alone

    async def open(self) -> None:
        """Listen."""
        await asyncio.start_unix_server(self._serve, self.path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(self._place.hostname, self._place.port, ssl=self._context)
        except OSError:
            writer.close()  # the browser is told by whoever asked
            return
        await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
    writer.close()


class DashboardHandler(ProxyHandler):
    """Pages and WebSockets of a dashboard; nothing is changed through them."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def __init__(self, *args: Any, tunnels: MutableMapping[str, Tunnel], folder: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tunnels, self._folder = tunnels, folder

    async def http_get(self, name: str, path: str) -> None:
        """Pass a page on."""
        await self._find(name)
        await self.proxy("localhost", 0, path)

    async def head(self, name: str, path: str) -> None:
        """As of a page."""
        await self.http_get(name, path)

    async def open(self, name: str, path: str) -> None:
        """Pass a WebSocket through."""
        await self._find(name)
        await self.proxy_open("localhost", 0, path)

    def proxy_request_headers(self) -> dict[str, str]:
        """Those of the browser, without what lets it into this server."""
        return {
            name: value
            for name, value in super().proxy_request_headers().items()
            if name.lower() not in ("cookie", "authorization")
        }

    async def _find(self, name: str) -> None:
        """Have a tunnel to the cluster; 404 where it is not the user's, or shows no dashboard."""
        self.proxy_base = f"daisy/dask/{name}"
        try:
            granted = await asyncio.to_thread(Broker.from_environment().get, name)
        except ClusterError as error:
            raise web.HTTPError(404 if error.is_gone else 503, reason="no such cluster") from None
        if not granted.dashboard or granted.certificates is None:
            raise web.HTTPError(404, reason="no dashboard")
        if name not in self._tunnels:
            tunnel = Tunnel(self._folder / f"{len(self._tunnels)}", granted.dashboard, granted.certificates.ca)
            self._tunnels[name] = tunnel
            await tunnel.open()
        self.unix_socket = str(self._tunnels[name].path)


def mount(server: Any) -> None:
    """Add the dashboards to a Jupyter server."""
    folder = Path(tempfile.mkdtemp(prefix="daisy-"))  # only this user can look into it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    route = url_path_join(server.web_app.settings["base_url"], ROUTE)
    server.web_app.add_handlers(".*$", [(route, DashboardHandler, {"tunnels": {}, "folder": folder})])
