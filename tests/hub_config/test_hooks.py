"""What is recorded at a login and around a server, and what a person reads whose server does not start."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from jupyterhub.spawner import SpawnException

from hub_config import hooks
from hub_config._words import StartRefusal

Recorded = Callable[..., list[tuple[str, ...]]]


def spawner(start: Any = None, language: str = "", **options: Any) -> Any:
    headers = {"Accept-Language": language}
    handler = SimpleNamespace(get_cookie=lambda _: None, request=SimpleNamespace(headers=headers)) if language else None
    return SimpleNamespace(
        user=SimpleNamespace(name="demo"),
        name="big",
        user_options=options,
        handler=handler,
        start_timeout=60,
        http_timeout=30,
        _spawn_future=start,
    )


def refuse(_: Any) -> None:
    raise StartRefusal("not-yours", value="'gpu'", names="cpu")


def test_a_login_is_recorded_without_what_it_brought(stream: io.StringIO, recorded: Recorded) -> None:
    state = {"access_token": "t0ken", "refresh_token": "t1ken", "account": {"email": "a@b.cn"}}
    authentication = {"name": "demo", "admin": False, "auth_state": state}
    assert hooks.post_auth_hook(None, None, authentication) is authentication
    assert recorded("event", "user") == [("login", "demo")]
    for secret in ("t0ken", "t1ken", "a@b.cn"):
        assert secret not in stream.getvalue()


@pytest.mark.asyncio
async def test_a_start_is_recorded_after_its_checks(recorded: Recorded) -> None:
    asked: list[Any] = []

    async def slow(server: Any) -> None:
        asked.append(server)

    one = spawner(profile="cpu")
    await hooks.pre_spawn_hook(asked.append, slow)(one)
    hooks.post_stop_hook(one)
    assert asked == [one, one]
    assert recorded("event", "profile", "server") == [("spawn", "cpu", "big"), ("stop", "cpu", "big")]


@pytest.mark.asyncio
async def test_a_refused_start_is_recorded_as_a_refusal_alone_and_said_in_words(recorded: Recorded) -> None:
    one = spawner(asyncio.get_running_loop().create_future(), profile="gpu")
    with pytest.raises(SpawnException, match="you have no profile 'gpu': choose one of cpu") as caught:
        await hooks.pre_spawn_hook(refuse)(one)
    hooks.post_stop_hook(one)
    assert caught.value.status_code == 403
    assert recorded("event", "reason") == [("refusal", "you have no profile 'gpu': choose one of cpu")]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", "您没有配置 'gpu'：请从 cpu 中选择"),
        ("en", "you have no profile 'gpu': choose one of cpu"),
        ("", "you have no profile 'gpu': choose one of cpu"),
    ],
)
async def test_the_person_reads_a_refused_start_in_their_language(language: str, words: str) -> None:
    with pytest.raises(SpawnException, match="you have no profile 'gpu'") as caught:
        await hooks.pre_spawn_hook(refuse)(spawner(language=language))
    assert caught.value.jupyterhub_message == words


@pytest.mark.asyncio
async def test_a_fault_in_a_check_is_no_refusal(recorded: Recorded) -> None:
    def fail(server: Any) -> None:
        raise ZeroDivisionError("a fault of ours")

    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        await hooks.pre_spawn_hook(fail)(spawner())
    assert recorded("event") == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(TimeoutError(), "no answer in time: 60 s to begin, 30 s more to answer", id="a time-out"),
        pytest.param(OSError("secret"), "OSError", id="a fault"),
        pytest.param(
            hooks.not_started(StartRefusal("ended", value=1), spawner()),
            "your server's program ended while it started (status 1): start it again; if that fails too, tell your "
            "administrator the time",
            id="an end",
        ),
    ],
)
async def test_a_start_that_fails_is_recorded_with_its_reason_and_is_no_stop(
    recorded: Recorded, error: Exception, reason: str
) -> None:
    start = asyncio.get_running_loop().create_future()
    one = spawner(start)
    await hooks.pre_spawn_hook()(one)
    hooks.post_stop_hook(one)
    start.set_exception(error)
    await asyncio.wait([start])
    await asyncio.sleep(0)  # callbacks of a future come with the loop's next turn
    assert recorded("event", "reason") == [("spawn", ""), ("failure", reason)]


@pytest.mark.asyncio
async def test_a_start_that_ends_well_records_nothing_more(recorded: Recorded) -> None:
    start = asyncio.get_running_loop().create_future()
    await hooks.pre_spawn_hook()(spawner(start))
    start.set_result(None)
    await asyncio.sleep(0)
    assert recorded("event") == [("spawn",)]


def test_options_that_are_no_options_are_recorded_short(recorded: Recorded) -> None:
    hooks.post_stop_hook(spawner(profile="x" * 1000))
    none = spawner()
    none.user_options = None
    hooks.post_stop_hook(none)
    assert [len(profile) for (profile,) in recorded("profile")] == [40, 0]
