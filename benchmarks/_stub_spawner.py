"""A spawner that starts no process: one small HTTP server (`StubServer`) answers for all servers of all users."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from jupyterhub.spawner import Spawner
from tornado.httpclient import AsyncHTTPClient

from hub_config.settings import Profile


class StubSpawner(Spawner):  # type: ignore[misc]  # JupyterHub has no types
    """Its servers run from start to stop, and a hub that starts again finds them as they were."""

    _is_running = False

    def take(self, _profile: Profile, _account: Mapping[str, Any]) -> None:
        """A server that is no process needs nothing of what a profile gives."""

    async def start(self) -> str:
        """Hand a server's environment over; the address is the same for all."""
        url = os.environ["DAISY_STUB_URL"]
        environment = json.dumps(self.get_env())
        await AsyncHTTPClient().fetch(f"{url}/start/{self.user.name}", method="POST", body=environment)
        self._is_running = True
        return url

    async def stop(self, now: bool = False) -> None:
        """Nothing has to end."""
        self._is_running = False

    async def poll(self) -> int | None:
        """None while it runs."""
        return None if self._is_running else 0

    def get_state(self) -> dict[str, Any]:
        """What the hub's database keeps."""
        return {"running": self._is_running}

    def load_state(self, state: dict[str, Any]) -> None:
        """What a hub that starts again reads."""
        self._is_running = state.get("running", False)

    def clear_state(self) -> None:
        """After a stop."""
        self._is_running = False
