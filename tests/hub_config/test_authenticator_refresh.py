"""Sessions that are open: what renews them, what keeps them, what ends them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from hub_config import authenticator as authenticator_module
from hub_config import events
from tests.hub_config.sso_login import (
    ACCOUNT,
    CLAIMS,
    NEW_REFRESH,
    PERSON,
    REFRESH,
    SECRET,
    Handler,
    User,
    authenticator,
    settings,
    token,
)
from tests.hub_config.wire import Answer, Wire, running_wire


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    async with running_wire() as wire:
        wire.answers = {
            "/tokenUrl": Answer(token()),
            "/accountUrl": Answer({"result": [ACCOUNT]}),
            "/userinfoUrl": Answer(CLAIMS),
        }
        yield wire


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose access was closed; that it is, see test_access.py."""
    names: list[str] = []
    monkeypatch.setattr(authenticator_module, "close_access", lambda user: names.append(user.name))
    return names


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was recorded as refused."""
    names: list[str] = []
    monkeypatch.setattr(events, "record", lambda event, user, **_: names.append(f"{event} {user}"))
    return names


async def logged_in(wire: Wire, provider: str = "ihep", **sso: Any) -> tuple[Any, User]:
    """An authenticator, and a user who logged in an hour ago."""
    made = authenticator(settings(wire, provider, **sso), wire)
    model = await made.get_authenticated_user(Handler(), None)
    user = User(model["auth_state"] | {"claims_at": time.time() - 3600})
    wire.asked.clear()
    wire.answers["/tokenUrl"] = Answer(token(refresh_token=NEW_REFRESH))
    return made, user


@pytest.mark.asyncio
@pytest.mark.parametrize("provider", ["ihep", "oidc"])
async def test_a_refresh_renews_claims_and_tokens(wire: Wire, provider: str) -> None:
    made, user = await logged_in(wire, provider)
    model = await made.refresh_user(user)
    assert model["name"] == "alice"
    assert model["auth_state"]["refresh_token"] == NEW_REFRESH
    assert time.time() - model["auth_state"]["claims_at"] < 60
    assert user.state == model["auth_state"]
    assert wire.asked[0][1] == {
        "grant_type": ["refresh_token"],
        "refresh_token": [REFRESH],
        "client_id": ["daisy"],
        "client_secret": [SECRET],
    }


@pytest.mark.asyncio
async def test_a_new_group_is_there_after_a_refresh(wire: Wire) -> None:
    made, user = await logged_in(wire)
    wire.answers["/accountUrl"] = Answer({"result": [ACCOUNT | {"group2name": "heps-ct,heps-xrd"}]})
    assert (await made.refresh_user(user))["auth_state"]["account"]["groups"] == ["heps-ct", "heps-xrd"]


@pytest.mark.asyncio
async def test_an_administrator_of_before_is_none_after_a_refresh(wire: Wire) -> None:
    made, user = await logged_in(wire)
    assert (await made.refresh_user(user))["admin"] is False


@pytest.mark.asyncio
async def test_a_refreshed_token_without_userinfo_is_of_the_same_person(wire: Wire) -> None:
    made, user = await logged_in(wire)
    wire.answers["/tokenUrl"] = Answer(token(userInfo=...))
    assert (await made.refresh_user(user))["auth_state"]["account"]["sso_id"] == "4711"


@pytest.mark.asyncio
@pytest.mark.parametrize("absent", [..., None], ids=["left out", "null"])
async def test_a_refresh_token_is_kept_where_no_new_one_comes(wire: Wire, absent: object) -> None:
    made, user = await logged_in(wire)
    wire.answers["/tokenUrl"] = Answer(token(refresh_token=absent))
    assert (await made.refresh_user(user))["auth_state"]["refresh_token"] == REFRESH


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/tokenUrl", "/accountUrl"])
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer("", 503), id="down"),
        pytest.param(Answer("<html>maintenance</html>"), id="a page of maintenance"),
        pytest.param(Answer("", 429), id="too many requests"),
        pytest.param(Answer("", 302, {"Location": "http://192.0.2.1/"}), id="a redirect"),
        pytest.param(Answer(hangs=True), id="a time-out"),
    ],
)
async def test_an_sso_that_does_not_work_keeps_sessions_open_with_their_old_claims(
    wire: Wire, path: str, answer: Answer, closed: list[str]
) -> None:
    made, user = await logged_in(wire, timeout=2.0)
    claims_at = user.state["claims_at"] if user.state else 0
    wire.answers[path] = answer
    assert await made.refresh_user(user)
    assert user.state is not None
    assert user.state["claims_at"] == claims_at
    assert user.state["account"]["name"] == "alice"
    # A token endpoint that worked has used up the old token, though the account service then failed.
    assert user.state["refresh_token"] == (REFRESH if path == "/tokenUrl" else NEW_REFRESH)
    assert closed == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        pytest.param("/tokenUrl", Answer(token(error="invalid_grant"), 400), id="invalid_grant"),
        pytest.param("/tokenUrl", Answer(token(error="access_denied"), 403), id="disabled"),
        pytest.param("/tokenUrl", Answer(token(userInfo=PERSON | {"umtId": 9})), id="another person"),
        pytest.param("/accountUrl", Answer({"result": []}), id="no account any more"),
        pytest.param("/accountUrl", Answer({"result": [ACCOUNT | {"group2name": ""}]}), id="no group any more"),
        pytest.param("/accountUrl", Answer({"result": [ACCOUNT | {"afsaccount": "bob"}]}), id="another name"),
    ],
)
async def test_a_refusal_ends_the_session_for_good_and_is_recorded_once(
    wire: Wire, path: str, answer: Answer, caplog: pytest.LogCaptureFixture, closed: list[str], refusals: list[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    made, user = await logged_in(wire)
    wire.answers[path] = answer
    assert await made.refresh_user(user) is False
    wire.answers["/tokenUrl"] = Answer("", 503)
    assert await made.refresh_user(user) is False
    assert (closed, refusals) == (["alice"], ["refusal alice"])
    assert "SENTINEL" not in caplog.text


@pytest.mark.asyncio
async def test_two_requests_at_once_use_a_refresh_token_once(wire: Wire) -> None:
    made, user = await logged_in(wire)
    models = await asyncio.gather(made.refresh_user(user), made.refresh_user(user))
    assert wire.paths() == ["/tokenUrl", "/accountUrl"]
    assert True in models
    assert user.state is not None
    assert user.state["refresh_token"] == NEW_REFRESH


@pytest.mark.asyncio
async def test_without_a_refresh_token_a_session_lasts_as_long_as_its_claims(wire: Wire) -> None:
    made, user = await logged_in(wire)
    assert user.state is not None
    user.state["refresh_token"] = None
    old = dict(user.state)
    assert (await made.refresh_user(user))["auth_state"] == old
    user.state["claims_at"] = time.time() - 13 * 3600
    assert await made.refresh_user(user) is False
    assert wire.asked == []


@pytest.mark.asyncio
@pytest.mark.parametrize("state", [None, {}, {"account": {}}, {"account": {"groups": [], "gids": [], "mounts": []}}])
async def test_a_session_whose_state_cannot_be_read_is_over(
    wire: Wire, state: dict[str, Any] | None, closed: list[str]
) -> None:
    made, _ = await logged_in(wire)
    assert await made.refresh_user(User(state)) is False
    assert closed == ["alice"]


@pytest.mark.asyncio
async def test_a_login_during_a_refresh_stands(wire: Wire, closed: list[str]) -> None:
    made, user = await logged_in(wire, timeout=2.0)
    newer = dict(user.state or {}) | {"access_token": "newer"}
    wire.answers["/tokenUrl"] = Answer(token(error="invalid_grant"), 400, hangs=True)
    refresh = asyncio.create_task(made.refresh_user(user))
    async with asyncio.timeout(5):
        while not wire.asked:
            await asyncio.sleep(0)
    user.state = newer
    wire.over.set()
    assert await refresh is True
    assert (user.state, closed) == (newer, [])
