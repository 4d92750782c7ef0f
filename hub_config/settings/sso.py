"""Sso: the facility's single sign-on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from hub_config.settings._model import Model, NeededSsoUrl, SsoUrl

NEEDED = {"ihep": "account_url", "oidc": "userinfo_url"}
"""By provider: the address that it needs beside those that all need."""


class Claims(Model):
    """Names of an OIDC provider's claims."""

    id: str = "sub"
    """What never changes for a person."""
    name: str = "preferred_username"
    """The POSIX account."""
    uid: str = "uid_number"
    """The POSIX id of the account."""
    groups: str = "groups"
    """Names of the person's groups."""
    display: str = "name"
    """The name that pages show."""
    email: str = "email"
    """The e-mail address."""


class Sso(Model):
    """The facility's single sign-on. The client's secret is in ``DAISY_SSO_CLIENT_SECRET``."""

    provider: Literal["ihep", "oidc"] = "ihep"
    """ihep: identity inside the token response, POSIX account from a service of its own; oidc: claims from userinfo."""
    label: str = "IHEP SSO"
    """What the button for logging in says."""
    client_id: str = Field(min_length=1)
    """Under which the SSO knows this hub."""
    authorize_url: NeededSsoUrl
    """Where browsers log in."""
    token_url: NeededSsoUrl
    """Where the hub gets a login's token."""
    account_url: SsoUrl = ""
    """ihep: service that gives the POSIX account for ``?email=``."""
    userinfo_url: SsoUrl = ""
    """oidc: the userinfo endpoint."""
    logout_url: SsoUrl = ""
    """Where the SSO's own session is ended."""
    callback_url: SsoUrl = ""
    """This hub's public /hub/oauth_callback."""
    scopes: tuple[str, ...] = ()
    """What the SSO is asked for, such as openid."""
    pkce: bool = True
    """Whether a login is bound to its browser by a code challenge; false where the SSO takes none."""
    timeout: float = Field(10.0, gt=0, le=60)
    """Seconds until an SSO that does not answer is given up."""
    claims: Claims = Claims()
    """oidc: names of the claims."""
    claims_max_age: float = Field(12.0, gt=0)
    """Hours: a server starts with claims that are no older."""

    @model_validator(mode="after")
    def _complete(self) -> Sso:
        needed = NEEDED[self.provider]
        if not getattr(self, needed):
            raise ValueError(f"provider {self.provider} needs {to_camel(needed)}")
        return self
