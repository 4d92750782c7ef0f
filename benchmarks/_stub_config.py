"""The product's own configuration of JupyterHub, with servers that start no process."""

from pathlib import Path
from typing import Any

from benchmarks._stub_spawner import StubSpawner

c: Any = get_config()  # noqa: F821  # JupyterHub gives it to this file
load_subconfig(str(Path(__file__).parents[1] / "hub_config" / "jupyterhub_config.py"))  # noqa: F821  # and this
c.JupyterHub.spawner_class = StubSpawner
