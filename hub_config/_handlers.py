"""The login's way back from the single sign-on: whose login it is, and what goes into the log about it."""

from __future__ import annotations

import base64
import hmac
import json
from types import TracebackType
from typing import Any

from oauthenticator.oauth2 import OAuthCallbackHandler
from tornado import web

from hub_config import events
from hub_config._words import LoginError, LoginRefusal, sentence
from hub_config.errors import HubError
from hub_config.pages.language import language_of


def page_of(error: HubError, handler: Any) -> web.HTTPError:
    """The page for a person who is not let in: the error's sentence, in the person's language. Recorded as an event."""
    events.record("refusal", error.user, reason=str(error))
    page: Any = web.HTTPError(error.status, str(error), reason="Not signed in")
    page.jupyterhub_message = sentence(error, language_of(handler))
    return page  # type: ignore[no-any-return]


class CallbackHandler(OAuthCallbackHandler):
    """Takes what the single sign-on sends back with the browser; none of it comes into a page or the log."""

    def check_arguments(self) -> None:
        """First whether this browser began the login, then what became of it."""
        begun, returned = _state_id(self.get_state_cookie()), _state_id(self.get_argument("state", ""))
        if not begun or not hmac.compare_digest(begun.encode(), returned.encode()):
            raise page_of(LoginRefusal("foreign"), self)
        error = self.get_argument("error", "")
        if error == "access_denied":
            raise page_of(LoginRefusal("cancelled"), self)
        if error or not self.get_argument("code", ""):
            raise page_of(LoginError("refused"), self)

    def _request_summary(self) -> str:
        """Tornado logs this with each error; the query holds the authorization code."""
        return f"{self.request.method} {self.request.path} ({self.request.remote_ip})"

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Tornado would log an error of our own with the whole request."""
        if isinstance(value, web.HTTPError):
            super().log_exception(typ, value, tb)
        else:
            self.log.error("Login failed: %s", self._request_summary(), exc_info=(typ, value, tb))


def _state_id(state: str) -> str:
    """The random part of a state; empty where there is none."""
    try:
        values = json.loads(base64.urlsafe_b64decode(state.encode("ascii")))
    except ValueError:
        return ""
    found = values.get("state_id") if isinstance(values, dict) else None
    return found if isinstance(found, str) else ""
