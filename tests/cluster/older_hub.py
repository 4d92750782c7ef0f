"""The tables of an older hub: a release whose database looks as JupyterHub 5.5.4 has left it."""

from __future__ import annotations

from tests.cluster.platform import Platform

REVISION = "4621fec11365"
"""Of its tables; tests/hub_config/test_older_database.py takes up such a database itself."""

_PROGRAM = """
import pathlib, subprocess, sys, tempfile
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "jupyterhub_config.py").write_text("c.JupyterHub.db_url = {url!r}")
    command = [sys.executable, "-m", "jupyterhub.dbutil", "alembic", "downgrade", "{revision}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
assert done.returncode == 0, done.stderr
"""


def make_older(platform: Platform, url: str) -> None:
    """Take the tables back, with JupyterHub's own program; the hub that runs should be ended afterwards."""
    platform.in_hub(_PROGRAM.format(url=url, revision=REVISION))
