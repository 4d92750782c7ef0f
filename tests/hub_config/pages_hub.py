"""A real hub in a process of its own, and browsers without scripts that talk to it."""

from __future__ import annotations

import html
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from hub_config.local.launcher import free_ports
from tests.hub_config.good import good
from tests.waiting import answers, wait_for

PROFILES: list[dict[str, Any]] = [
    {
        "slug": "cpu",
        "displayName": {"en": "Small", "zh": "小型"},
        "description": {"en": "For looking at data & <b>trying</b> things", "zh": "用于查看数据"},
        "cpu": 2,
        "memory": "8G",
    },
    {
        "slug": "gpu",
        "displayName": {"en": "Tomography", "zh": "断层成像"},
        "description": {"en": "For reconstruction of whole scans", "zh": "用于完整扫描的重建"},
        "cpu": 16,
        "memory": "128G",
        "gpu": 1,
        "groups": ["heps-ct"],
    },
    {
        "slug": "broken",
        "displayName": {"en": "Broken", "zh": "故障"},
        "description": {"en": "Never starts", "zh": "无法启动"},
        "cpu": 0.5,
        "memory": "512M",
        "groups": ["heps-ct"],
    },
]
SETTINGS: dict[str, Any] = good() | {
    "hub": {"namedServerLimitPerUser": 2, "concurrentSpawnLimit": 1},
    "profiles": PROFILES,
}
GROUPS = {"demo": ["heps-ct"], "other": ["heps-xrd"], "boss": ["heps-ct"]}


@dataclass
class Browser:
    """One person's session; forms are sent as a browser sends them."""

    hub: str
    language: str = "en"
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: Any) -> requests.Response:
        return _read(self.session.get(self.hub + path, headers=self._headers, timeout=30, **options))

    def post(self, path: str, data: dict[str, str], **options: Any) -> requests.Response:
        """Post a form with the token of the page that holds it."""
        token = {"_xsrf": self.session.cookies.get("_xsrf", path="/hub/") or ""}
        headers = self._headers | {"Origin": self.hub}
        return _read(self.session.post(self.hub + path, token | data, headers=headers, timeout=30, **options))

    def log_in(self, name: str, password: str) -> Browser:
        self.get("/hub/login")
        answer = self.post("/hub/login", {"username": name, "password": password}, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        self.get("/hub/home")
        return self

    @property
    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}


def _read(answer: requests.Response) -> requests.Response:
    answer.encoding = "utf-8"  # as the page's own meta element says; JupyterHub's header names no charset
    return answer


@dataclass(frozen=True)
class Hub:
    """The hub's address, its folder, and the password of everybody."""

    url: str
    folder: Path
    password: str

    def browser(self, name: str = "", language: str = "en") -> Browser:
        browser = Browser(self.url, language)
        return browser.log_in(name, self.password) if name else browser

    def events(self, user: str = "") -> list[dict[str, str]]:
        """All, or those of a user."""
        events = [json.loads(line) for line in (self.folder / "events.jsonl").read_text().splitlines()]
        return [event for event in events if event.get("user", "") == user or not user]

    def wait_for_refusal(self, user: str, reason: str) -> dict[str, str]:
        """A refusal by JupyterHub itself is recorded after its answer."""
        found: dict[str, str] = wait_for(
            lambda: next((event for event in self.events(user) if event.get("reason") == reason), None)
        )
        assert found["event"] == "refusal"
        return found

    @contextmanager
    def held(self) -> Iterator[None]:
        """Starts do not end meanwhile."""
        (self.folder / "hold").touch()
        try:
            yield
        finally:
            (self.folder / "hold").unlink()


@contextmanager
def running_hub(folder: Path) -> Iterator[Hub]:
    """Start a hub in ``folder`` and wait until it answers."""
    url = f"http://127.0.0.1:{free_ports(1)[0]}"
    password = secrets.token_urlsafe(12)
    given = {
        "url": url,
        "password": password,
        "crypt_key": secrets.token_hex(32),
        "settings": SETTINGS,
        "groups": GROUPS,
    }
    config = Path(__file__).with_name("pages_config.py")
    root = Path(__file__).parents[2]
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root), "HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert process.stdin
            process.stdin.write(json.dumps(given) + "\n")
            process.stdin.flush()
            wait_for(lambda: process.poll() is not None or answers(f"{url}/hub/health"))
            assert process.poll() is None, (folder / "hub.log").read_text()
            yield Hub(url, folder, password)
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                process.kill()
                process.wait()
                if process.stdin:
                    process.stdin.close()


def words(page: str) -> str:
    """What a reader sees of a page: its text without tags, one blank between words."""
    page = re.sub(r"<(head|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
