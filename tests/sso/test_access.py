"""Who has access to a running server, and until when: the whole platform, with servers that are real."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from benchmarks._platform import Platform
from tests.sso.person import Person
from tests.sso.running import link
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

METRICS_TOKEN = secrets.token_hex(16)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    config = Path(__file__).with_name("quick_config.py")
    env = {"DAISY_TEST_TOKEN": METRICS_TOKEN}
    platform = Platform(tmp_path_factory.mktemp("platform"), ["ada", "bob"], "", config=config, env=env)
    try:
        asyncio.run(platform.start())
        yield platform
    finally:
        ended = platform.hub_process.children(recursive=True)
        platform.end()
        for process in ended:  # servers outlive their hub
            if process.is_running():
                process.kill()
        psutil.wait_procs(ended, timeout=10)


@pytest.fixture
def person(platform: Platform) -> Iterator[Any]:
    made: list[Person] = []

    def come(name: str) -> Person:
        made.append(Person(platform.url, platform.sso_url, name))
        made[-1].log_in(platform.passwords[name])
        return made[-1]

    yield come
    for each in made:
        each.session.close()


def state_of(platform: Platform, name: str) -> dict[str, Any]:
    """What the hub's database knows of a user's server: its process, and which token is its own."""
    question = "SELECT spawners.state FROM spawners JOIN users ON users.id = user_id WHERE users.name = ?"
    return dict(json.loads(_asked(platform, question, name)))


def is_token(platform: Platform, number: int) -> bool:
    return _asked(platform, "SELECT COUNT(*) FROM api_tokens WHERE id = ?", number) == 1


def _asked(platform: Platform, question: str, value: object) -> Any:
    with closing(sqlite3.connect(platform.folder / "jupyterhub.sqlite")) as database:
        return database.execute(question, [value]).fetchone()[0]


async def start_hub_again(platform: Platform) -> None:
    """A hub that was killed knows its servers' tokens no more; servers live on."""
    assert platform._hub.process
    platform._hub.process.kill()
    platform._hub.process.wait()
    await platform.start_hub()


def status(platform: Platform, path: str, token: str) -> int:
    headers = {"Authorization": f"token {token}"}
    return requests.get(platform.url + path, headers=headers, allow_redirects=False, timeout=30).status_code


def test_metrics_are_for_a_service_with_a_role_for_them(platform: Platform, person: Any) -> None:
    headers = {"Authorization": f"token {METRICS_TOKEN}"}
    answer = requests.get(f"{platform.url}/hub/metrics", headers=headers, timeout=30)
    assert (answer.status_code, "jupyterhub_running_servers" in answer.text) == (200, True)
    assert requests.get(f"{platform.url}/hub/metrics", timeout=30).status_code == 403
    assert person("bob").get("/hub/metrics").status_code == 403


def test_logout_closes_ones_server_and_the_session_at_the_single_sign_on(platform: Platform, person: Any) -> None:
    bob = person("bob")
    bob.start_server("machine")
    button = link(bob.get("/hub/home"), 'id="logout" class="quiet" href="')
    assert bob.get(button).url.startswith(platform.sso_url)
    wait_for(bob.is_sent_away, 20)
    assert psutil.pid_exists(state_of(platform, "bob")["pid"])


def test_an_account_that_is_disabled_loses_its_running_server_which_lives_on(platform: Platform, person: Any) -> None:
    ada = person("ada")
    ada.start_server("machine")
    server = state_of(platform, "ada")
    asyncio.run(start_hub_again(platform))
    token = ada.post("/hub/api/users/ada/tokens", json={}).json()["token"]
    assert (status(platform, "/hub/api/user", token), status(platform, "/user/ada/api/status", token)) == (200, 200)
    sso = platform._sso.process
    assert sso
    assert sso.stdin
    sso.stdin.write(b"ada\n")
    sso.stdin.flush()
    wait_for(ada.is_sent_away, 20)
    wait_for(lambda: status(platform, "/user/ada/api/status", token) == 403, 20)
    assert status(platform, "/hub/api/user", token) == 403
    assert psutil.pid_exists(server["pid"])
    assert is_token(platform, server["token_id"])  # with it, the server says that a run is going on
    assert platform.hub_log.count('"event": "refusal", "user": "ada"') == 1
    assert " 500 GET /hub/api/user" not in platform.hub_log
