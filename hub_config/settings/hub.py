"""Hub: the hub itself, and when it stops servers."""

from __future__ import annotations

from pydantic import Field

from hub_config.settings._model import Model, Texts, Url


class Hub(Model):
    """The hub itself."""

    bind_url: Url = "http://127.0.0.1:8000"
    hub_bind_url: Url = "http://127.0.0.1:8081"
    """Where the hub listens for proxy and servers."""
    hub_connect_url: Url = ""
    """Where proxy and servers reach it; none: where it listens."""
    proxy_api_url: Url = "http://127.0.0.1:8001"
    """Where the hub tells the proxy its routes; the token is in ``CONFIGPROXY_AUTH_TOKEN``."""
    db_url: str = "sqlite:///jupyterhub.sqlite"
    base_url: str = Field("/", pattern=r"^/([a-z0-9-]+/)*$")
    subdomain_host: Url = ""
    """A wildcard host, as https://hub.example.org: each user's pages get a host of their own."""
    allow_named_servers: bool = True
    named_server_limit_per_user: int = Field(3, ge=0)
    concurrent_spawn_limit: int = Field(64, gt=0)
    announcement: Texts = Field(default_factory=dict)
    cookie_max_age_days: float = Field(7.0, gt=0)


class Cull(Model):
    """When servers are stopped."""

    enabled: bool = True
    timeout: int = Field(3600, gt=0)
    """Seconds without activity; a live run is activity."""
    every: int = Field(300, gt=0)
    max_age: int = Field(0, ge=0)
    """Seconds after which a server is stopped whatever it does; 0: never."""
