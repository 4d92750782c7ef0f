"""Caller: whose server a request comes from, as the hub says of its token.

A server's own token has the scopes to use the broker and to reach that one server; from the latter it is known which
server it belongs to. A token that its user has made may have both as well: it gets no further than that server, which
is the user's own. Cookies and parameters of the address are never looked at.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httputil import HTTPInputError
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from hub_config.broker._words import BrokerError
from hub_config.broker.address import ACCESS

_METRICS = "read:metrics"
_HEADER = re.compile(r"(?:token|bearer) +([A-Za-z0-9._~+/=-]{1,500})", re.IGNORECASE)
_SERVER = re.compile(r"access:servers!server=(?P<user>[^/]*)/(?P<server>.*)", re.DOTALL)
_BELIEVED = 5.0
"""Seconds for which an answer of the hub is believed."""
_ANSWER = 10.0  # seconds for an answer
_MOST = 10_000  # answers that are kept


@dataclass(frozen=True)
class Caller:
    """A user's server."""

    user: str
    server: str


class Callers:
    """Asks the hub whose a token is."""

    def __init__(self, hub_api: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = f"{hub_api}/user", clock
        self._http = SimpleAsyncHTTPClient(force_instance=True, max_clients=100, max_body_size=1 << 20)
        self._answers: dict[bytes, tuple[float, dict[str, Any]]] = {}

    async def find(self, header: str) -> Caller:
        """The server behind an Authorization header; raises `BrokerError` (401, 403, 503)."""
        model = await self._model(header)
        user, scopes = str(model.get("name")), model.get("scopes") or ()
        if model.get("kind") != "user" or not {ACCESS, "access:services"} & set(scopes):
            raise BrokerError("no-scope")
        servers = _servers(scopes, user)
        if len(servers) != 1:
            raise BrokerError("no-scope")
        return Caller(user, servers.pop())

    async def check_metrics(self, header: str) -> None:
        """Raise `BrokerError` unless the token may read metrics."""
        if _METRICS not in ((await self._model(header)).get("scopes") or ()):
            raise BrokerError("no-scope")

    async def _model(self, header: str) -> dict[str, Any]:
        """What the hub says of a token, now or some seconds ago; tokens themselves are not kept."""
        match = _HEADER.fullmatch(header.strip())
        if match is None:
            raise BrokerError("no-token")
        key, now = hashlib.sha256(match[1].encode()).digest(), self._clock()
        until, model = self._answers.get(key, (0.0, {}))
        if now >= until:
            model = await self._ask(match[1])
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[key] = (now + _BELIEVED, model)
        return model

    async def _ask(self, token: str) -> dict[str, Any]:
        request = HTTPRequest(
            self._url,
            headers={"Authorization": f"token {token}"},
            connect_timeout=_ANSWER,
            request_timeout=_ANSWER,
            follow_redirects=False,
        )
        try:
            response = await self._http.fetch(request, raise_error=False)
            model = json.loads(response.body) if response.code == 200 else None
        except (HTTPClientError, HTTPInputError, OSError, ValueError):
            raise BrokerError("no-hub") from None
        if response.code in (401, 403):
            raise BrokerError("no-token")
        if not isinstance(model, dict):
            raise BrokerError("no-hub")
        return model


def _servers(scopes: Iterable[str], user: str) -> set[str]:
    """The user's own servers that a token reaches by name; others' may be shared with the user."""
    found = (_SERVER.fullmatch(scope) for scope in scopes)
    return {match["server"] for match in found if match and match["user"] == user}
