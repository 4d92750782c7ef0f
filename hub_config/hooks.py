"""Hooks: what JupyterHub calls at a login, and before and after a server; each records its event."""

from __future__ import annotations

import inspect
from asyncio import Future
from collections.abc import Awaitable, Callable
from typing import Any

from jupyterhub.spawner import SpawnException
from jupyterhub.utils import AnyTimeoutError

from hub_config import events
from hub_config._words import sentence
from hub_config.errors import HubError
from hub_config.pages.language import language_of

Check = Callable[[Any], Awaitable[None] | None]


def post_auth_hook(_authenticator: object, _handler: object, authentication: dict[str, Any]) -> dict[str, Any]:
    """Record a login: JupyterHub's ``Authenticator.post_auth_hook``."""
    events.record("login", str(authentication["name"]))
    return authentication


def post_stop_hook(spawner: Any) -> None:
    """Record a stop: JupyterHub's ``Spawner.post_stop_hook``, called after a start that came to nothing, too."""
    start = _start_of(spawner)
    if start is None or start.done():
        _record("stop", spawner)


def pre_spawn_hook(*checks: Check) -> Callable[[Any], Awaitable[None]]:
    """JupyterHub's ``Spawner.pre_spawn_hook``: run each check, then record the start, or the refusal.

    A check takes the spawner and raises a `HubError` where the server may not start. The person reads its sentence
    with its status; JupyterHub does not count it as a fault of its own. A start that fails later is recorded then.
    """

    async def hook(spawner: Any) -> None:
        try:
            for check in checks:
                outcome = check(spawner)
                if inspect.isawaitable(outcome):
                    await outcome
        except HubError as error:
            _record("refusal", spawner, reason=str(error))
            raise not_started(error, spawner) from None
        _record("spawn", spawner)
        if (start := _start_of(spawner)) is not None:
            start.add_done_callback(lambda ended: _record_failure(ended, spawner))

    return hook


def not_started(error: HubError, spawner: Any, metric: str = "refused") -> SpawnException:
    """The error as JupyterHub takes it from a start: the sentence in the language of who asked for the start.

    metric: the reason that JupyterHub's metrics of starts count it under.
    """
    exception = SpawnException(str(error), reason=metric, status_code=error.status)
    handler = spawner.handler
    exception.jupyterhub_message = sentence(error, language_of(handler) if handler else "en")
    exception.daisy_error = error  # for a page that is read later, in another language
    return exception


def _start_of(spawner: Any) -> Future[None] | None:
    """JupyterHub's future of a start, which it also keeps where that failed."""
    future: Future[None] | None = spawner._spawn_future
    return future


def _record_failure(ended: Future[None], spawner: Any) -> None:
    error = None if ended.cancelled() else ended.exception()
    if error is None:
        return
    if isinstance(error, AnyTimeoutError):
        reason = f"no answer in time: {spawner.start_timeout} s to begin, {spawner.http_timeout} s more to answer"
    else:
        reason = str(getattr(error, "daisy_error", type(error).__name__))
    _record("failure", spawner, reason=reason)


def _record(event: events.Event, spawner: Any, reason: str = "") -> None:
    profile = str((spawner.user_options or {}).get("profile", ""))[:40]
    events.record(event, spawner.user.name, profile=profile, server=spawner.name, reason=reason)
