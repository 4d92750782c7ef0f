"""Addresses of the broker and of the hub, as each other and users' servers reach them."""

from __future__ import annotations

from hub_config.settings import Settings

SERVICE = "dask"
"""The broker's name at the hub."""
ACCESS = f"access:services!service={SERVICE}"
"""The scope that a server's token needs."""
PORT = 8000


def prefix_of(settings: Settings) -> str:
    """The path below which the broker answers: with hub.baseUrl /daas/, /daas/services/dask/."""
    return f"{settings.hub.base_url}services/{SERVICE}/"


def api_url(settings: Settings) -> str:
    """The broker's API as users' servers reach it, without the proxy."""
    return f"http://dask-broker.{settings.dask.namespace}.svc:{PORT}{prefix_of(settings)}api/v1"


def hub_api(settings: Settings) -> str:
    """The hub's API as the broker reaches it."""
    hub = settings.hub
    return f"{(hub.hub_connect_url or hub.hub_bind_url).rstrip('/')}{hub.base_url}hub/api"
