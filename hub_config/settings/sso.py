"""Sso: the facility's single sign-on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from hub_config.settings._model import Model, SsoUrl


class Claims(Model):
    """Names of an OIDC provider's claims."""

    id: str = "sub"
    """What never changes for a person."""
    name: str = "preferred_username"
    """The POSIX account."""
    uid: str = "uid_number"
    groups: str = "groups"
    display: str = "name"
    email: str = "email"


class Sso(Model):
    """The facility's single sign-on. The client's secret is in ``DAISY_SSO_CLIENT_SECRET``."""

    provider: Literal["ihep", "oidc"] = "ihep"
    """ihep: identity inside the token response, POSIX account from a service of its own; oidc: claims from userinfo."""
    label: str = "IHEP SSO"
    client_id: str
    authorize_url: SsoUrl
    token_url: SsoUrl
    account_url: SsoUrl = ""
    """ihep: service that gives the POSIX account for ``?email=``."""
    userinfo_url: SsoUrl = ""
    """oidc: the userinfo endpoint."""
    logout_url: SsoUrl = ""
    """Where the SSO's own session is ended."""
    callback_url: SsoUrl = ""
    """This hub's public /hub/oauth_callback."""
    scopes: tuple[str, ...] = ()
    pkce: bool = True
    timeout: float = Field(10.0, gt=0, le=60)
    """Seconds until an SSO that does not answer is given up."""
    claims: Claims = Claims()
    claims_max_age: float = Field(12.0, gt=0)
    """Hours: a server starts with claims that are no older."""

    @model_validator(mode="after")
    def _complete(self) -> Sso:
        needed = {"ihep": "account_url", "oidc": "userinfo_url"}[self.provider]
        if not getattr(self, needed):
            raise ValueError(f"provider {self.provider} needs {to_camel(needed)}")
        return self
