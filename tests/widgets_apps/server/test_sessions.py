"""Sessions of pages: who is answered, who is told, and what ends."""

from __future__ import annotations

import asyncio
import json
import struct
import threading

import pytest
import pytest_asyncio

from widgets_apps.server import socket as socket_module
from widgets_apps.server.socket import LONGEST_MESSAGE, Attached, Sessions, SocketHandler, decode, encode
from widgets_apps.session import Part, Reply, Session, exposed


class Slow(Part):
    name = "slow"

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.closed = threading.Event()

    @exposed
    def wait(self, number: int) -> dict[str, int]:
        assert self.go_on.wait(10)
        return {"number": number}

    @exposed
    def long(self, header: bool) -> Reply:
        text = "x" * LONGEST_MESSAGE
        return Reply({"text": text if header else ""}, [] if header else [text.encode()])

    def close(self) -> None:
        self.go_on.wait(10)
        self.closed.set()


class Connection(SocketHandler):
    """A connection that keeps what it is to send."""

    def __init__(self, sessions: Sessions) -> None:
        self.initialize(sessions)
        self.sent: asyncio.Queue = asyncio.Queue()

    def write_message(self, message: bytes, binary: bool = False) -> None:
        self.sent.put_nowait(decode(message)[0])

    def ask(self, **header) -> None:
        self.on_message(encode(header, ()))

    async def answer(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), 10)


@pytest_asyncio.fixture
async def page():
    """A session of one part, and what connects to it."""
    sessions, part = Sessions(asyncio.get_running_loop()), Slow()

    def send(header, buffers):
        sessions.soon(sessions._tell, ("app", "key"), encode(header, buffers))

    sessions.open["app", "key"] = Attached(Session([part], send))

    def connect() -> Connection:
        connection = Connection(sessions)
        connection._place = ("app", "key")
        connection._attached = sessions.attach("app", "key", connection)
        return connection

    connect.part, connect.sessions = part, sessions
    yield connect
    part.go_on.set()
    sessions.close()


@pytest.mark.asyncio
async def test_an_answer_goes_to_the_connection_that_asked(page):
    """A page that was loaded again counts its requests anew: an old answer must not pass for one to it."""
    old = page()
    old.ask(id=1, method="slow.wait", params={"number": 1}, lane="slices")
    new = page()
    new.ask(id=1, method="slow.wait", params={"number": 2}, lane="slices")
    page.part.go_on.set()
    assert (await new.answer())["result"] == {"number": 2}
    assert (await old.answer())["result"] == {"number": 1}
    assert new.sent.empty()
    assert old.sent.empty()


@pytest.mark.asyncio
async def test_news_go_to_each_connection_and_the_session_ends_after_the_last(page, monkeypatch):
    monkeypatch.setattr(socket_module, "_KEPT_SECONDS", 0)
    first, second = page(), page()
    page.part.emit("jobs", {"jobs": []})
    assert (await first.answer())["event"] == (await second.answer())["event"] == "jobs"
    page.part.go_on.set()
    second.on_close()
    await asyncio.sleep(0.05)
    assert page.sessions.open
    first.on_close()
    assert await asyncio.to_thread(page.part.closed.wait, 10)


@pytest.mark.asyncio
async def test_the_loop_does_not_wait_for_what_a_closed_page_computes(page, monkeypatch):
    monkeypatch.setattr(socket_module, "_KEPT_SECONDS", 0)
    page().on_close()
    await asyncio.wait_for(asyncio.sleep(0.2), 2)
    assert not page.sessions.open
    assert not page.part.closed.is_set()
    page.part.go_on.set()
    assert await asyncio.to_thread(page.part.closed.wait, 10)


@pytest.mark.asyncio
@pytest.mark.parametrize("header", [True, False], ids=["header", "buffers"])
async def test_an_answer_that_is_too_long_is_refused_in_words(page, header):
    connection = page()
    connection.ask(id=7, method="slow.long", params={"header": header})
    answer = await connection.answer()
    assert answer["id"] == 7
    assert answer["error"] == {"message": "the answer has 8 MiB, more than fits", "remedy": "ask for less"}


@pytest.mark.asyncio
@pytest.mark.parametrize("params", [[1, 2], "text", 5])
async def test_parameters_that_are_none_are_answered(page, params):
    connection = page()
    connection.ask(id=3, method="slow.wait", params=params)
    assert "error" in await connection.answer()


@pytest.mark.parametrize("sizes", [5, ["a"], [-1], {"a": 1}, [1.5]])
def test_lengths_of_buffers_that_are_none_are_refused(sizes):
    text = json.dumps({"buffers": sizes}).encode()
    with pytest.raises(ValueError, match="lengths of the buffers"):
        decode(struct.pack("<I", len(text)) + text)
