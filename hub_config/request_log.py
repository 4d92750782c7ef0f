"""Requests that JupyterHub itself refuses: its log line, and an event for those that an administrator looks for."""

from __future__ import annotations

import re
from typing import Any

from jupyterhub.log import log_request

from hub_config import events
from hub_config.settings import Settings

_START = re.compile(
    r"(spawn(/(?P<user>[^/]+)(/(?P<server>[^/]+))?)?|api/users/(?P<u>[^/]+)/(server|servers/(?P<s>[^/]+)))"
)
_ADMINISTRATION = re.compile(r"(admin|daisy/admin)(/.*)?")


class RequestLog:
    """Tornado's ``log_function``: called with the handler of each request that has ended."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __deepcopy__(self, memo: object) -> RequestLog:
        """Itself: traitlets copies what a configuration holds."""
        return self

    def __call__(self, handler: Any) -> None:
        """Write JupyterHub's own line, and record a refusal where it is one."""
        log_request(handler)
        if handler.get_status() in (400, 403, 429) and hasattr(handler, "hub"):
            self._record(handler)

    def _record(self, handler: Any) -> None:
        path = handler.request.path.removeprefix(handler.hub.base_url)
        status, who = handler.get_status(), getattr(handler, "_jupyterhub_user", None)
        if status == 403 and _ADMINISTRATION.fullmatch(path):
            events.record("refusal", who.name if who else "", reason="the administration is for administrators")
        start = _START.fullmatch(path)
        if not start:
            return
        name, server = start["user"] or start["u"], start["server"] or start["s"] or ""
        user = handler.find_user(name) if name else who
        if user is None:
            return
        hub = self._settings.hub
        if status == 429:
            reason = f"as many servers as may start at once ({hub.concurrent_spawn_limit}) do"
            events.record("refusal", user.name, server=server, reason=reason)
        elif status == 400 and self._is_one_too_many(user, server):
            reason = f"the user has {hub.named_server_limit_per_user} named servers already"
            events.record("refusal", user.name, server=server, reason=reason)

    def _is_one_too_many(self, user: Any, server: str) -> bool:
        limit = self._settings.hub.named_server_limit_per_user
        named = set(user.orm_spawners) - {""}
        return 0 < limit <= len(named) and bool(server) and server not in named
