"""Hub: the hub itself, and when it stops servers."""

from __future__ import annotations

from pydantic import Field

from hub_config.settings._model import Model, Texts, Url


class HubOptions(Model):
    """What an administrator decides about the hub, wherever it runs."""

    base_url: str = Field("/", pattern=r"^/([a-z0-9-]+/)*$")
    """Path below which everything is served, as /daas/."""
    subdomain_host: Url = ""
    """A wildcard host, as https://hub.example.org: each user's pages get a host of their own, and may be shared."""
    allow_named_servers: bool = True
    """Whether a user may have several servers."""
    named_server_limit_per_user: int = Field(3, ge=0)
    """How many beside the first one; 0: any number."""
    concurrent_spawn_limit: int = Field(64, gt=0)
    """How many servers may start at the same time; who comes then is asked to try again."""
    announcement: Texts = Field(default_factory=dict)
    """Shown on every page, in the languages en and zh, until an administrator writes another one there."""
    cookie_max_age_days: float = Field(7.0, gt=0)
    """Days after which a browser has to log in again."""


class Hub(HubOptions):
    """The hub itself."""

    bind_url: Url = "http://127.0.0.1:8000"
    hub_bind_url: Url = "http://127.0.0.1:8081"
    """Where the hub listens for proxy and servers."""
    hub_connect_url: Url = ""
    """Where proxy and servers reach it; none: where it listens."""
    proxy_api_url: Url = "http://127.0.0.1:8001"
    """Where the hub tells the proxy its routes; the token is in ``CONFIGPROXY_AUTH_TOKEN``."""
    db_url: str = "sqlite:///jupyterhub.sqlite"


class Cull(Model):
    """When servers are stopped."""

    enabled: bool = True
    """Whether idle servers are stopped at all."""
    timeout: int = Field(3600, gt=0)
    """Seconds without activity; a live run is activity."""
    every: int = Field(300, gt=0)
    """Seconds between two looks."""
    max_age: int = Field(0, ge=0)
    """Seconds after which a server is stopped whatever it does; 0: never."""
