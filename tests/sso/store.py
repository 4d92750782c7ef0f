"""What the stand-in remembers: sessions, codes for one use within 60 s, refresh tokens. Random, and never logged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sso.options import Options, User

CODE_LIFETIME = 60.0
MARK = "stand-in."
"""Begins each secret, so that a test finds one wherever it should not be."""


def new_secret() -> str:
    """A random token that can be told from other text."""
    return MARK + secrets.token_urlsafe(32)


@dataclass
class _Code:
    email: str
    challenge: str
    born: float


@dataclass
class Store:
    """State of one stand-in."""

    options: Options
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, str] = field(default_factory=dict, repr=False)
    _codes: dict[str, _Code] = field(default_factory=dict, repr=False)
    _refresh: dict[str, str] = field(default_factory=dict, repr=False)

    def user(self, email: str) -> User | None:
        """The user of an e-mail."""
        return next((user for user in self.options.users if user.email == email), None)

    def check_password(self, name: str, password: str) -> User | None:
        """The user of this name or e-mail, if the password is right."""
        user = next((user for user in self.options.users if name in (user.name, user.email)), None)
        right = hmac.compare_digest((user.password if user else "").encode(), password.encode())
        return user if user and right else None

    def begin_session(self, user: User) -> str:
        """A new session's key, for a cookie."""
        key = new_secret()
        self._sessions[key] = user.email
        return key

    def session(self, key: str) -> User | None:
        """Whose session it is."""
        return self.user(self._sessions.get(key, ""))

    def end_session(self, key: str) -> None:
        """Log out: session and refresh tokens of the person."""
        email = self._sessions.pop(key, None)
        self._refresh = {token: owner for token, owner in self._refresh.items() if owner != email}

    def issue_code(self, user: User, challenge: str) -> str:
        """A code for one exchange within `CODE_LIFETIME` seconds."""
        code = new_secret()
        self._codes[code] = _Code(user.email, challenge, self.clock())
        return code

    def redeem_code(self, code: str, verifier: str) -> User | None:
        """The user of a code, once; PKCE (RFC 7636) is checked where the code came with a challenge."""
        found = self._codes.pop(code, None)
        if found is None or self.clock() - found.born > CODE_LIFETIME:
            return None
        if found.challenge and not hmac.compare_digest(_challenge(verifier), found.challenge):
            return None
        return self.user(found.email)

    def issue_refresh_token(self, user: User) -> str:
        """A refresh token for one use."""
        token = new_secret()
        self._refresh[token] = user.email
        return token

    def redeem_refresh_token(self, token: str) -> User | None:
        """The user of a refresh token, once."""
        return self.user(self._refresh.pop(token, ""))


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
