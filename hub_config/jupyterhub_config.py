"""JupyterHub's configuration: one validated settings model, and functions that have tests of their own."""

import os
import sys
from pathlib import Path
from typing import Any

from hub_config import authenticator, configure, database, events, hooks, pages, spawner
from hub_config.errors import SettingsError
from hub_config.settings import read_settings

c: Any = get_config()  # type: ignore[name-defined]  # noqa: F821  # JupyterHub gives it to this file

try:
    settings = read_settings(Path(os.environ["DAISY_HUB_SETTINGS"]))
    database.wait_for_database(settings.hub.db_url)
except SettingsError as error:
    sys.exit(f"daisy-daas: {error}")

events.log_events()
configure.configure_hub(settings, c)
configure.configure_proxy(settings, c)
if token := os.environ.get("DAISY_METRICS_TOKEN"):
    configure.configure_metrics(token, c)
configure.configure_spawner(settings, c)
if settings.dask.enabled:
    configure.configure_dask(settings, os.environ["DAISY_BROKER_TOKEN"], c)
authenticator.configure_authenticator(settings, os.environ["DAISY_SSO_CLIENT_SECRET"], c)
notices = pages.configure_pages(settings, c)
c.Spawner.pre_spawn_hook = hooks.pre_spawn_hook(
    notices.refuse_when_drained, authenticator.refresh_claims, *configure.spawn_checks(settings)
)
c.Spawner.post_stop_hook = hooks.post_stop_hook
c.Authenticator.post_auth_hook = hooks.post_auth_hook
if settings.mode == "local":
    spawner.WAITING.prepare()
