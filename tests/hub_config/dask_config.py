"""A hub whose servers may use the broker; what each is told is written into a folder, and anybody may log in."""

import json
import os
from pathlib import Path
from typing import Any

from benchmarks._stub_spawner import StubSpawner
from hub_config import configure
from hub_config.settings import Dask, read_settings

c: Any = get_config()  # noqa: F821  # JupyterHub gives it to this file

settings = read_settings(Path(os.environ["DAISY_HUB_SETTINGS"]))
settings = settings.model_copy(update={"dask": Dask(enabled=True, namespace="daas")})


class TellingSpawner(StubSpawner):  # type: ignore[misc]  # JupyterHub has no types
    """Its servers do nothing but say what they were told."""

    async def start(self) -> str:
        """Write it down."""
        file = Path(os.environ["DAISY_TEST_FOLDER"], f"{self.user.name}-{self.name}.json")
        file.write_text(json.dumps(self.get_env()))
        url: str = await super().start()
        return url


configure.configure_hub(settings, c)
configure.configure_proxy(settings, c)
configure.configure_spawner(settings, c)
configure.configure_dask(settings, os.environ["DAISY_BROKER_TOKEN"], c)
c.JupyterHub.spawner_class = TellingSpawner
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [service for service in c.JupyterHub.services if service["name"] == "dask"]
c.JupyterHub.load_roles = [role for role in c.JupyterHub.load_roles if role["name"] != "culler"]
c.JupyterHub.services.append({"name": "tests", "api_token": os.environ["DAISY_TEST_TOKEN"], "admin": True})
