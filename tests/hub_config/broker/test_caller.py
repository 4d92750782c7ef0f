"""Whose server a token is: what the hub says decides, and nothing else."""

from __future__ import annotations

import pytest

from hub_config.broker._words import BrokerError
from hub_config.broker.address import ACCESS
from hub_config.broker.caller import Caller, Callers
from tests.hub_config.broker.served import served, token_of

pytestmark = pytest.mark.asyncio

ALLOWED = {
    "the first server's token": (token_of("ada"), Caller("ada", "")),
    "a named server's token": (token_of("ada", "big one/二"), Caller("ada", "big one/二")),
    "an administrator's server": ({**token_of("ada"), "admin": True}, Caller("ada", "")),
    "access to all services": (
        {**token_of("ada"), "scopes": ["access:services", "access:servers!server=ada/"]},
        Caller("ada", ""),
    ),
    "a server that is shared with the user": (token_of("ada", "", "access:servers!server=bob/"), Caller("ada", "")),
}


@pytest.mark.parametrize("name", ALLOWED)
async def test_a_token_of_a_server_tells_which(name):
    model, expected = ALLOWED[name]
    async with served() as broker:
        broker.hub.tokens["t"] = model
        assert await Callers(f"{broker.hub.url}/hub/api").find("token t") == expected


REFUSED = {
    "no scope for the broker": {**token_of("ada"), "scopes": ["access:servers!server=ada/"]},
    "a scope for another service": {**token_of("ada"), "scopes": ["access:services!service=dask2", ACCESS + "x"]},
    "a token of the user": {**token_of("ada"), "scopes": [ACCESS, "access:servers!user=ada"]},
    "a token for two servers": token_of("ada", "", "access:servers!server=ada/two"),
    "somebody else's server": {**token_of("ada"), "scopes": [ACCESS, "access:servers!server=bob/"]},
    "a service": {**token_of("ada"), "kind": "service"},
    "nothing but a name": {"kind": "user", "name": "ada"},
}


@pytest.mark.parametrize("name", REFUSED)
async def test_any_other_token_is_refused(name):
    async with served() as broker:
        broker.hub.tokens["t"] = REFUSED[name]
        with pytest.raises(BrokerError, match="this token may not be used for Dask clusters") as refused:
            await Callers(f"{broker.hub.url}/hub/api").find("token t")
        assert refused.value.status == 403


@pytest.mark.parametrize("header", ["", "token", "token ", "Basic YTpi", "token a b", "token a\tb", "token é", "ada"])
async def test_what_is_no_token_is_not_even_asked_for(header):
    async with served() as broker:
        with pytest.raises(BrokerError, match="brings no Authorization token") as refused:
            await Callers(f"{broker.hub.url}/hub/api").find(header)
        assert refused.value.status == 401
        assert broker.hub.asked == []


@pytest.mark.parametrize("header", ["token ada", "Bearer ada", "bearer  ada", " TOKEN ada "])
async def test_a_token_may_be_written_as_the_hub_takes_it(header):
    async with served() as broker:
        assert await Callers(f"{broker.hub.url}/hub/api").find(header) == Caller("ada", "")


async def test_an_answer_is_believed_for_some_seconds():
    now = [100.0]
    async with served() as broker:
        callers = Callers(f"{broker.hub.url}/hub/api", lambda: now[0])
        for _ in range(3):
            await callers.find("token ada")
        assert len(broker.hub.asked) == 1
        del broker.hub.tokens["ada"]  # the server has stopped, and the hub has forgotten its token
        now[0] += 5.0
        with pytest.raises(BrokerError, match="brings no Authorization token of a running server"):
            await callers.find("token ada")
        assert "ada" not in repr(callers._answers.keys())


@pytest.mark.parametrize(("status", "body"), [(500, ""), (502, "<html>"), (302, ""), (200, "no json"), (200, "[1]")])
async def test_a_hub_that_does_not_answer_as_agreed_is_said_to_be_away(status, body):
    async with served() as broker:
        broker.hub.status, broker.hub.body = status, body
        with pytest.raises(BrokerError, match="the hub does not answer at the moment") as refused:
            await Callers(f"{broker.hub.url}/hub/api").find("token ada")
        assert refused.value.status == 503


async def test_a_hub_that_is_not_there_is_said_to_be_away():
    with pytest.raises(BrokerError, match="the hub does not answer at the moment"):
        await Callers("http://127.0.0.1:9/hub/api").find("token ada")
