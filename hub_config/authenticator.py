"""Authenticators: JupyterHub's login through IHEP's single sign-on, or any OpenID Connect provider.

They build on oauthenticator's flow. What differs: every answer is checked and read in `_claims`, who may come in is
`identity.identify`, and no answer of the single sign-on ever reaches a log or a page, as oauthenticator's own messages
would let it. After a login the hub's (encrypted) auth_state holds account, claims_at, access_token, refresh_token.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit
from weakref import WeakValueDictionary

from oauthenticator.oauth2 import OAuthenticator
from tornado.httpclient import HTTPRequest
from tornado.httputil import url_concat
from traitlets import Instance, default

from hub_config import _claims, _wire, events
from hub_config._handlers import CallbackHandler, page_of
from hub_config._words import LoginRefusal
from hub_config.access import close_access, refuse_request
from hub_config.bindings import Bindings
from hub_config.errors import HubError, Refusal, SsoError
from hub_config.identity import Account, SsoClaims, identify, ignored_groups
from hub_config.settings import Settings


class SsoAuthenticator(OAuthenticator):
    """What all single sign-ons have in common; `claims` is what each does in its way."""

    callback_handler = CallbackHandler
    platform = Instance(Settings).tag(config=True)
    bindings = Instance(Bindings)

    @default("bindings")
    def _bindings_of_the_hub(self) -> Bindings:
        return Bindings(self.parent.db)

    @default("http_client")
    def _own_client(self) -> Any:
        return _wire.client()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._refreshing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def claims(self, token: Mapping[str, Any], known: Account | None) -> SsoClaims:
        """Claims of the person whose token this is; ``known`` is the account so far, when a login is refreshed."""
        raise NotImplementedError

    async def ask(self, url: str, **options: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON object from the single sign-on; `SsoError` where it does not answer so."""
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        return await _wire.ask(
            self.http_client, HTTPRequest(url, headers=headers, **options), self.platform.sso.timeout
        )

    async def account(self, token: Mapping[str, Any], known: Account | None = None) -> Account:
        """Who the owner of a token is here. Raises `Refusal` or `SsoError`."""
        claims, rules, storage = await self.claims(token, known), self.platform.identity, self.platform.storage
        try:
            account = identify(claims, rules, storage)
            bound_id = self.bindings.bind(account.name, account.sso_id)
            account = identify(claims, rules, storage, bound_id)
        except Refusal as error:
            error.user = claims.name[:40] if isinstance(claims.name, str) else ""
            raise
        if ignored := ignored_groups(claims, rules):
            self.log.info("Groups of %s that open nothing here: %s", account.name, ", ".join(ignored))
        return account

    async def authenticate(self, handler: Any, data: Any = None, **kwargs: Any) -> dict[str, Any]:
        """JupyterHub's login; whoever is not let in gets a page that says why."""
        try:
            model: dict[str, Any] = await super().authenticate(handler, data, **kwargs)
        except HubError as error:
            raise page_of(error, handler) from None
        return model

    async def get_token_info(self, handler: Any, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """The token endpoint's answer, with the hub's own credentials in the body."""
        form = {name: value for name, value in params.items() if value is not None}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = await self.ask(self.token_url, method="POST", headers=headers, body=urlencode(form))
        return _claims.checked_token(status, answer)

    async def token_to_user(self, token_info: Mapping[str, Any]) -> dict[str, Any]:
        """The account, as plain values."""
        return (await self.account(token_info)).to_dict()

    def user_info_to_username(self, user_info: Mapping[str, Any]) -> str:
        """The hub's name is the account's."""
        return str(user_info["name"])

    def normalize_username(self, username: str) -> str:
        """Names are as they are: JupyterHub would lowercase them."""
        return username

    def build_auth_state_dict(self, token_info: Mapping[str, Any], user_info: Mapping[str, Any]) -> dict[str, Any]:
        """What the hub keeps of a login, encrypted."""
        tokens = {name: token_info.get(name) for name in ("access_token", "refresh_token")}
        return {"account": dict(user_info), "claims_at": time.time(), **tokens}

    async def update_auth_model(self, auth_model: dict[str, Any]) -> dict[str, Any]:
        """Administrators are those of the settings, and nobody who was one before."""
        return auth_model | {"admin": auth_model["name"] in self.platform.identity.admins}

    async def check_allowed(self, username: str, auth_model: Mapping[str, Any] | None) -> bool:
        """Whoever has an account of `identify` is allowed, and nobody else, administrators included."""
        state = (auth_model or {}).get("auth_state") or {}
        return bool(state.get("account", {}).get("name") == username)

    async def refresh_user(self, user: Any, handler: Any = None, **kwargs: Any) -> bool | dict[str, Any]:
        """Ask the single sign-on again: the new claims; True keeps the session as it is; False ends it.

        A refresh token may work only once, so that two requests of one user ask one after the other.
        """
        before = await user.get_auth_state()
        async with self._refreshing.setdefault(user.name, asyncio.Lock()):
            model = await self._refresh(user, before)
        if not model and handler is not None:
            refuse_request(handler)
        return model

    async def _refresh(self, user: Any, before: Mapping[str, Any] | None) -> bool | dict[str, Any]:
        if (current := await user.get_auth_state()) != before:
            return current is not None
        if user.encrypted_auth_state is None:  # ended before, and recorded then
            return False
        reason, state = "", None
        try:
            state = await self._refreshed(user.name, before)
        except SsoError as error:
            self.log.warning("The session of %s stays open unchecked: %s", user.name, error)
            return True
        except Refusal as error:
            reason = str(error)
        if (current := await user.get_auth_state()) != before:  # a new login came in between: it stands
            return current is not None
        # Kept at once: the next request must find the new refresh token, or that there is no session any more.
        await user.save_auth_state(state)
        if state:
            return self._auth_model(state)
        events.record("refusal", user.name, reason=reason)
        close_access(user)
        return False

    async def _refreshed(self, name: str, state: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The new auth_state of a session; as it is where the single sign-on gave nothing to ask with."""
        try:
            known = Account.from_dict((state or {})["account"])
        except (KeyError, TypeError):
            raise LoginRefusal("ended") from None
        assert state is not None
        refresh_token = state.get("refresh_token")
        if not refresh_token:
            if not claims_are_fresh(state, self.platform, time.time()):
                raise LoginRefusal("ended")
            return state
        token = await self.get_token_info(None, self.build_refresh_token_request_params(refresh_token))
        token = dict(token) | {"refresh_token": token.get("refresh_token") or refresh_token}
        try:
            account = await self.account(token, known)
        except SsoError as error:
            self.log.warning("The claims of %s stay as they are: %s", name, error)
            # The old refresh token may be used up.
            return self.build_auth_state_dict(token, state["account"]) | {"claims_at": state.get("claims_at")}
        if (account.name, account.sso_id) != (name, known.sso_id):
            raise LoginRefusal("other-id", value=repr(name))
        return self.build_auth_state_dict(token, account.to_dict())

    def _auth_model(self, state: Mapping[str, Any]) -> dict[str, Any]:
        name = state["account"]["name"]
        return {"name": name, "admin": name in self.platform.identity.admins, "auth_state": state}


class IHEPOAuthenticator(SsoAuthenticator):
    """IHEP's SSO: who it is stands in the token answer; the POSIX account comes from the account service."""

    async def claims(self, token: Mapping[str, Any], known: Account | None) -> SsoClaims:
        """Claims by way of the e-mail; where a refreshed token names nobody, of the person known so far."""
        if known and "userInfo" not in token:
            person = _claims.Person(known.sso_id, known.email, known.display_name)
        else:
            person = _claims.ihep_person(token)
        url = url_concat(self.platform.sso.account_url, {"email": person.email})
        return _claims.ihep_claims(person, *await self.ask(url))


class OIDCAuthenticator(SsoAuthenticator):
    """An OpenID Connect provider: claims come from its userinfo endpoint."""

    async def claims(self, token: Mapping[str, Any], known: Account | None) -> SsoClaims:
        """Claims of the token's owner, under the names of the settings."""
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        sso = self.platform.sso
        return _claims.oidc_claims(*await self.ask(sso.userinfo_url, headers=headers), sso.claims)


def claims_are_fresh(auth_state: Mapping[str, Any] | None, settings: Settings, now: float) -> bool:
    """Whether claims are new enough to start a server with them; ``now`` in seconds since the epoch."""
    at = (auth_state or {}).get("claims_at")
    if isinstance(at, bool) or not isinstance(at, int | float):
        return False
    return -60 <= now - at <= settings.sso.claims_max_age * 3600


async def refresh_claims(spawner: Any) -> None:
    """Ask the single sign-on again before a server starts; `Refusal` where the login is over.

    A check inside the start, in place of JupyterHub's refresh_pre_spawn: that one comes before the start is noted, and
    where the single sign-on takes longer than a second, the next page says that no server is running.
    """
    if not await spawner.authenticator.refresh_user(spawner.user):
        raise LoginRefusal("ended")


def public_url(settings: Settings) -> str:
    """The address that people type: origin and base of the hub's pages, with a slash at the end."""
    hub = settings.hub
    address = urlsplit(settings.sso.callback_url or hub.subdomain_host or hub.bind_url)
    return f"{address.scheme}://{address.netloc}{hub.base_url}"


def configure_authenticator(settings: Settings, secret: str, c: Any) -> None:
    """Put class and traits onto JupyterHub's configuration ``c``; ``secret`` is the hub's own at the single sign-on."""
    sso, home = settings.sso, public_url(settings)
    c.JupyterHub.authenticator_class = {"ihep": IHEPOAuthenticator, "oidc": OIDCAuthenticator}[sso.provider]
    c.Authenticator.enable_auth_state = True
    c.Authenticator.refresh_pre_spawn = False  # refresh_claims does it
    c.Authenticator.auto_login = True
    c.Authenticator.auto_login_oauth2_authorize = True
    c.Authenticator.allow_all = False
    # The rule is in check_allowed; with no group known, JupyterHub warns that nobody can come in.
    c.Authenticator.any_allow_config = bool(settings.identity.groups)
    c.OAuthenticator.login_service = sso.label
    c.OAuthenticator.client_id = sso.client_id
    c.OAuthenticator.client_secret = secret
    c.OAuthenticator.authorize_url = sso.authorize_url
    c.OAuthenticator.token_url = sso.token_url
    c.OAuthenticator.oauth_callback_url = sso.callback_url or f"{home}hub/oauth_callback"
    c.OAuthenticator.scope = list(sso.scopes) or {"ihep": [], "oidc": ["openid", "profile", "email"]}[sso.provider]
    c.OAuthenticator.enable_pkce = sso.pkce
    if sso.logout_url:
        back = {
            "ihep": {"WebServerURL": home},
            "oidc": {"client_id": sso.client_id, "post_logout_redirect_uri": home},
        }[sso.provider]
        c.OAuthenticator.logout_redirect_url = url_concat(sso.logout_url, back)
    c.SsoAuthenticator.platform = settings
