"""Who has access to a running server, and until when: the whole platform, with servers that are real."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from benchmarks._platform import Platform
from tests.sso.running import link, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    config = Path(__file__).with_name("quick_config.py")
    platform = Platform(tmp_path_factory.mktemp("platform"), ["ada", "bob"], "", config=config)
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


class Person:
    """Somebody at a browser without scripts."""

    def __init__(self, platform: Platform, name: str) -> None:
        self.platform, self.name = platform, name
        self.session = requests.Session()
        self.session.headers.update({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.platform.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        token = {"X-XSRFToken": self.session.cookies.get("_xsrf", path="/hub/") or ""}
        return self.session.post(self.platform.url + path, headers=token, timeout=30, **options)

    def log_in(self) -> None:
        form = self.get("/hub/home")
        data = {"username": self.name, "password": self.platform.passwords[self.name]}
        page = self.session.post(self.platform.sso_url + link(form, 'action="'), data=data, timeout=30)
        assert urlsplit(page.url).path == "/hub/home"

    def start_server(self) -> None:
        self.post("/hub/spawn", data={"profile": "machine"})
        wait_for(self.is_in, 60, lambda: self.platform.hub_log[-4000:])

    def is_in(self) -> bool:
        """Whether one's server lets this browser in; the hub's pages are not looked at."""
        page = self.get(f"/user/{self.name}/lab")
        return (page.status_code, urlsplit(page.url).path) == (200, f"/user/{self.name}/lab")

    def is_sent_away(self) -> bool:
        return self.get(f"/user/{self.name}/lab").url.startswith(self.platform.sso_url)


@pytest.fixture
def person(platform: Platform) -> Iterator[Any]:
    made: list[Person] = []

    def come(name: str) -> Person:
        made.append(Person(platform, name))
        made[-1].log_in()
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


def test_logout_closes_ones_server_and_the_session_at_the_single_sign_on(platform: Platform, person: Any) -> None:
    bob = person("bob")
    bob.start_server()
    button = link(bob.get("/hub/home"), 'id="logout" class="quiet" href="')
    assert bob.get(button).url.startswith(platform.sso_url)
    wait_for(bob.is_sent_away, 20)
    assert psutil.pid_exists(state_of(platform, "bob")["pid"])


def test_an_account_that_is_disabled_loses_its_running_server_which_lives_on(platform: Platform, person: Any) -> None:
    ada = person("ada")
    ada.start_server()
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
