"""A real hub in a process of its own, and browsers without scripts that talk to it."""

from __future__ import annotations

import html
import json
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

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
SETTINGS: dict[str, Any] = {
    "sso": {
        "clientId": "daisy",
        "authorizeUrl": "https://sso.test/oauth2/authorize",
        "tokenUrl": "https://sso.test/oauth2/token",
        "accountUrl": "https://sso.test/umt/api/APIComputing",
    },
    "identity": {"groups": {"heps-ct": {"gid": 2000}, "heps-xrd": {"gid": 2001}}},
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

    def events(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in (self.folder / "events.jsonl").read_text().splitlines()]

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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
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
            wait_for(lambda: process.poll() is not None or answers(url), "the hub answers")
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


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/hub/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return value


def words(page: str) -> str:
    """What a reader sees of a page: its text without tags, one blank between words."""
    page = re.sub(r"<(head|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
