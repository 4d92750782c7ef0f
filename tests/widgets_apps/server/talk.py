"""What a page says to its app over a WebSocket, and the end of such a talk."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from widgets_apps.server.socket import decode, encode


async def hello(url: str, headers: dict[str, str]):
    """What an app says of itself; `WebSocketClosedError` where it is closed before."""
    socket = await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=60))
    try:
        await socket.write_message(encode({"id": 1, "method": "app.hello"}, []), binary=True)
        return await _first_reply(socket)
    finally:
        socket.close()
        with suppress(TimeoutError):  # where it was closed already, nothing more is said
            await asyncio.wait_for(_closed(socket), 2)


async def _first_reply(socket):
    """The result of the first reply; news of runs may come before."""
    header: dict = {}
    while "id" not in header:
        message = await socket.read_message()
        if message is None:
            raise WebSocketClosedError
        header, _ = decode(message)
    return header["result"]


async def _closed(socket):
    """Wait until the other side has closed a socket too."""
    while await socket.read_message() is not None:
        pass
