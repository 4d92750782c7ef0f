"""LocalSpawner: a user's server as a process of this machine, with a home of its own. It isolates nobody."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from jupyterhub.utils import random_port

from hub_config._words import StartRefusal
from hub_config.access import own_token_id
from hub_config.hooks import not_started
from hub_config.settings import Profile
from hub_config.starting import ASK_AGAIN, LOOK, runtime_folder, server_answers
from hub_config.waiting import WaitingServer

SERVER = (sys.executable, "-m", "daisy_kernel.jupyter.singleuser")
"""The command of a user's server."""

WAITING = WaitingServer(SERVER)
"""The next server of this machine, whoever's it will be."""

_PAUSE = 5.0  # seconds from one start to the preparation of the next: the browser needs the machine first


class LocalSpawner(SimpleLocalProcessSpawner):
    """What is started for a user on one machine."""

    def get_state(self) -> dict[str, Any]:
        """What the hub's database keeps of the server: its process, and which token is its own, never the token."""
        state: dict[str, Any] = super().get_state()
        # Not after a stop: the database may give the number to another token.
        return {**state, "token_id": own_token_id(self)} if self.pid else state

    def take(self, profile: Profile, _account: Mapping[str, Any]) -> None:
        """What a profile gives on one machine: a process of the hub's own user, told its limits."""
        self.cpu_limit = min(profile.cpu, os.cpu_count() or 1)
        self.mem_limit = profile.memory
        self.default_url = profile.default_url

    def get_args(self) -> list[str]:
        """Arguments of the server; none of them is a secret."""
        root = ["--allow-root"] if os.geteuid() == 0 else []
        return [
            *super().get_args(),
            f"--ServerApp.root_dir={self.home_dir}",
            f"--HubAuth.cache_max_age={ASK_AGAIN}",
            *root,
        ]

    def get_env(self) -> dict[str, str]:
        """The environment of the server: the profile's cores, and a place of its own where runs are remembered."""
        environment: dict[str, str] = super().get_env()
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
        environment["DAISY_RUNTIME_DIR"] = runtime_folder(self.home_dir, self.name)
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
            if await server_answers(f"http://{self.ip or '127.0.0.1'}:{self.port}"):
                break
            await asyncio.sleep(LOOK)
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
