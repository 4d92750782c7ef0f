"""Apps below a user's Jupyter server: ``daisy/app/NAME``.

Page, files and downloads are answered by the Jupyter server itself; the process that computes is started with the
first page, and again when it has ended. Its WebSocket is passed through.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from jupyter_server_proxy.handlers import SuperviseAndProxyHandler
from tornado import web

from daisy_kernel.runs.known import RUNTIME_DIR
from widgets_apps.server.handlers import STATIC_FILES, DownloadMixin, PageMixin, StaticHandler

_READY_SECONDS = 30
_LONGEST_SOCKET = 100  # bytes; the path of a Unix socket has at most 107


class AppProcess(SuperviseAndProxyHandler):
    """The process of apps of this user, and the way to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = "daisy apps"
        self.requested_unix_socket = str(_socket_path())
        self.command = [sys.executable, "-P", "-m", "widgets_apps.server", "{unix_socket}", str(os.getpid())]

    def get_timeout(self) -> int:
        """Seconds until it must answer."""
        return _READY_SECONDS


class AppSocket(AppProcess):
    """``daisy/app/NAME/socket``."""

    async def open(self, name: str) -> None:
        """Pass a WebSocket through."""
        await super().open(f"{name}/socket")

    async def http_get(self, name: str) -> None:
        """Only a WebSocket is answered here."""
        raise web.HTTPError(400, reason="a WebSocket is expected")


class AppPage(PageMixin, AppProcess):
    """``daisy/app/NAME``."""

    async def get(self, name: str) -> None:
        """The page; the process starts while the browser loads it."""
        starting = asyncio.create_task(self.ensure_process())
        starting.add_done_callback(lambda task: task.exception())  # whoever opens the socket is told
        self.send_page(name, start_url=_start_url(), home_url=self.base_url)


class AppStatic(StaticHandler, JupyterHandler):
    """``daisy/app/static/FILE``; nothing in it is of a user."""

    auth_resource = "server"

    def check_xsrf_cookie(self) -> None:
        """Reading needs none."""


class AppDownload(DownloadMixin, JupyterHandler):
    """``daisy/app/download?path=``."""

    @web.authenticated
    async def get(self) -> None:
        """The bytes."""
        await self.send_download()


def mount(server: Any) -> None:
    """Add the apps to a Jupyter server."""
    state: dict[str, Any] = {}
    base = url_path_join(server.web_app.settings["base_url"], "daisy/app")
    server.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, r"static/(.*)"), AppStatic, STATIC_FILES),
            (url_path_join(base, "download"), AppDownload),
            (url_path_join(base, r"([a-z0-9-]+)/socket"), AppSocket, {"state": state}),
            (url_path_join(base, r"([a-z0-9-]+)"), AppPage, {"state": state}),
        ],
    )


@cache
def _socket_path() -> Path:
    """In the folder of this server; where that is too long, in one that nobody can have made before."""
    path = Path(os.environ[RUNTIME_DIR], f"apps-{os.getpid()}.sock")
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    folder = tempfile.mkdtemp(prefix="daisy-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder, "apps.sock")


def _start_url() -> str | None:
    """Where a hub starts this server again."""
    hub, user = os.environ.get("JUPYTERHUB_BASE_URL"), os.environ.get("JUPYTERHUB_USER")
    if not hub or not user:
        return None
    name = os.environ.get("JUPYTERHUB_SERVER_NAME")
    return url_path_join(hub, "hub/spawn", *(quote(part, safe="@~") for part in (user, name) if part))
