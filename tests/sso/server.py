"""The stand-in's addresses: authorize, token, account service, logout."""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any
from urllib.parse import urlsplit

from tornado import web
from tornado.httputil import url_concat

from tests.sso.options import Options, User
from tests.sso.pages import FORM, SIGNED_OUT
from tests.sso.store import Store, new_secret

COOKIE = "stand-in-sso"
WRONG = "User name or password is wrong. 用户名或密码错误。"
DISABLED = "This account is disabled. 此账号已停用。"


class _Handler(web.RequestHandler):
    store: Store

    def initialize(self, store: Store) -> None:
        self.store = store

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Frame-Options", "DENY")

    def answer(self, status: int, **values: object) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(values))


class Authorize(_Handler):
    """The form, or straight back to the hub while a session lives."""

    def prepare(self) -> None:
        """Nothing goes to an address that is not the hub's."""
        options = self.store.options
        if self.get_query_argument("client_id", "") != options.client_id:
            raise web.HTTPError(400, "unknown client")
        if self.get_query_argument("redirect_uri", "") != options.redirect_url:
            raise web.HTTPError(400, "unknown redirect_uri")

    def get(self) -> None:
        """Form, or a code at once."""
        user = self.store.session(self.get_cookie(COOKIE, "") or "")
        if user and not user.disabled:
            self._send_back(code=self.store.issue_code(user, self.get_query_argument("code_challenge", "")))
        else:
            self._form("")

    def post(self) -> None:
        """Name and password from the form."""
        name, password = self.get_body_argument("username", ""), self.get_body_argument("password", "", strip=False)
        user = self.store.check_password(name, password)
        if user is None:
            self._form(WRONG, name)
        elif user.disabled:
            self._form(DISABLED, name)
        else:
            self.set_cookie(COOKIE, self.store.begin_session(user), httponly=True, samesite="Lax")
            self._send_back(code=self.store.issue_code(user, self.get_query_argument("code_challenge", "")))

    def _form(self, problem: str, username: str = "") -> None:
        values = {"action": self.request.uri, "cancel": self._back_url(error="access_denied")}
        self.finish(FORM.generate(problem=problem, username=username, **values))

    def _send_back(self, **values: str) -> None:
        self.redirect(self._back_url(**values))

    def _back_url(self, **values: str) -> str:
        state = self.get_query_argument("state", "")
        return url_concat(self.store.options.redirect_url, values | ({"state": state} if state else {}))


class Token(_Handler):
    """The token endpoint; the identity stands inside its answer."""

    async def post(self) -> None:
        """A code or a refresh token for tokens and ``userInfo``."""
        await asyncio.sleep(self.store.options.delay)
        if not self._is_the_hub():
            return self.answer(401, error="invalid_client")
        grant = self.get_body_argument("grant_type", "")
        if grant == "authorization_code":
            code, verifier = self.get_body_argument("code", ""), self.get_body_argument("code_verifier", "")
            same = self.get_body_argument("redirect_uri", "") == self.store.options.redirect_url
            user = self.store.redeem_code(code, verifier) if same else None
        elif grant == "refresh_token":
            user = self.store.redeem_refresh_token(self.get_body_argument("refresh_token", ""))
        else:
            return self.answer(400, error="unsupported_grant_type")
        if user is None or user.disabled:
            return self.answer(400, error="invalid_grant", error_description="expired, used, or account disabled")
        return self.answer(200, **_tokens(self.store, user))

    def _is_the_hub(self) -> bool:
        options = self.store.options
        known = self.get_body_argument("client_id", "") == options.client_id
        secret = self.get_body_argument("client_secret", "", strip=False)
        return hmac.compare_digest(secret.encode(), options.client_secret.encode()) and known


class Accounts(_Handler):
    """The account service: POSIX accounts of an e-mail."""

    async def get(self) -> None:
        """A list of one, or of none."""
        await asyncio.sleep(self.store.options.delay)
        user = self.store.user(self.get_query_argument("email", ""))
        found = [] if user is None or user.disabled else [user]
        self.answer(
            200,
            result=[{"uid": u.uid, "afsaccount": u.name, "group2name": ",".join(u.groups)} for u in found],
        )


class Logout(_Handler):
    """Ends the session, and goes back to the hub that asks."""

    def get(self) -> None:
        """Back to ``WebServerURL`` where it is an address of the hub."""
        self.store.end_session(self.get_cookie(COOKIE, "") or "")
        self.clear_cookie(COOKIE)
        back = self.get_query_argument("WebServerURL", "")
        if back and _origin(back) == _origin(self.store.options.redirect_url):
            self.redirect(back)
        else:
            self.finish(SIGNED_OUT)


def application(options: Options, **store: Any) -> web.Application:
    """The stand-in; requests are not logged, since their addresses hold codes."""
    given = {"store": Store(options, **store)}
    routes = {
        "/oauth2/authorize": Authorize,
        "/oauth2/token": Token,
        "/umt/api/APIComputing": Accounts,
        "/logout": Logout,
    }
    return web.Application([(path, handler, given) for path, handler in routes.items()], log_function=_no_log)


def _no_log(handler: web.RequestHandler) -> None:
    """Nothing of a request is written."""


def _tokens(store: Store, user: User) -> dict[str, object]:
    info: dict[str, object] = {
        "cstnetId": user.email,
        "truename": user.truename,
        "umtId": user.umt_id,
        "type": "umt",
    }
    return {
        "access_token": new_secret(),
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": store.issue_refresh_token(user),
        "userInfo": json.dumps(info) if user.user_info == "string" else info,
    }


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url)[:2]
