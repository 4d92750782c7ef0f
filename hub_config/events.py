"""Events: each login, start, stop and refusal as one JSON line of the logger ``daisy.events``.

A line holds time (UTC), event, user, profile, server and reason, and nothing else: whatever else a login brings
(tokens, e-mail, claims) never reaches it.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from jupyterhub.spawner import SpawnException

from hub_config.errors import HubError

Event = Literal["login", "spawn", "stop", "refusal"]
Check = Callable[[Any], Awaitable[None] | None]

_FIELDS = ("event", "user", "profile", "server", "reason")
_LOGGER = logging.getLogger("daisy.events")


class EventFormatter(logging.Formatter):
    """One JSON object a line; control characters in names are escaped, so that nobody writes a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, fields in a fixed order, empty ones left out."""
        line = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
        values: dict[str, str] = getattr(record, "daisy", {})
        line.update((field, values[field]) for field in _FIELDS if values.get(field))
        return json.dumps(line)


def log_events(stream: TextIO | None = None) -> None:
    """Write the events to ``stream`` (standard error where none is given), whatever the hub's own log level is."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(EventFormatter())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def record(event: Event, user: str, *, profile: str = "", server: str = "", reason: str = "") -> None:
    """Record one event; ``reason`` is a sentence that a person may read, never an answer of the SSO."""
    values = {"event": event, "user": user, "profile": profile, "server": server, "reason": reason}
    _LOGGER.info("%s %s", event, user, extra={"daisy": values})


def post_auth_hook(_authenticator: object, _handler: object, authentication: dict[str, Any]) -> dict[str, Any]:
    """Record a login: JupyterHub's ``Authenticator.post_auth_hook``."""
    record("login", str(authentication["name"]))
    return authentication


def post_stop_hook(spawner: Any) -> None:
    """Record a stop: JupyterHub's ``Spawner.post_stop_hook``, which it also calls after a start that was refused."""
    if not getattr(spawner, "daisy_refused", False):
        _record_of("stop", spawner)


def pre_spawn_hook(*checks: Check) -> Callable[[Any], Awaitable[None]]:
    """JupyterHub's ``Spawner.pre_spawn_hook``: run each check, then record the start, or the refusal.

    A check takes the spawner and raises a `HubError` where the server may not start. The person reads its sentence
    with its status; JupyterHub does not count it as a fault of its own.
    """

    async def hook(spawner: Any) -> None:
        try:
            for check in checks:
                outcome = check(spawner)
                if inspect.isawaitable(outcome):
                    await outcome
        except HubError as error:
            spawner.daisy_refused = True
            _record_of("refusal", spawner, reason=str(error))
            refusal = SpawnException(str(error), reason="refused", status_code=error.status)
            refusal.jupyterhub_message = str(error)
            raise refusal from None
        spawner.daisy_refused = False
        _record_of("spawn", spawner)

    return hook


def _record_of(event: Event, spawner: Any, reason: str = "") -> None:
    profile = str((spawner.user_options or {}).get("profile", ""))[:40]
    record(event, spawner.user.name, profile=profile, server=spawner.name, reason=reason)
