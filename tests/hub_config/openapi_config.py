"""Two hubs whose API is asked the same: the product's, or JupyterHub as it comes, with the same stub for servers."""

import os
from pathlib import Path
from typing import Any

from benchmarks._platform import STUB_CONFIG
from benchmarks._stub_spawner import StubSpawner
from hub_config.settings import read_settings

c: Any = get_config()  # noqa: F821  # JupyterHub gives it to this file

if os.environ["DAISY_TEST_HUB"] == "ours":
    load_subconfig(str(STUB_CONFIG))  # noqa: F821  # and this
else:
    hub = read_settings(Path(os.environ["DAISY_HUB_SETTINGS"])).hub
    c.JupyterHub.bind_url, c.JupyterHub.hub_bind_url = hub.bind_url, hub.hub_bind_url
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.authenticator_class = "dummy"
    c.JupyterHub.spawner_class = StubSpawner
    c.ConfigurableHTTPProxy.should_start = False
    c.ConfigurableHTTPProxy.api_url = hub.proxy_api_url
    c.Authenticator.allow_all = True
    c.Authenticator.enable_auth_state = True
    c.JupyterHub.services = []

c.JupyterHub.services.append({"name": "tests", "api_token": os.environ["DAISY_TEST_TOKEN"], "admin": True})
