"""The stand-in and a hub as processes, and a browser without a screen that looks for secrets in all it gets."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import requests

from hub_config.local.launcher import free_ports
from tests.sso.store import MARK
from tests.waiting import answers, wait_for

ROOT = Path(__file__).parents[2]
PEOPLE = {
    "demo": {"umtId": 501, "uid": 10001, "groups": ["heps-ct"]},
    "other": {"umtId": "502", "uid": "10002", "groups": ["heps-xrd", "mail"], "userInfo": "dict"},
    "nogroup": {"umtId": 503, "uid": 10003, "groups": []},
    "disabled": {"umtId": 504, "uid": 10004, "groups": ["heps-ct"], "disabled": True},
}
PASSWORDS = {name: f"{MARK}{name}" for name in (*PEOPLE, "twin")}


def settings(hub_url: str, sso_url: str) -> dict[str, Any]:
    """The hub's settings for a stand-in."""
    text = {"en": "CPU", "zh": "CPU"}
    return {
        "sso": {
            "clientId": "daisy-test",
            "authorizeUrl": f"{sso_url}/oauth2/authorize",
            "tokenUrl": f"{sso_url}/oauth2/token",
            "accountUrl": f"{sso_url}/umt/api/APIComputing",
            "logoutUrl": f"{sso_url}/logout",
            "callbackUrl": f"{hub_url}/hub/oauth_callback",
            "timeout": 3.0,
        },
        "identity": {"groups": {"heps-ct": {"gid": 20001}, "heps-xrd": {"gid": 20002}}},
        "profiles": [{"slug": "cpu", "displayName": text, "description": text, "cpu": 1, "memory": "1G"}],
    }


@dataclass
class Dance:
    """A running stand-in, and a running hub that trusts it."""

    hub_url: str
    sso_url: str
    sso: subprocess.Popen[str]
    log: Path


@contextmanager
def stand_in(
    redirect_url: str, secret: str, *words: str, **options: Any
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """``python -m tests.sso``: its address and process."""
    twin = {"name": "demo", "umtId": 599, "uid": 10001, "groups": ["heps-ct"], "email": "twin@example.org"}
    people = [{"name": name, "email": f"{name}@example.org"} | person for name, person in PEOPLE.items()] + [twin]
    users = [
        {"truename": "X", "password": PASSWORDS[str(person["email"]).partition("@")[0]]} | person for person in people
    ]
    told = {"port": 0, "clientId": "daisy-test", "clientSecret": secret, "redirectUrl": redirect_url, "users": users}
    command = [sys.executable, "-m", "tests.sso", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(told | options) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        yield (json.loads(line.removeprefix("LISTENING "))["url"] if line else ""), process
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


@contextmanager
def dance(folder: Path) -> Iterator[Dance]:
    """Both, until the block ends."""
    hub_url, public_url = (f"http://127.0.0.1:{port}" for port in free_ports(2))
    secret = MARK + secrets.token_urlsafe(16)
    with stand_in(f"{hub_url}/hub/oauth_callback", secret) as (sso_url, sso):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TEST_HUB_URL": hub_url,
            "TEST_PUBLIC_URL": public_url,
            "TEST_SSO_URL": sso_url,
            "DAISY_SSO_CLIENT_SECRET": secret,
            "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32),
        }
        config = folder / "config.py"
        config.write_text("from tests.sso.hub_under_test import configure\n\nconfigure(get_config())\n")
        command = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
        log = folder / "hub.log"
        with log.open("wb") as output:
            hub = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        try:
            wait_for(lambda: answers(f"{hub_url}/hub/health"), 60, lambda: log.read_text()[-4000:])
            yield Dance(hub_url, sso_url, sso, log)
        finally:
            hub.terminate()
            hub.wait(20)


class Browser:
    """Follows redirects and keeps cookies; whatever the hub sends, but Set-Cookie, must hold no secret."""

    def __init__(self, given: Dance) -> None:
        self._dance = given
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "en"
        self.session.hooks["response"].append(self._look)

    def _look(self, response: requests.Response, **_: Any) -> None:
        if response.url.startswith(self._dance.hub_url):
            headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
            assert MARK not in f"{headers} {response.text}", (
                f"a secret in the answer of {response.request.path_url[:40]}"
            )

    def get(self, path: str, **options: Any) -> requests.Response:
        """A page of the hub."""
        return self.session.get(f"{self._dance.hub_url}{path}", timeout=20, **options)

    def submit(self, form: requests.Response, name: str, **options: Any) -> requests.Response:
        """Fill in the SSO's form; ``name`` is a user's, or ``twin``."""
        login = "twin@example.org" if name == "twin" else name
        data = {"username": login, "password": PASSWORDS[name]}
        return self.session.post(self._dance.sso_url + link(form, 'action="'), data=data, timeout=20, **options)

    def log_in(self, name: str) -> requests.Response:
        """From the hub's home page through the form and back."""
        return self.submit(self.get("/hub/home"), name)

    def way_back(self, name: str) -> str:
        """Path and query with which the SSO sends the browser back to the hub, not yet followed."""
        answer = self.submit(self.get("/hub/home"), name, allow_redirects=False)
        return answer.headers["Location"].removeprefix(self._dance.hub_url)


def link(page: requests.Response, before: str) -> str:
    """The address in a page that follows some text."""
    found = re.search(re.escape(before) + '([^"]+)', page.text)
    assert found, page.text
    return unescape(found[1])
