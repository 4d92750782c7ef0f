"""JupyterHub's configuration for the dance: the real authenticator, no proxy, nothing to spawn."""

import os
from typing import Any

from jupyterhub.proxy import Proxy

from hub_config.authenticator import configure_authenticator
from hub_config.events import log_events
from hub_config.hooks import post_auth_hook
from hub_config.settings import check_settings
from tests.sso.running import settings


class NoProxy(Proxy):  # type: ignore[misc]
    """Routes in memory: the test speaks to the hub itself."""

    should_start = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self.routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        return dict(self.routes)


def configure(c: Any) -> None:
    """Put everything onto JupyterHub's configuration ``c``."""
    hub_url, sso_url = os.environ["TEST_HUB_URL"], os.environ["TEST_SSO_URL"]
    c.JupyterHub.hub_bind_url = hub_url
    c.JupyterHub.bind_url = os.environ["TEST_PUBLIC_URL"]
    c.JupyterHub.proxy_class = NoProxy
    c.JupyterHub.db_url = "sqlite:///hub.sqlite"
    c.JupyterHub.log_level = "DEBUG"
    configure_authenticator(check_settings(settings(hub_url, sso_url)), os.environ["DAISY_SSO_CLIENT_SECRET"], c)
    c.Authenticator.auth_refresh_age = 1
    c.Authenticator.post_auth_hook = post_auth_hook
    log_events()
