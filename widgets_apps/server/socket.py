"""The WebSocket of a page, and its session, which outlives a lost connection for a while."""

from __future__ import annotations

import asyncio
import json
import logging
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from daisy_kernel.errors import DaisyError
from widgets_apps.app import broken_session, open_session
from widgets_apps.apps import installed
from widgets_apps.session import Buffers, Session

_log = logging.getLogger(__name__)

LONGEST_MESSAGE = 8 << 20
"""Bytes; what a Jupyter server lets through in one message is 10 MiB."""

_KEPT_SECONDS = 600
"""How long what a page had open is kept after its connection was lost."""


def encode(header: Mapping[str, Any], buffers: Buffers) -> bytes:
    """One frame: length of the header (uint32, little endian), the header (JSON), the buffers.

    >>> decode(encode({"id": 1}, [b"abc"]))
    ({'id': 1, 'buffers': [3]}, [b'abc'])
    """
    parts = [bytes(buffer) for buffer in buffers]
    text = json.dumps({**header, "buffers": [len(part) for part in parts]}, allow_nan=False).encode()
    return b"".join((struct.pack("<I", len(text)), text, *parts))


def decode(frame: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Header and buffers of a frame; `ValueError` where it is none."""
    if len(frame) < 4:
        raise ValueError("a frame is too short")
    (length,) = struct.unpack_from("<I", frame)
    if length > len(frame) - 4:
        raise ValueError("a header is longer than its frame")
    header = json.loads(frame[4 : 4 + length])
    if not isinstance(header, dict):
        raise ValueError("a header is no object")
    buffers, offset, sizes = [], 4 + length, header.get("buffers", [])
    if not isinstance(sizes, list) or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("the lengths of the buffers are none")
    for size in sizes:
        buffers.append(frame[offset : offset + size])
        offset += size
    return header, buffers


def _frame(header: Mapping[str, Any], buffers: Buffers) -> bytes:
    """A frame; a result that cannot be sent is answered with what is wrong, so that nobody waits for it."""
    try:
        frame = encode(header, buffers)
        wrong, remedy = f"the answer has {len(frame) >> 20} MiB, more than fits", "ask for less"
    except (TypeError, ValueError) as error:
        _log.exception("an answer cannot be sent")
        frame, wrong, remedy = None, str(error), "see the log"
    if frame is not None and len(frame) <= LONGEST_MESSAGE:
        return frame
    return encode({"id": header.get("id"), "error": {"message": wrong, "remedy": remedy}}, ())


@dataclass
class Attached:
    """A session and its connections: several where a page came back before its old connection was known to be lost."""

    session: Session
    sockets: set[SocketHandler] = field(default_factory=set)
    expiry: asyncio.TimerHandle | None = None


@dataclass
class Sessions:
    """The sessions of a process, by the key that a page chose."""

    loop: asyncio.AbstractEventLoop
    open: dict[tuple[str, str], Attached] = field(default_factory=dict)

    def attach(self, app: str, key: str, socket: SocketHandler) -> Attached:
        """The session of a key, a new one where there is none; `RegistryError` for an unknown app.

        Of an app that does not load, or has wrong steps, it is one that tells the page why.
        """
        place = (app, key)
        if place not in self.open:
            entry = installed().find(app)

            def send(header: Mapping[str, Any], buffers: Buffers) -> None:
                self.soon(self._tell, place, _frame(header, buffers))

            try:
                session = open_session(entry.load()(), app, entry.title, send)
            except Exception as error:  # of somebody's own code, which raises what it likes
                _log.warning("the app %s cannot be opened", app, exc_info=True)
                session = broken_session(error, send)
            self.open[place] = Attached(session)
        attached = self.open[place]
        if attached.expiry is not None:
            attached.expiry.cancel()
            attached.expiry = None
        attached.sockets.add(socket)
        return attached

    def detach(self, app: str, key: str, socket: SocketHandler) -> None:
        """A connection was lost; its session ends unless the page comes back."""
        attached = self.open.get((app, key))
        if attached is not None and socket in attached.sockets:
            attached.sockets.remove(socket)
            if not attached.sockets:
                attached.expiry = self.loop.call_later(_KEPT_SECONDS, self._end, (app, key))

    def close(self) -> None:
        """End all sessions."""
        while self.open:
            self.open.popitem()[1].session.close()

    def soon(self, call: Callable[..., None], *given: Any) -> None:
        """Call something in the loop's thread, from any thread; not any more once the loop is closed."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(call, *given)

    def _end(self, place: tuple[str, str]) -> None:
        # A part waits for what it computes; the other pages do not.
        self.loop.run_in_executor(None, self.open.pop(place).session.close)

    def _tell(self, place: tuple[str, str], frame: bytes) -> None:
        attached = self.open.get(place)
        for socket in list(attached.sockets) if attached is not None else ():
            socket.deliver(frame)


class SocketHandler(WebSocketHandler):
    """``APP/socket?session=KEY``."""

    def initialize(self, sessions: Sessions) -> None:
        """Take the sessions of the process."""
        self._sessions = sessions
        self._attached: Attached | None = None
        self._place = ("", "")

    async def open(self, app: str) -> None:
        """Answer from now on."""
        self._place = (app, self.get_query_argument("session"))
        try:
            self._attached = self._sessions.attach(*self._place, self)
        except DaisyError as error:
            self.close(4404, error.error[:120])

    def on_message(self, message: str | bytes) -> None:
        """Take one request."""
        if self._attached is None:
            return
        try:
            header, buffers = decode(message if isinstance(message, bytes) else message.encode())
        except ValueError:
            self.close(4400, "not a message of this app")
            return
        self._attached.session.handle(header, buffers, self.reply)

    def on_close(self) -> None:
        """The page is gone, or its network is."""
        self._sessions.detach(*self._place, self)

    def reply(self, header: Mapping[str, Any], buffers: Buffers) -> None:
        """Answer a request of this connection, from any thread; another one of the session numbers its own."""
        self._sessions.soon(self.deliver, _frame(header, buffers))

    def deliver(self, frame: bytes) -> None:
        """Send a frame, in the loop's thread."""
        try:
            self.write_message(frame, binary=True)
        except WebSocketClosedError:
            self.on_close()
