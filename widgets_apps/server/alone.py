"""An app alone on loopback, as ``daisy app`` starts it."""

from __future__ import annotations

import asyncio
import html
import socket
import tempfile
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from daisy_kernel.errors import ParameterError
from widgets_apps.server.access import Access
from widgets_apps.server.handlers import STATIC_FILES, DownloadMixin, PageMixin, StaticHandler
from widgets_apps.server.socket import LONGEST_MESSAGE, Sessions, SocketHandler
from widgets_apps.server.warm import warm_up


class _Page(PageMixin):
    def initialize(self, access: Access) -> None:
        self._access = access

    def get(self, name: str) -> None:
        """The page; with the token in the address first a cookie, then the same address without it."""
        if self._access.take_token(self):
            kept = [(key, value) for key in self.request.query_arguments for value in self.get_query_arguments(key)]
            rest = urlencode([(key, value) for key, value in kept if key != "token"])
            self._lead_to(f"/{name}?{rest}" if rest else f"/{name}")
            return
        self._access.check(self)
        self.send_page(name)

    def _lead_to(self, place: str) -> None:
        """A browser sends a strict cookie where a page of ours leads, but not where the redirect of a link does."""
        if self.request.headers.get("Sec-Fetch-Site") != "cross-site":
            self.redirect(place)
            return
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.finish(_leading_to(place))


class _Download(DownloadMixin):
    def initialize(self, access: Access) -> None:
        self._access = access

    async def get(self) -> None:
        """The bytes."""
        self._access.check(self)
        await self.send_download()


class _Socket(SocketHandler):
    def initialize(self, sessions: Sessions, access: Access | None = None) -> None:
        super().initialize(sessions)
        self._access = access

    def prepare(self) -> None:
        """Refuse who has no cookie before the connection is made."""
        if self._access is not None:
            self._access.check(self)

    def check_origin(self, origin: str) -> bool:
        """Only pages of this server."""
        return self._access is not None and self._access.is_own(self, origin)


def application(sessions: Sessions, access: Access) -> Application:
    """Page, files, downloads and socket behind a token."""
    return Application(
        [
            (r"/static/(.*)", StaticHandler, STATIC_FILES),
            (r"/download", _Download, {"access": access}),
            (r"/([a-z0-9-]+)/socket", _Socket, {"sessions": sessions, "access": access}),
            (r"/([a-z0-9-]+)", _Page, {"access": access}),
        ],
        websocket_max_message_size=LONGEST_MESSAGE,
        websocket_ping_interval=20,
    )


async def serve(name: str, initial: Mapping[str, str], *, port: int, open_browser: bool) -> None:
    """Serve an app on 127.0.0.1 until this task is cancelled; prints the address.

    Raises `ParameterError` where the port is in use.
    """
    access, sessions = Access(), Sessions(asyncio.get_running_loop())
    try:
        sockets = bind_sockets(port, "127.0.0.1", family=socket.AF_INET)
    except OSError as error:
        raise ParameterError(f"port {port} cannot be used: {error.strerror}", remedy="give another --port") from None
    server = HTTPServer(application(sessions, access), max_buffer_size=LONGEST_MESSAGE)
    server.add_sockets(sockets)
    query = urlencode({**initial, "token": access.token})
    url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/{name}?{query}"
    print(f"{url}\nCtrl-C ends the app; runs that were started go on.", flush=True)
    warm_up()
    with _opened(url) if open_browser else nullcontext():
        try:
            await asyncio.Event().wait()
        finally:
            sessions.close()
            server.stop()


def _leading_to(address: str) -> str:
    """A page that leads to an address at once."""
    return f'<!doctype html><meta http-equiv="refresh" content="0;url={html.escape(address)}">\n'


@contextmanager
def _opened(address: str) -> Iterator[None]:
    """Open the browser by a file of the user alone: all of this machine can read the words of a command."""
    with tempfile.TemporaryDirectory(prefix="daisy-") as folder:
        page = Path(folder, "open.html")
        page.touch(mode=0o600)
        page.write_text(_leading_to(address), encoding="utf-8")
        webbrowser.open(page.as_uri())
        yield
