"""What a user's server is given."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from hub_config.errors import Refusal
from hub_config.settings import check_settings
from hub_config.spawner import prepare
from tests.hub_config.good import good


def spawner(profile, groups, hours=0.0):
    async def auth_state():
        return {"account": {"name": "ada", "groups": groups}, "claims_at": time.time() - hours * 3600}

    user = SimpleNamespace(name="ada", get_auth_state=auth_state)
    return SimpleNamespace(user=user, user_options={"profile": profile}, cpu_limit=None, mem_limit=None, default_url="")


@pytest.mark.asyncio
async def test_the_profile_says_what_a_server_gets():
    server = spawner("gpu", ["heps-ct"])
    await prepare(server, check_settings(good()))
    assert server.mem_limit == "64G"
    assert server.default_url == "/lab"
    assert 1 <= server.cpu_limit <= 8


@pytest.mark.asyncio
async def test_a_profile_of_another_group_is_refused_whatever_was_posted():
    with pytest.raises(Refusal, match="you have no profile 'gpu': choose one of cpu"):
        await prepare(spawner("gpu", ["heps-xrd"]), check_settings(good()))


@pytest.mark.asyncio
async def test_a_login_of_yesterday_starts_nothing():
    with pytest.raises(Refusal, match="your login is too old to start a server: log out"):
        await prepare(spawner("cpu", ["heps-ct"], hours=13), check_settings(good()))
