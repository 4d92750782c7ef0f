"""The broker at the hub: what the hub is told, and what a real one then says of tokens."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from traitlets.config import Config

from benchmarks._platform import running_platform
from hub_config.broker._words import BrokerError
from hub_config.broker.address import ACCESS
from hub_config.broker.caller import Caller, Callers
from hub_config.configure import configure_dask, configure_hub, configure_spawner, user_role
from tests.hub_config.broker.made import dask_facility
from tests.hub_config.kubernetes.made import facility


def test_servers_get_the_address_of_the_broker_and_may_use_it_and_nothing_else_is_new():
    settings, c = dask_facility(), Config()
    configure_hub(settings, c)
    configure_spawner(settings, c)
    before = len(c.JupyterHub.services)
    configure_dask(settings, "of-the-broker", c)
    (service,) = c.JupyterHub.services[before:]
    assert (service["name"], service["url"]) == ("dask", "http://dask-broker.daas.svc:8000")
    assert (service["api_token"], service["timeout"]) == ("of-the-broker", 1)
    assert not any("dask" in role.get("services", ()) for role in c.JupyterHub.load_roles)
    assert c.Spawner.server_token_scopes == ["users:activity!user", "access:servers!server", ACCESS]
    assert c.Spawner.environment["DAISY_BROKER_URL"] == "http://dask-broker.daas.svc:8000/services/dask/api/v1"
    assert user_role(settings)["scopes"] == ["self", ACCESS]


def test_without_workers_users_have_no_right_to_them():
    assert user_role(facility())["scopes"] == ["self"]


class Hub:
    """A hub's API, as an administrator uses it."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self._url, self._token, self._session = f"{url}/hub/api", token, session

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"token {self._token}"}
        async with self._session.request(method, f"{self._url}{path}", headers=headers, json=body) as answer:
            assert answer.status < 400, await answer.text()
            return await answer.json(content_type=None)


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_real_hub_says_of_a_servers_token_which_server_it_is(tmp_path: Path) -> None:
    token, told = secrets.token_hex(16), tmp_path / "told"
    told.mkdir()
    env = {
        "DAISY_TEST_TOKEN": token,
        "DAISY_TEST_FOLDER": str(told),
        "DAISY_BROKER_TOKEN": secrets.token_hex(16),
    }
    config = Path(__file__).with_name("dask_config.py")
    async with (
        running_platform(tmp_path, ["ada"], config=config, env=env) as platform,
        aiohttp.ClientSession() as session,
    ):
        hub = Hub(platform.url, token, session)
        await hub.ask("POST", "/users/ada")
        await hub.ask("POST", "/users/eve", admin=True)
        callers = Callers(f"{platform.url}/hub/api", clock=iter(range(0, 10_000, 60)).__next__)
        for user, server in (("ada", ""), ("ada", "big-one"), ("eve", "")):
            await hub.ask("POST", f"/users/{user}/" + (f"servers/{server}" if server else "server"))
            environment = json.loads((told / f"{user}-{server}.json").read_text())
            assert environment["DAISY_BROKER_URL"].endswith("/services/dask/api/v1")
            found = await callers.find(f"token {environment['JUPYTERHUB_API_TOKEN']}")
            assert found == Caller(user, server)
        own = {
            "of a browser": ["access:servers!server=ada/"],
            "of the user, for everything": ["inherit"],
            "for the broker alone": [ACCESS],
        }
        for scopes in own.values():
            made = await hub.ask("POST", "/users/ada/tokens", scopes=scopes)
            with pytest.raises(BrokerError, match="this token may not be used for Dask clusters"):
                await callers.find(f"token {made['token']}")
        with pytest.raises(BrokerError, match="this token may not be used for Dask clusters"):
            await callers.find(f"token {env['DAISY_BROKER_TOKEN']}")
        ada = json.loads((told / "ada-.json").read_text())["JUPYTERHUB_API_TOKEN"]
        await hub.ask("DELETE", "/users/ada/server")
        with pytest.raises(BrokerError, match="no Authorization token of a running server"):
            await callers.find(f"token {ada}")
