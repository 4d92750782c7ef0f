"""A whole platform on loopback for benchmarks: SSO's stand-in, proxy, hub, and one stub for all users' servers."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import psutil
import yaml

from benchmarks._stub_server import running_stub_server
from hub_config.local import defaults
from hub_config.local.children import Child
from hub_config.local.launcher import free_ports, merged, node, proxy_script

STUB_CONFIG = Path(__file__).with_name("_stub_config.py")

_ROOT = Path(__file__).parents[1]
_START = 120.0  # seconds that a start may take before it counts as none
_LOOK = 0.01  # seconds between two looks


class Platform:
    """Its processes; the hub may be killed and started again while the others go on."""

    def __init__(
        self,
        folder: Path,
        names: Iterable[str],
        stub_url: str,
        *,
        config: Path = STUB_CONFIG,
        env: Mapping[str, str] = MappingProxyType({}),
        changes: Mapping[str, Any] = MappingProxyType({}),
        sso_delay: float = 0.0,
    ) -> None:
        """``config``, ``env`` and ``changes`` of the settings are the hub's; the SSO waits ``sso_delay`` seconds."""
        self.passwords = {name: secrets.token_urlsafe(9) for name in names}
        self.folder = folder
        self._port, hub_port, api_port, sso_port = free_ports(4)
        self.url = f"http://127.0.0.1:{self._port}"
        self.sso_url = f"http://127.0.0.1:{sso_port}"
        client_secret, proxy_token = secrets.token_urlsafe(32), secrets.token_hex(32)
        settings = folder / "settings.yaml"
        values = merged(self._settings(hub_port, api_port), changes)
        settings.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        told = {
            "port": sso_port,
            "clientId": "daisy-local",
            "clientSecret": client_secret,
            "redirectUrl": f"{self.url}/hub/oauth_callback",
            "delay": sso_delay,
            "users": [_account(number, *each) for number, each in enumerate(self.passwords.items())],
        }
        self._sso = self._child("sso", [sys.executable, "-m", "tests.sso"], {}, json.dumps(told).encode() + b"\n")
        words = ["--ip=127.0.0.1", f"--port={self._port}", "--api-ip=127.0.0.1", f"--api-port={api_port}"]
        proxy = [node(), str(proxy_script()), *words, f"--error-target=http://127.0.0.1:{hub_port}/hub/error"]
        self._proxy = self._child("proxy", proxy, {"CONFIGPROXY_AUTH_TOKEN": proxy_token})
        secret = {
            "CONFIGPROXY_AUTH_TOKEN": proxy_token,
            "DAISY_SSO_CLIENT_SECRET": client_secret,
            "DAISY_HUB_SETTINGS": str(settings),
            "DAISY_STUB_URL": stub_url,
            "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32),
        }
        hub = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
        self._hub = self._child("hub", hub, {**secret, **env})

    async def start(self) -> None:
        """Start SSO, proxy and hub, and wait until they answer."""
        self._sso.start()
        self._proxy.start()
        await self._until_it_answers(self._sso, f"{self.sso_url}/logout")
        await self.start_hub()

    async def start_hub(self) -> float:
        """Seconds from the start of the hub's process until /hub/health answers."""
        begin = time.perf_counter()
        self._hub.start()
        await self._until_it_answers(self._hub, f"{self.url}/hub/health")
        return time.perf_counter() - begin

    def kill_hub(self) -> None:
        """As a machine would that has no memory left; the culler, which the hub started, goes with it."""
        started = self.hub_process.children(recursive=True)
        assert self._hub.process is not None
        self._hub.process.kill()
        self._hub.process.wait()
        for process in started:
            process.kill()
        psutil.wait_procs(started, timeout=10)

    def end(self) -> None:
        """End all processes."""
        for child in (self._hub, self._proxy, self._sso):
            if child.process is None:
                continue
            if child.is_alive:
                child.process.terminate()
            try:
                child.process.wait(90)  # the hub ends its servers first
            finally:
                child.process.kill()
                child.process.wait()
            if child.process.stdin is not None:
                child.process.stdin.close()

    @property
    def hub_process(self) -> psutil.Process:
        """The hub's own process."""
        assert self._hub.process is not None
        return psutil.Process(self._hub.process.pid)

    @property
    def hub_log(self) -> str:
        """What the hub has logged."""
        return self._hub.log.read_text(encoding="utf-8")

    def _settings(self, hub_port: int, api_port: int) -> dict[str, Any]:
        return defaults.settings(
            port=self._port,
            hub_port=hub_port,
            api_port=api_port,
            sso_url=self.sso_url,
            homes=self.folder / "home",
        )

    def _child(self, name: str, command: list[str], env: dict[str, str], stdin: bytes | None = None) -> Child:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        whole = {**os.environ, "PATH": path, "PYTHONPATH": str(_ROOT), **env}
        cwd = _ROOT if name == "sso" else self.folder
        return Child(name, command, self.folder / f"{name}.log", whole, cwd, stdin)

    async def _until_it_answers(self, child: Child, url: str) -> None:
        deadline = time.monotonic() + _START
        while not await _answers(url):
            if not child.is_alive or time.monotonic() > deadline:
                raise RuntimeError(f"the {child.name} did not start; its log:\n{child.log.read_text()[-4000:]}")
            await asyncio.sleep(_LOOK)


@asynccontextmanager
async def running_platform(folder: Path, names: Iterable[str], **options: Any) -> AsyncIterator[Platform]:
    """A platform whose SSO knows these people; all are in the group heps-ct. ``options`` are those of `Platform`."""
    async with running_stub_server() as stub_url:
        platform = Platform(folder, names, stub_url, **options)
        try:
            await platform.start()
            yield platform
        finally:
            await asyncio.to_thread(platform.end)


def _account(number: int, name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password": password,
        "email": f"{name}@example.org",
        "truename": name.capitalize(),
        "umtId": str(600_000 + number),
        "uid": 30_000 + number,
        "groups": ["heps-ct"],
    }


async def _answers(url: str) -> bool:
    try:
        async with aiohttp.request("GET", url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
