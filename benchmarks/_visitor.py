"""A visitor: one person's browser without scripts, which notes how long each answer took."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from benchmarks._platform import Platform

_MOST_REDIRECTS = 12
_HEADERS = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass
class Answers:
    """Seconds of each answer by kind of request, and what went wrong."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Where a visitor has come to."""

    url: str
    text: str


class Visitor:
    """Somebody with an account. What does not go as it should raises `RuntimeError`."""

    def __init__(self, platform: Platform, name: str, session: aiohttp.ClientSession, answers: Answers) -> None:
        self.name = name
        self.answers = answers
        self._platform = platform
        self._session = session

    async def log_in(self) -> Page:
        """From the hub's address through the SSO's form to the page with the profiles, or to one's server."""
        form = await self._go("GET", f"{self._platform.url}/hub/")
        name_and_password = {"username": self.name, "password": self._platform.passwords[self.name]}
        page = await self._go("POST", form.url, name_and_password)
        if not urlsplit(page.url).path.startswith(("/hub/spawn", f"/user/{self.name}/")):
            raise RuntimeError(f"{self.name} came to {urlsplit(page.url).path} after the login")
        return page

    async def start_server(self) -> None:
        """Choose the first profile, follow the progress, and open the server."""
        page = await self.ask_for_server()
        if urlsplit(page.url).path.startswith("/hub/spawn-pending/"):
            await self._follow(page)
        page = await self._go("GET", f"{self._platform.url}/user/{self.name}/lab")
        if page.text != f"the server at /user/{self.name}/lab":
            raise RuntimeError(f"{self.name} came to {urlsplit(page.url).path} and not to a server")

    async def ask_for_server(self) -> Page:
        """Choose the first profile; the page that follows, which shows how the start goes on, or the server."""
        page = await self._go("GET", f"{self._platform.url}/hub/spawn")
        chosen = {"profile": _first(r'name="profile" value="([^"]+)"', page), "_xsrf": _xsrf(page)}
        return await self._go("POST", page.url, chosen)

    async def look(self, path: str) -> str:
        """A page of the hub."""
        return (await self._go("GET", f"{self._platform.url}{path}")).text

    async def messages(self, page: Page) -> AsyncIterator[dict[str, Any]]:
        """What the page of a start is told, until that has ended."""
        url = urljoin(page.url, _first(r'data-progress="([^"]+)"', page))
        async with self._session.get(URL(url, encoded=True), headers={"Accept": "text/event-stream"}) as response:
            async for line in response.content:
                if line.startswith(b"data:"):
                    yield json.loads(line.removeprefix(b"data:"))

    async def home(self, kind: str = "GET /hub/home") -> None:
        """Look at the home page; ``kind`` is what the answer is noted as."""
        begin = time.perf_counter()
        page = await self._go("GET", f"{self._platform.url}/hub/home", note=False)
        self.answers.seconds[kind].append(time.perf_counter() - begin)
        if urlsplit(page.url).path != "/hub/home" or "data-servers" not in page.text or self.name not in page.text:
            raise RuntimeError(f"{self.name} came to {urlsplit(page.url).path} and not to the home page")

    async def is_running(self) -> bool:
        """Whether the home page offers to open one's server."""
        page = await self._go("GET", f"{self._platform.url}/hub/home")
        return 'data-state="running"' in page.text

    async def _go(self, method: str, url: str, form: dict[str, str] | None = None, *, note: bool = True) -> Page:
        """Ask, and follow where it leads."""
        for _ in range(_MOST_REDIRECTS):
            begin = time.perf_counter()
            options: dict[str, Any] = {"data": form, "allow_redirects": False, "headers": _HEADERS}
            async with self._session.request(method, URL(url, encoded=True), **options) as response:
                text = await response.text()
            if note:
                self.answers.seconds[self._kind(method, url)].append(time.perf_counter() - begin)
            if response.status >= 400:
                error = RuntimeError(f"{self._kind(method, url)} was answered with {response.status}")
                error.add_note(text)
                raise error
            if response.status < 300:
                return Page(url, text)
            method, url, form = "GET", urljoin(url, response.headers["Location"]), None
        raise RuntimeError(f"{self.name} was sent on {_MOST_REDIRECTS} times, at last to {urlsplit(url).path}")

    async def _follow(self, page: Page) -> None:
        """Read the progress of a start to its end."""
        begin = time.perf_counter()
        async for told in self.messages(page):
            if told.get("failed"):
                raise RuntimeError(f"the server of {self.name} did not start: {told.get('message')}")
            if told.get("ready"):
                url = urljoin(page.url, _first(r'data-progress="([^"]+)"', page))
                self.answers.seconds[self._kind("GET", url)].append(time.perf_counter() - begin)
                return
        raise RuntimeError(f"the progress of {self.name} ended before the server was ready")

    def _kind(self, method: str, url: str) -> str:
        where = "SSO " if url.startswith(self._platform.sso_url) else ""
        path = re.sub(rf"/{re.escape(self.name)}(?=/|$)", "/NAME", urlsplit(url).path)
        return f"{method} {where}{path}"


@asynccontextmanager
async def visitor(platform: Platform, name: str, answers: Answers) -> AsyncIterator[Visitor]:
    """A visitor with a browser of their own."""
    # Tornado's signed cookies hold characters that aiohttp would quote, and the hub is an address without a name.
    jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        yield Visitor(platform, name, session, answers)


def _xsrf(page: Page) -> str:
    return _first(r'name="_xsrf" value="([^"]+)"', page)


def _first(pattern: str, page: Page) -> str:
    found = re.search(pattern, page.text)
    if found is None:
        raise RuntimeError(f"{urlsplit(page.url).path} holds no {pattern}")
    return found[1]
