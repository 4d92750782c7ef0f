import io
import json
import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub.spawner import SpawnException

from hub_config import events
from hub_config.errors import Refusal


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    logger = logging.getLogger("daisy.events")
    before = (logger.handlers[:], logger.level, logger.propagate)
    stream = io.StringIO()
    events.log_events(stream)
    yield stream
    logger.handlers[:], logger.level, logger.propagate = before


def spawner(**options: str) -> Any:
    return SimpleNamespace(user=SimpleNamespace(name="demo"), name="big", user_options=options)


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_time_and_without_empty_fields(stream: io.StringIO) -> None:
    events.record("stop", "demo", profile="cpu")
    (line,) = lines(stream)
    assert line.pop("time").endswith("+00:00")
    assert line == {"event": "stop", "user": "demo", "profile": "cpu"}


def test_a_name_with_a_line_end_makes_no_second_line(stream: io.StringIO) -> None:
    events.record("refusal", 'x\n{"event": "login"}\u2028', reason="no\rgroup")
    assert len(stream.getvalue().splitlines()) == 1
    assert lines(stream)[0]["user"] == 'x\n{"event": "login"}\u2028'


def test_a_login_is_recorded_without_what_it_brought(stream: io.StringIO) -> None:
    state = {"access_token": "t0ken", "refresh_token": "t1ken", "account": {"email": "a@b.cn"}}
    authentication = {"name": "demo", "admin": False, "auth_state": state}
    assert events.post_auth_hook(None, None, authentication) is authentication
    assert [line["user"] for line in lines(stream)] == ["demo"]
    for secret in ("t0ken", "t1ken", "a@b.cn"):
        assert secret not in stream.getvalue()


@pytest.mark.asyncio
async def test_a_start_is_recorded_after_its_checks(stream: io.StringIO) -> None:
    asked: list[Any] = []

    async def slow(server: Any) -> None:
        asked.append(server)

    one = spawner(profile="cpu")
    await events.pre_spawn_hook(asked.append, slow)(one)
    events.post_stop_hook(one)
    assert asked == [one, one]
    assert [(line["event"], line["profile"], line["server"]) for line in lines(stream)] == [
        ("spawn", "cpu", "big"),
        ("stop", "cpu", "big"),
    ]


@pytest.mark.asyncio
async def test_a_refused_start_is_recorded_as_a_refusal_alone_and_said_in_words(stream: io.StringIO) -> None:
    def refuse(server: Any) -> None:
        raise Refusal("you have no profile 'gpu'", remedy="choose one of cpu")

    one = spawner(profile="gpu")
    with pytest.raises(SpawnException, match="you have no profile 'gpu': choose one of cpu") as caught:
        await events.pre_spawn_hook(refuse)(one)
    events.post_stop_hook(one)
    assert caught.value.status_code == 403
    assert [(line["event"], line["reason"]) for line in lines(stream)] == [
        ("refusal", "you have no profile 'gpu': choose one of cpu")
    ]


@pytest.mark.asyncio
async def test_a_fault_in_a_check_is_no_refusal(stream: io.StringIO) -> None:
    def fail(server: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        await events.pre_spawn_hook(fail)(spawner())
    assert lines(stream) == []


def test_options_that_are_no_options_are_recorded_short(stream: io.StringIO) -> None:
    events.post_stop_hook(spawner(profile="x" * 1000))
    events.post_stop_hook(SimpleNamespace(user=SimpleNamespace(name="demo"), name="", user_options=None))
    assert [len(line.get("profile", "")) for line in lines(stream)] == [40, 0]
