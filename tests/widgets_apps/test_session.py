"""Requests, replies, lanes and events of a session."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import pytest

from daisy_kernel.errors import DataError
from widgets_apps.session import FieldErrors, Part, Reply, Session, exposed


class Counting(Part):
    name = "counting"

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.seen: list[int] = []
        self.closed = False

    @exposed
    def double(self, number: int) -> dict[str, int]:
        return {"double": 2 * number}

    @exposed
    def echo(self, buffers: list) -> Reply:
        return Reply({"count": len(buffers)}, buffers)

    @exposed
    def refuse(self) -> None:
        raise DataError("scan.h5 does not exist", remedy="check the path")

    @exposed
    def fields(self) -> None:
        raise FieldErrors({"center": "center=abc is no number"})

    @exposed
    def crash(self) -> None:
        raise RuntimeError("boom")

    @exposed(pool="compute")
    def slow(self, number: int) -> dict[str, int]:
        self.seen.append(number)
        self.begun.set()
        assert self.go_on.wait(10)
        return {"number": number}

    def hidden(self) -> dict[str, int]:
        return {"secret": 1}

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def part():
    return Counting()


@pytest.fixture
def asked(part):
    answers: Queue[tuple[dict[str, Any], Any]] = Queue()
    session = Session([part], lambda header, buffers: answers.put((header, buffers)))

    def ask(method: str, buffers=(), lane=None, identity=1, **params):
        session.handle({"id": identity, "method": method, "params": params, "lane": lane}, buffers)
        return answers

    ask.answer = lambda: answers.get(timeout=10)
    ask.session = session
    yield ask
    part.go_on.set()
    session.close()


def test_a_request_is_answered_by_the_method_of_its_part(asked):
    asked("counting.double", number=21)
    assert asked.answer() == ({"id": 1, "result": {"double": 42}}, ())


def test_buffers_go_in_and_come_out(asked):
    asked("counting.echo", buffers=[b"abc"])
    header, buffers = asked.answer()
    assert header["result"] == {"count": 1}
    assert list(buffers) == [b"abc"]


@pytest.mark.parametrize("method", ["counting.hidden", "counting.close", "counting.__init__", "other.x", "double"])
def test_what_is_not_exposed_cannot_be_asked_for(asked, method):
    asked(method)
    assert repr(method) in asked.answer()[0]["error"]["message"]


@pytest.mark.parametrize("params", [{"number": "many"}, {}, {"number": 1, "more": 2}])
def test_a_wrong_parameter_is_refused_before_the_call(asked, params):
    asked("counting.double", **params)
    assert "counting.double" in asked.answer()[0]["error"]["message"]


def test_a_refusal_comes_as_sentence_and_remedy(asked):
    asked("counting.refuse")
    assert asked.answer()[0]["error"] == {"message": "scan.h5 does not exist", "remedy": "check the path"}


def test_wrong_fields_come_by_their_names(asked):
    asked("counting.fields")
    assert asked.answer()[0]["error"]["fields"] == {"center": "center=abc is no number"}


def test_a_fault_of_ours_is_answered_too(asked):
    asked("counting.crash")
    assert "RuntimeError: boom" in asked.answer()[0]["error"]["message"]


def test_of_a_lane_only_the_newest_waits(asked, part):
    asked("counting.slow", lane="preview", identity=1, number=1)
    assert part.begun.wait(10)
    for identity in (2, 3, 4):
        asked("counting.slow", lane="preview", identity=identity, number=identity)
    part.go_on.set()
    answers = {header["id"]: header for header, _ in (asked.answer() for _ in range(4))}
    assert part.seen == [1, 4]
    assert [answers[identity].get("superseded", False) for identity in (1, 2, 3, 4)] == [False, True, True, False]


def test_requests_without_a_lane_are_all_answered(asked, part):
    part.go_on.set()
    for identity in range(5):
        asked("counting.slow", identity=identity, number=identity)
    assert sorted(asked.answer()[0]["result"]["number"] for _ in range(5)) == [0, 1, 2, 3, 4]


def test_a_part_tells_the_page_what_it_did_not_ask(asked, part):
    part.emit("news", {"what": "done"}, [b"1"])
    assert asked.answer() == ({"event": "news", "data": {"what": "done"}}, [b"1"])


def test_a_closed_session_closes_its_parts(asked, part):
    asked.session.close()
    assert part.closed
