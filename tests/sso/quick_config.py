"""The product's own configuration of JupyterHub, with a hub and servers that ask again after a second."""

import os
from pathlib import Path
from typing import Any

c: Any = get_config()  # noqa: F821  # JupyterHub gives it to this file
load_subconfig(str(Path(__file__).parents[2] / "hub_config" / "jupyterhub_config.py"))  # noqa: F821  # and this
c.Authenticator.auth_refresh_age = 1
c.Spawner.args = ["--HubOAuth.cache_max_age=1"]  # counts more than the product's, which is set on the base class
# A service that reads the metrics, as an administrator would set one up.
c.JupyterHub.services.append({"name": "prometheus", "api_token": os.environ["DAISY_TEST_TOKEN"]})
c.JupyterHub.load_roles.append({"name": "metrics", "scopes": ["read:metrics"], "services": ["prometheus"]})
