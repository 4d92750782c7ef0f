"""Starting a server, whatever starts it: what is checked before, and when it answers."""

from __future__ import annotations

import time
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from hub_config._words import StartRefusal
from hub_config.authenticator import claims_are_fresh
from hub_config.profiles import find_profile, groups_of
from hub_config.settings import Settings

LOOK = 0.05
"""Seconds; JupyterHub itself looks after 0.2, 0.6, 1.4, 3 ... and would notice a second late."""
ASK_AGAIN = 60
"""Seconds for which a server trusts the hub's last answer about a browser; JupyterHub's default is 300."""


async def prepare(spawner: Any, settings: Settings) -> None:
    """Give a server what its profile says; raises `Refusal` where the user may not have it, or must log in again."""
    state = await spawner.user.get_auth_state()
    if not claims_are_fresh(state, settings, time.time()):
        raise StartRefusal("too-old")
    profile = find_profile(settings.profiles, spawner.user_options.get("profile", ""), groups_of(state))
    spawner.take(profile, state["account"])


async def server_answers(url: str) -> bool:
    """Whether a server answers, whatever it says; it listens before it has loaded its extensions."""
    try:
        await AsyncHTTPClient().fetch(url, raise_error=False, follow_redirects=False, request_timeout=1.0)
    except (OSError, HTTPClientError):
        return False
    return True


def runtime_folder(home: str, server: str) -> str:
    """Where a server remembers live runs: one of its own, since a run keeps its own server, no other one."""
    return f"{home}/.local/share/daisy/" + (f"servers/{server}" if server else "server")
