"""LocalSpawner: a user's server as a process of this machine, with a home of its own. It isolates nobody."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from jupyterhub.utils import random_port
from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from hub_config._words import StartRefusal
from hub_config.access import own_token_id
from hub_config.authenticator import claims_are_fresh
from hub_config.hooks import not_started
from hub_config.profiles import find_profile, groups_of
from hub_config.settings import Profile, Settings
from hub_config.waiting import WaitingServer

SERVER = (sys.executable, "-m", "daisy_kernel.jupyter.singleuser")
"""The command of a user's server."""

WAITING = WaitingServer(SERVER)
"""The next server of this machine, whoever's it will be."""

_LAB_SETTINGS = Path(__file__).with_name("lab")
# Nobody builds JupyterLab on a server, and to ask whether one should costs each start 0.7 s.
_NO_BUILD = {"page_config_data": {"buildAvailable": False, "buildCheck": False}}
_LOOK = 0.05  # seconds; JupyterHub itself looks after 0.2, 0.6, 1.4, 3 ... and would notice a second late
_ASK_AGAIN = 60  # seconds for which a server trusts the hub's last answer about a browser; JupyterHub's default is 300
_PAUSE = 5.0  # seconds from one start to the preparation of the next: the browser needs the machine first


class LocalSpawner(SimpleLocalProcessSpawner):
    """What is started for a user on one machine."""

    def get_state(self) -> dict[str, Any]:
        """What the hub's database keeps of the server: its process, and which token is its own, never the token."""
        state: dict[str, Any] = super().get_state()
        # Not after a stop: the database may give the number to another token.
        return {**state, "token_id": own_token_id(self)} if self.pid else state

    def get_args(self) -> list[str]:
        """Arguments of the server; none of them is a secret."""
        root = ["--allow-root"] if os.geteuid() == 0 else []
        return [
            *super().get_args(),
            f"--ServerApp.root_dir={self.home_dir}",
            "--ServerApp.terminado_settings=shell_command=['/bin/bash']",
            "--ResourceUseDisplay.track_cpu_percent=True",
            f"--LabApp.app_settings_dir={_LAB_SETTINGS}",
            f"--ServerApp.tornado_settings={_NO_BUILD}",
            f"--HubAuth.cache_max_age={_ASK_AGAIN}",
            *root,
        ]

    def get_env(self) -> dict[str, str]:
        """The environment of the server: the profile's cores, and a place of its own where runs are remembered."""
        environment: dict[str, str] = super().get_env()
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
        own = f"servers/{self.name}" if self.name else "server"  # a live run keeps its own server, no other one
        environment["DAISY_RUNTIME_DIR"] = f"{self.home_dir}/.local/share/daisy/{own}"
        if self.cpu_limit:
            threads = str(max(1, math.floor(self.cpu_limit)))
            environment |= {"NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        return environment

    async def start(self) -> Any:
        """Start the process and return its address as soon as it answers; what it says goes to the hub's log.

        JupyterHub waits for the answer as well, but would not notice for 30 s that the process has ended.
        """
        address = self._start_waiting() or await super().start()
        deadline = time.monotonic() + self.start_timeout
        while time.monotonic() < deadline:
            if (status := await self.poll()) is not None:
                raise not_started(StartRefusal("ended", value=status), self, "exited")
            if await self._answers():
                break
            await asyncio.sleep(_LOOK)
        asyncio.get_running_loop().call_later(_PAUSE, WAITING.prepare)
        return address

    async def _answers(self) -> bool:
        """Whether the server answers, whatever it says; it listens before it has loaded its extensions."""
        url = f"http://{self.ip or '127.0.0.1'}:{self.port}"
        try:
            await AsyncHTTPClient().fetch(url, raise_error=False, follow_redirects=False, request_timeout=1.0)
        except (OSError, HTTPClientError):
            return False
        return True

    def _start_waiting(self) -> tuple[str, int] | None:
        """Use the process that waits, if there is one."""
        if tuple(self.cmd) != SERVER:
            return None
        self.port: int = self.port or random_port()
        home = Path(self.home_dir)
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.proc = WAITING.take(self.get_args(), self.get_env(), home)
        if self.proc is None:
            return None
        self.pid = self.proc.pid
        return self.ip or "127.0.0.1", self.port


async def prepare(spawner: Any, settings: Settings) -> None:
    """Give a server what its profile says; raises `Refusal` where the user may not have it, or must log in again."""
    state = await spawner.user.get_auth_state()
    if not claims_are_fresh(state, settings, time.time()):
        raise StartRefusal("too-old")
    profile = find_profile(settings.profiles, spawner.user_options.get("profile", ""), groups_of(state))
    apply_profile(spawner, profile)


def apply_profile(spawner: Any, profile: Profile) -> None:
    """Put a profile's limits onto a spawner."""
    spawner.cpu_limit = min(profile.cpu, os.cpu_count() or 1)
    spawner.mem_limit = profile.memory
    spawner.default_url = profile.default_url
