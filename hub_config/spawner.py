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
from jupyterhub.utils import can_connect, random_port

from hub_config.authenticator import claims_are_fresh
from hub_config.errors import Refusal
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
_PAUSE = 5.0  # seconds from one start to the preparation of the next: the browser needs the machine first


class LocalSpawner(SimpleLocalProcessSpawner):
    """What is started for a user on one machine."""

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
            *root,
        ]

    def get_env(self) -> dict[str, str]:
        """The environment of the server: the profile's cores, and a place where runs are remembered."""
        environment: dict[str, str] = super().get_env()
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
        environment["DAISY_RUNTIME_DIR"] = f"{self.home_dir}/.local/share/daisy"
        if self.cpu_limit:
            threads = str(max(1, math.floor(self.cpu_limit)))
            environment |= {"NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        return environment

    async def start(self) -> Any:
        """Start the process and return its address as soon as it can be reached."""
        address = self._start_waiting() or await super().start()
        deadline = time.monotonic() + self.start_timeout
        while time.monotonic() < deadline and await self.poll() is None:
            if can_connect(self.ip or "127.0.0.1", self.port):
                break
            await asyncio.sleep(_LOOK)
        asyncio.get_running_loop().call_later(_PAUSE, WAITING.prepare)
        return address

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
        raise Refusal("your login is too old to start a server", remedy="log out, log in and start it again")
    profile = find_profile(settings.profiles, spawner.user_options.get("profile", ""), groups_of(state))
    apply_profile(spawner, profile)


def apply_profile(spawner: Any, profile: Profile) -> None:
    """Put a profile's limits onto a spawner."""
    spawner.cpu_limit = min(profile.cpu, os.cpu_count() or 1)
    spawner.mem_limit = profile.memory
    spawner.default_url = profile.default_url
