"""``python -m widgets_apps.server SOCKET PARENT``: answers pages on a Unix socket, behind the user's Jupyter server.

Whoever can open the socket is the user: it lies in a folder that is the user's alone. PARENT is the number of the
server's process, with which this one ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

from widgets_apps.heap import give_back_arrays
from widgets_apps.server.socket import LONGEST_MESSAGE, Sessions, SocketHandler
from widgets_apps.server.warm import warm_up

_EVERY = 1.0  # seconds between two looks at the parent


class _Ready(RequestHandler):
    def get(self) -> None:
        """Say that this process answers."""
        self.finish("ready")


class _Socket(SocketHandler):
    def check_origin(self, origin: str) -> bool:
        """The Jupyter server has checked it."""
        return True


async def _end_with(parent: int, ended: asyncio.Event) -> None:
    """A Jupyter server that was killed asks nobody to end, and nobody else finds this process."""
    while os.getppid() == parent:
        await asyncio.sleep(_EVERY)
    ended.set()


async def _serve(path: Path, parent: int) -> None:
    loop = asyncio.get_running_loop()
    sessions = Sessions(loop)
    routes = [(r"/([a-z0-9-]+)/socket", _Socket, {"sessions": sessions}), (r"/", _Ready)]
    app = Application(routes, websocket_max_message_size=LONGEST_MESSAGE, websocket_ping_interval=20)  # type: ignore[arg-type]  # tornado's stub knows no mixed rules
    server = HTTPServer(app, max_buffer_size=LONGEST_MESSAGE)
    path.unlink(missing_ok=True)
    server.add_socket(bind_unix_socket(str(path), mode=0o600))
    warm_up()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    watching = asyncio.create_task(_end_with(parent, ended))
    await ended.wait()
    watching.cancel()
    sessions.close()
    server.stop()
    path.unlink(missing_ok=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the Jupyter server, which ends this one
    give_back_arrays()
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
