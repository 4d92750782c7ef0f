"""Servers as the pages show them: state in a word, profile by its name, since when, and where their buttons lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jupyterhub.utils import url_escape_path, url_path_join

from hub_config._words import ending_of
from hub_config.errors import Refusal
from hub_config.settings import Profile

State = Literal["running", "starting", "stopping", "stopped"]


@dataclass(frozen=True)
class Server:
    """A row of the home page or of the administrator's table."""

    user: str
    name: str
    """Empty: the user's default server."""
    state: State
    profile: Profile | None
    since: datetime | None
    """UTC, of the last start; none while stopped."""
    url: str
    start_url: str
    pending_url: str
    api_url: str
    ending: Refusal | None
    """Why it has ended, where nobody stopped it and nothing was started since."""


def server_of(user: Any, spawner: Any, profiles: Iterable[Profile], hub_url: str) -> Server:
    """The row of a user's spawner, be it JupyterHub's wrapper (once used) or its database record (otherwise)."""
    state = _state(spawner)
    slug = chosen_slug(spawner)
    record = getattr(spawner, "orm_spawner", spawner)
    place = (user.escaped_name, url_escape_path(spawner.name))
    api = ("servers", place[1]) if spawner.name else ("server",)
    return Server(
        user=user.name,
        name=spawner.name,
        state=state,
        profile=next((profile for profile in profiles if profile.slug == slug), None),
        since=None if state == "stopped" else record.started,
        url=user.server_url(spawner.name),
        start_url=url_path_join(hub_url, "spawn", *filter(None, place)),
        pending_url=url_path_join(hub_url, "spawn-pending", *filter(None, place)),
        api_url=url_path_join(hub_url, "api/users", user.escaped_name, *api),
        ending=ending_of(record.state) if state == "stopped" else None,
    )


def chosen_slug(spawner: Any) -> str:
    """The profile that a spawner was last asked for; empty where it never was."""
    return str((spawner.user_options or {}).get("profile", ""))


def last_choice(user: Any, server_name: str) -> str:
    """The profile to offer first: this server's last one, else that of the user's server that was used last."""
    records = user.orm_user.orm_spawners
    if server_name in records and chosen_slug(records[server_name]):
        return chosen_slug(records[server_name])
    used = [record for record in records.values() if record.last_activity and chosen_slug(record)]
    return chosen_slug(max(used, key=lambda record: record.last_activity)) if used else ""


def free_gpus(user: Any, server_name: str) -> int | None:
    """GPUs that may still be used, as far as the spawner of this server knows."""
    ask = getattr(user.spawners[server_name], "free_gpus", None)
    return ask() if ask else None


def _state(spawner: Any) -> State:
    if spawner.pending == "stop":
        return "stopping"
    if spawner.ready:
        return "running"
    return "starting" if spawner.pending or spawner.active else "stopped"
