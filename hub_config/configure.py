"""From settings to what JupyterHub is told: each function puts its part onto the traitlets configuration ``c``."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from hub_config.broker.address import ACCESS, SERVICE, api_url
from hub_config.database import with_limits
from hub_config.request_log import RequestLog
from hub_config.settings import Settings
from hub_config.spawner import SERVER, LocalSpawner
from hub_config.starting import prepare

_ROUTES_CHECKED = 10  # seconds
_BROKER_AWAITED = 1  # seconds that a hub's start waits for the broker to be there; JupyterHub's default is 30
_ACTIVITY = 300  # seconds between two reports of a server, JupyterHub's default


def configure_hub(settings: Settings, c: Any) -> None:
    """Addresses, database, limits and what one user may do."""
    hub = settings.hub
    c.JupyterHub.bind_url = hub.bind_url.rstrip("/") + hub.base_url
    c.JupyterHub.hub_bind_url = hub.hub_bind_url
    if hub.hub_connect_url:
        c.JupyterHub.hub_connect_url = hub.hub_connect_url
    c.JupyterHub.db_url = with_limits(hub.db_url)
    c.JupyterHub.db_kwargs = {"hide_parameters": True}  # a statement that failed is logged without codes and hashes
    c.JupyterHub.subdomain_host = hub.subdomain_host
    c.JupyterHub.allow_named_servers = hub.allow_named_servers
    c.JupyterHub.named_server_limit_per_user = hub.named_server_limit_per_user
    c.JupyterHub.concurrent_spawn_limit = hub.concurrent_spawn_limit
    c.JupyterHub.tornado_settings = {"log_function": RequestLog(settings)}
    c.JupyterHub.cookie_max_age_days = hub.cookie_max_age_days
    # With HTTPS a cookie of another host of the domain can then neither be set nor read.
    c.JupyterHub.cookie_host_prefix_enabled = is_https(settings)
    c.JupyterHub.load_roles = [user_role(settings), *([_CULLER_ROLE] if settings.cull.enabled else [])]
    c.JupyterHub.services = [culler(settings)] if settings.cull.enabled else []
    c.JupyterHub.upgrade_db = True  # its schema, which a new version of JupyterHub may change; SQLite keeps a copy


def configure_metrics(token: str, c: Any) -> None:
    """Let who has this token read the hub's metrics, and nothing else."""
    c.JupyterHub.services.append({"name": "metrics", "api_token": token})
    c.JupyterHub.load_roles.append({"name": "metrics", "scopes": ["read:metrics"], "services": ["metrics"]})


def configure_dask(settings: Settings, token: str, c: Any) -> None:
    """Let servers use the broker; ``token`` is its own at the hub, with which it may do nothing: it has no role.

    The broker asks the hub with the tokens of those who ask it.
    """
    url = urlsplit(api_url(settings))
    service = {"name": SERVICE, "url": f"{url.scheme}://{url.netloc}", "api_token": token, "display": False}
    c.JupyterHub.services.append({**service, "timeout": _BROKER_AWAITED})
    # The first two are what a server has without this.
    c.Spawner.server_token_scopes = ["users:activity!user", "access:servers!server", ACCESS]
    c.Spawner.environment["DAISY_BROKER_URL"] = api_url(settings)


def is_https(settings: Settings) -> bool:
    """Whether browsers reach this hub by HTTPS."""
    hub = settings.hub
    return urlsplit(hub.subdomain_host or settings.sso.callback_url or hub.bind_url).scheme == "https"


def user_role(settings: Settings) -> dict[str, Any]:
    """What a user may do: everything with what is theirs; share a server only where each has a host of its own."""
    sharing = ["shares!user", "read:users:name", "read:groups:name"] if settings.hub.subdomain_host else []
    dask = [ACCESS] if settings.dask.enabled else []  # a server's token has no scope that its user has not
    return {"name": "user", "scopes": ["self", *sharing, *dask]}


_CULLER_ROLE = {
    "name": "culler",
    "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    "services": ["culler"],
}


def culler(settings: Settings) -> Mapping[str, Any]:
    """The service that stops idle servers; a live run counts as activity of its server."""
    cull = settings.cull
    options = {"timeout": cull.timeout, "cull-every": cull.every, "max-age": cull.max_age}
    words = [f"--{name}={value}" for name, value in options.items() if value]
    command = [sys.executable, "-m", "hub_config.culling", str(activity_interval(settings)), *words]
    return {"name": "culler", "command": command}


def activity_interval(settings: Settings) -> int:
    """Seconds after which a server tells the hub again whether it is used: several times before it would be culled."""
    return max(1, min(_ACTIVITY, settings.cull.timeout // 3))


def configure_proxy(settings: Settings, c: Any) -> None:
    """The proxy is a process of its own, which a hub that starts again does not disturb."""
    c.ConfigurableHTTPProxy.should_start = False
    # How often the hub compares the proxy's routes with its own: a proxy that started again has none.
    c.JupyterHub.last_activity_interval = _ROUTES_CHECKED
    c.ConfigurableHTTPProxy.api_url = settings.hub.proxy_api_url


def spawn_checks(settings: Settings) -> tuple[Callable[[Any], Awaitable[None]], ...]:
    """What is checked, on the server's side, before a server starts."""
    return (partial(prepare, settings=settings),)


def configure_spawner(settings: Settings, c: Any) -> None:
    """Who starts servers, and what all servers are told; servers outlive the hub."""
    {"local": _configure_local, "kubernetes": _configure_kubernetes}[settings.mode](settings, c)
    c.Spawner.environment = {"JUPYTERHUB_ACTIVITY_INTERVAL": str(activity_interval(settings))}
    # The one option, the profile, is judged by the checks before a start.
    c.Spawner.apply_user_options = lambda _spawner, _options: None


def _configure_local(settings: Settings, c: Any) -> None:
    c.JupyterHub.spawner_class = LocalSpawner
    before, name, after = settings.storage.home.partition("{name}")
    braces = str.maketrans({"{": "{{", "}": "}}"})
    home = before.translate(braces) + ("{username}" if name else "") + after.translate(braces)
    c.SimpleLocalProcessSpawner.home_dir_template = home
    c.Spawner.cmd = list(SERVER)
    c.Spawner.start_timeout = 60


def _configure_kubernetes(settings: Settings, c: Any) -> None:
    from hub_config.kubernetes.spawner import PodSpawner  # its packages are not installed on one machine

    assert settings.singleuser is not None  # checked with the settings
    c.JupyterHub.spawner_class = PodSpawner
    c.JupyterHub.cleanup_servers = False
    c.PodSpawner.platform = settings
    c.PodSpawner.namespace = settings.singleuser.namespace
    # The spawner gives a start up itself, and says why; JupyterHub's own limit would only say that it took too long.
    c.Spawner.start_timeout = settings.singleuser.start_timeout + 60
