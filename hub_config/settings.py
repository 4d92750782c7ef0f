"""Settings: the one model behind jupyterhub_config.py.

A YAML or JSON file holds them; names are camelCase, as in Zero to JupyterHub where the thing is the same. A wrong
key is refused with its path and the close match, a wrong value with what is allowed. Secrets come from the
environment or from files, never from the settings.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from hub_config.errors import SettingsError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_URL = re.compile(r"https?://[^\s/?#]+(/[^\s]*)?")


def _is_url(value: str) -> str:
    if value and not _URL.fullmatch(value):
        raise ValueError("write it as https://host/path")
    return value


def _is_private(value: str) -> str:
    address = urlsplit(value)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        raise ValueError(f"a login sent to http://{address.hostname} can be read on its way: write https://")
    return value


Url = Annotated[str, AfterValidator(_is_url)]
SsoUrl = Annotated[Url, AfterValidator(_is_private)]
"""Plain HTTP goes to this machine alone."""
Texts = dict[Literal["en", "zh"], str]


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True
    )


class Claims(_Model):
    """Names of an OIDC provider's claims."""

    id: str = "sub"
    """What never changes for a person."""
    name: str = "preferred_username"
    """The POSIX account."""
    uid: str = "uid_number"
    groups: str = "groups"
    display: str = "name"
    email: str = "email"


class Sso(_Model):
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


class Group(_Model):
    """A group that gives access: its POSIX id, and the proposal whose folders it opens."""

    gid: int
    path: str = Field("", pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})?$")
    """Proposal id, the folder's name under the storage; none: no folder."""


class Identity(_Model):
    """Who may come in, and as whom."""

    groups: dict[str, Group] = {}
    minimum_id: int = Field(1000, ge=1)
    """uid and gids below are refused."""
    admins: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _no_system_groups(self) -> Identity:
        for name, group in self.groups.items():
            if group.gid < self.minimum_id:
                raise ValueError(f"group {name!r} has gid {group.gid}, and minimumId is {self.minimum_id}")
        return self


class Profile(_Model):
    """What a user can start: a card on the spawn page."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    display_name: Texts
    description: Texts
    cpu: float = Field(gt=0)
    """Cores."""
    memory: str = Field(pattern=r"^\d+(\.\d+)?[MGT]$")
    """As 8G."""
    gpu: int = Field(0, ge=0)
    groups: tuple[str, ...] = ()
    """Groups that may have it; none: everybody who may come in."""
    default_url: str = "/lab"
    image: str = ""


class Storage(_Model):
    """Where data lie; {name} and {proposal} are put in."""

    home: str = "/home/{name}"
    data: str = "/data/{proposal}"
    results: str = "/results/{proposal}"


class Cull(_Model):
    """When servers are stopped."""

    enabled: bool = True
    timeout: int = Field(3600, gt=0)
    """Seconds without activity; a live run is activity."""
    every: int = Field(300, gt=0)
    max_age: int = Field(0, ge=0)
    """Seconds after which a server is stopped whatever it does; 0: never."""


class Hub(_Model):
    """The hub itself."""

    bind_url: Url = "http://127.0.0.1:8000"
    hub_bind_url: Url = "http://127.0.0.1:8081"
    """Where proxy and servers reach the hub."""
    proxy_api_url: Url = "http://127.0.0.1:8001"
    """Where the hub tells the proxy its routes; the token is in ``CONFIGPROXY_AUTH_TOKEN``."""
    db_url: str = "sqlite:///jupyterhub.sqlite"
    base_url: str = Field("/", pattern=r"^/([a-z0-9-]+/)*$")
    subdomain_host: Url = ""
    """A wildcard host, as https://hub.example.org: each user's pages get a host of their own."""
    allow_named_servers: bool = True
    named_server_limit_per_user: int = Field(3, ge=0)
    concurrent_spawn_limit: int = Field(64, gt=0)
    announcement: Texts = {}
    cookie_max_age_days: float = Field(7.0, gt=0)


class Settings(_Model):
    """Everything that the hub is told."""

    mode: Literal["local"] = "local"
    """local: servers are processes of the hub's own user, on loopback."""
    hub: Hub = Hub()
    sso: Sso
    identity: Identity = Identity()
    profiles: tuple[Profile, ...] = Field(min_length=1)
    storage: Storage = Storage()
    cull: Cull = Cull()

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        host = urlsplit(self.hub.bind_url).hostname
        if host not in _LOOPBACK:
            raise ValueError(
                f"hub.bindUrl: mode local, which isolates nobody, listens on loopback alone, not on {host}"
            )
        slugs = [profile.slug for profile in self.profiles]
        for slug in slugs:
            if slugs.count(slug) > 1:
                raise ValueError(f"profiles: the slug {slug!r} is there twice")
        for profile in self.profiles:
            for group in profile.groups:
                if group not in self.identity.groups:
                    near = _closest(group, self.identity.groups)
                    raise ValueError(f"profile {profile.slug!r}: group {group!r} is not in identity.groups{near}")
        return self


def read_settings(path: Path) -> Settings:
    """Read and check a file; `SettingsError` says what is wrong in one sentence."""
    return check_settings(read_values(path))


def read_values(path: Path) -> Any:
    """What a YAML or JSON file holds; `SettingsError` where it cannot be read."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}", remedy="name the hub's settings file") from None
    except yaml.YAMLError as error:
        where = " ".join(str(error).split())
        raise SettingsError(f"{path} is no YAML: {where}", remedy="correct the file") from None


def check_settings(values: Any) -> Settings:
    """The settings, or `SettingsError` with the first thing that is wrong."""
    if not isinstance(values, dict):
        raise SettingsError(f"the settings are {values!r}", remedy="write sso:, identity:, profiles: and so on")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise SettingsError(*_sentence(problem)) from None


def _sentence(problem: Any) -> tuple[str, str]:
    """What is wrong and the remedy; the value is left out, since it may be a secret at the wrong place."""
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = set(_keys_at(problem["loc"][:-1]))
        near = _closest(str(problem["loc"][-1]), known)
        return f"{path} is no setting", near.removeprefix(": ") or f"there are {', '.join(sorted(known))}"
    if problem["type"] == "missing":
        return f"{path} is missing", "add it"
    return f"{path or 'settings'}: {problem['msg'].removeprefix('Value error, ')}", "correct it"


def _keys_at(place: tuple[Any, ...]) -> Iterator[str]:
    """Names that are allowed in the model at a path."""
    model: Any = Settings
    for part in place:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        field = next((f for f in model.model_fields.values() if f.alias == part), None)
        if field is None:
            continue
        inner = [t for t in (field.annotation, *get_args(field.annotation)) if hasattr(t, "model_fields")]
        model = inner[0] if inner else model
    yield from (field.alias or name for name, field in model.model_fields.items())


def _closest(word: str, known: Any) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean {near[0]!r}?" if near else ""
