"""Who may use an app that runs alone on loopback: whoever has the token, from its own pages."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tornado.web import HTTPError, RequestHandler

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Access:
    """The token of one start; it is in the address that is printed, and afterwards in a cookie of the browser."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def check(self, handler: RequestHandler) -> None:
        """Let the request pass, or answer 403.

        The name of the host must be loopback's, else another site could be given this address by its own name
        server. A cookie belongs to a host and not to a port, so its name carries the port.
        """
        host = handler.request.host
        if host.rpartition(":")[0] not in _LOOPBACK:
            raise HTTPError(403, reason="this address is for this machine alone")
        if not self._knows(handler, self._cookie(handler)):
            raise HTTPError(403, reason="open the address that daisy app printed, with its token")

    def take_token(self, handler: RequestHandler) -> bool:
        """Change the token of an address into a cookie; whether the address had the right one."""
        given = handler.get_query_argument("token", "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return False
        handler.set_cookie(self._cookie(handler), self.token, httponly=True, samesite="Strict", path="/")
        return True

    def is_own(self, handler: RequestHandler, origin: str) -> bool:
        """Whether a WebSocket is opened by a page of this server."""
        return urlsplit(origin).netloc == handler.request.host

    def _knows(self, handler: RequestHandler, cookie: str) -> bool:
        return hmac.compare_digest((handler.get_cookie(cookie) or "").encode(), self.token.encode())

    def _cookie(self, handler: RequestHandler) -> str:
        return f"daisy-app-{handler.request.host.rpartition(':')[2]}"
