"""Page: what a template may ask for, in the language of whoever reads it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jupyterhub import orm
from jupyterhub.utils import url_path_join
from sqlalchemy.exc import DBAPIError
from tornado.httputil import url_concat

from hub_config._words import ending_of, sentence
from hub_config.errors import HubError
from hub_config.pages.language import Language, language_of
from hub_config.pages.notices import Notice
from hub_config.pages.servers import Server, free_gpus, last_choice, server_of
from hub_config.pages.texts import text, texts_of
from hub_config.profiles import allowed_profiles, groups_of
from hub_config.settings import Profile, Settings

STATIC = Path(__file__).with_name("static")
SHOWN_STATUSES = (400, 403, 404, 429, 500, 502, 503, 504)
_AGAIN = (429, 500, 502, 504)
_HTTP_ERROR = re.compile(r"HTTP \d+: [^(]*\((?P<sentence>.*)\)", re.DOTALL)
"""How tornado writes an HTTPError: the sentence is in the brackets."""


@dataclass(frozen=True)
class Card:
    """A profile on the spawn page."""

    slug: str
    name: str
    description: str
    facts: tuple[str, ...]
    """What it gives: cores, memory, GPUs, and how many of those are free."""
    chosen: bool


@dataclass(frozen=True)
class Page:
    """One page being rendered: the request's handler, and what is the same for all pages."""

    handler: Any
    settings: Settings
    notice: Notice

    @cached_property
    def language(self) -> Language:
        """The reader's language."""
        return language_of(self.handler)

    def t(self, key: str, **values: object) -> str:
        """A text of the table."""
        return text(key, self.language, **values)

    def texts(self, prefix: str) -> dict[str, str]:
        """Texts for the page's script."""
        return texts_of(prefix, self.language)

    @property
    def hub_url(self) -> str:
        """The hub's own path, as /hub/."""
        return str(self.handler.hub.base_url)

    @property
    def user(self) -> Any:
        """Who is logged in, or none; not whom a page is about."""
        return self.handler.current_user

    @property
    def is_admin(self) -> bool:
        """Whether the reader sees the administration; its handler decides for itself."""
        return "admin-ui" in self.handler.parsed_scopes

    @property
    def announcement(self) -> str:
        """The announcement in force, plain text."""
        return self.notice.announcement(self.language)

    @property
    def next_url(self) -> str:
        """Where the language switch leads: back here, unless this page answers a form or a step of the login."""
        request = self.handler.request
        if request.method != "GET" or "oauth" in request.path or "/error/" in request.path:
            return self.hub_url
        return _own(request.uri)

    @property
    def form_url(self) -> str:
        """Where this page's form is posted to: this address, without a token that would stay in the history."""
        query = [pair for pair in parse_qsl(urlsplit(self.handler.request.uri).query) if pair[0] != "_xsrf"]
        return url_concat(_own(self.handler.request.path), query)

    @property
    def server_name(self) -> str:
        """The named server that an address as /hub/spawn/USER/SERVER is about; JupyterHub names it nowhere else."""
        return (*self.handler.path_args, "", "")[1] or ""

    @property
    def status(self) -> int:
        """The status of this answer."""
        return int(self.handler.get_status())

    def asset(self, name: str) -> str:
        """The address of a file of ours, which changes when the file does."""
        return f"{self.hub_url}daisy/static/{name}?v={_digest(name)}"

    def servers(self, user: Any) -> list[Server]:
        """A user's servers, the default one first."""
        return [self.server(user, each) for each in user.all_spawners()]

    def server(self, user: Any, spawner: Any) -> Server:
        """One server of a user."""
        return server_of(user, spawner, self.settings.profiles, self.hub_url)

    def all_servers(self) -> list[Server]:
        """Every server that runs, starts or stops, by user and name."""
        records = self.handler.db.query(orm.Spawner).filter(orm.Spawner.server_id.isnot(None)).all()
        users = [(self.handler.users[record.user.id], record.name) for record in records]
        rows = (self.server(user, user.spawners[name]) for user, name in users)
        return sorted(rows, key=lambda row: (row.user, row.name))

    def cards(self, user: Any, server_name: str, auth_state: Any) -> list[Card]:
        """The profiles that a user may have, the last choice chosen; the first one where there is none."""
        allowed = allowed_profiles(self.settings.profiles, groups_of(auth_state))
        slugs = [profile.slug for profile in allowed]
        last = last_choice(user, server_name)
        chosen = last if last in slugs else next(iter(slugs), "")
        free = free_gpus(user, server_name)
        return [self._card(profile, chosen, free) for profile in allowed]

    def remembers(self, user: Any, server_name: str) -> bool:
        """Whether the hub knows a last choice."""
        return bool(last_choice(user, server_name))

    def profile_name(self, profile: Profile | None) -> str:
        """A profile's name in the reader's language."""
        return _in(profile.display_name, self.language) if profile else ""

    def _card(self, profile: Profile, chosen: str, free: int | None) -> Card:
        cores = self.t("spawn.core" if profile.cpu == 1 else "spawn.cores", count=f"{profile.cpu:g}")
        memory = self.t("spawn.memory", size=f"{profile.memory[:-1]} {profile.memory[-1]}B")
        gpu = {0: "spawn.no-gpu", 1: "spawn.gpu"}.get(profile.gpu, "spawn.gpus")
        free_now = () if free is None or not profile.gpu else (self.t("spawn.free", count=free),)
        return Card(
            slug=profile.slug,
            name=self.profile_name(profile),
            description=_in(profile.description, self.language),
            facts=(cores, memory, self.t(gpu, count=profile.gpu), *free_now),
            chosen=profile.slug == chosen,
        )

    def ending(self, user: Any, server_name: str) -> str:
        """Why a server has ended that nobody stopped; empty where that is not known."""
        record = user.orm_spawners.get(server_name)
        error = ending_of(record.state) if record else None
        return self.told(error) if error else ""

    def told(self, error: HubError) -> str:
        """An error of ours in the reader's language."""
        return sentence(error, self.language)

    def kind(self, status: int) -> int:
        """The status whose texts explain ``status``."""
        if status in SHOWN_STATUSES:
            return status
        if status == 401:
            return 403
        return 500 if status >= 500 else 400

    def explained(self, status: int, exception: object = None) -> str:
        """The beginning of the keys of the texts that explain an error."""
        return "error.database" if isinstance(exception, DBAPIError) else f"error.{self.kind(status)}"

    def is_ours(self, exception: object) -> bool:
        """Whether an exception brings a sentence of ours, which says what to do."""
        return isinstance(getattr(exception, "daisy_error", None), HubError)

    def sentence(self, message: str | None, exception: Any = None) -> str:
        """The sentence of an error message, without the brackets that tornado puts around it.

        Where the exception is one of ours, its sentence in the reader's language, whatever that was at the start.
        """
        if self.is_ours(exception):
            return self.told(exception.daisy_error)
        match = _HTTP_ERROR.fullmatch((message or "").strip())
        return match["sentence"] if match else (message or "").strip()

    def buttons(self, status: int) -> list[tuple[str, str]]:
        """What a page of a refusal offers, the most useful first: key of the text, address."""
        home = ("button.home", url_path_join(self.hub_url, "home"))
        log_in = ("button.log-in", self.handler.settings["login_url"])
        if self.kind(status) == 403:
            other = ("button.other", self.handler.settings["logout_url"])
            return [home, other] if self.user else [other]
        if self.user is None:
            return [log_in]
        if status in _AGAIN and "oauth" not in self.handler.request.path:
            return [("button.again", _own(self.handler.request.uri)), home]
        return [home]

    @property
    def now(self) -> str:
        """The time to tell an administrator, UTC."""
        return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _own(uri: str) -> str:
    """An address on this host: two leading slashes would name another one."""
    return "/" + uri.replace("\\", "%5C").lstrip("/")


def _in(texts: Any, language: Language) -> str:
    return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
