"""Somebody at a browser without scripts, who uses a whole platform."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

from tests.sso.running import link
from tests.waiting import wait_for


class Person:
    """A person of the stand-in, at a platform's address; that of the hub's pages ends before ``/hub``."""

    def __init__(self, url: str, sso_url: str, name: str) -> None:
        self.url, self.sso_url, self.name = url, sso_url, name
        self.base = urlsplit(url).path
        self.session = requests.Session()
        self.session.headers.update({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})

    def get(self, path: str, **options: Any) -> requests.Response:
        """A page."""
        return self.session.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """A form, or a request of a page's script."""
        token = {"X-XSRFToken": self.session.cookies.get("_xsrf", path=f"{self.base}/hub/") or ""}
        return self.session.post(self.url + path, headers=token, timeout=30, **options)

    def log_in(self, password: str) -> requests.Response:
        """From the home page through the form of the single sign-on and back."""
        form = self.get("/hub/home")
        data = {"username": self.name, "password": password}
        page = self.session.post(self.sso_url + link(form, 'action="'), data=data, timeout=30)
        assert page.url == f"{self.url}/hub/home"
        return page

    def start_server(self, profile: str) -> None:
        """Start it, and wait until it lets this browser in."""
        answer = self.post("/hub/spawn", data={"profile": profile})
        wait_for(self.is_in, 60, lambda: answer.text)

    def is_in(self) -> bool:
        """Whether one's server lets this browser in; the hub's pages are not looked at."""
        page = self.get(f"/user/{self.name}/lab")
        return (page.status_code, page.url.partition("?")[0]) == (200, f"{self.url}/user/{self.name}/lab")

    def is_sent_away(self) -> bool:
        """Whether one's server sends this browser to the single sign-on."""
        return self.get(f"/user/{self.name}/lab").url.startswith(self.sso_url)
