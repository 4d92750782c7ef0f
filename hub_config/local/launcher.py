"""The launcher: starts the SSO's stand-in, the proxy and the hub, says where they are, and ends them all."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import yaml

from hub_config.errors import HubError
from hub_config.local import defaults
from hub_config.local.children import Child, Children
from hub_config.local.folder import PlatformFolder
from hub_config.settings import check_settings

_ROOT = Path(__file__).parents[2]
_NEEDED = ("jupyterhub", "oauthenticator", "jupyterlab", "ipykernel", "daisy_kernel")
_START = 60.0  # seconds that a slow machine may take
_OURS = ("bindUrl", "hubBindUrl", "proxyApiUrl", "subdomainHost")
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is behind no proxy
_LOOK = 0.5  # seconds between two looks at the processes


class Platform:
    """The platform on one machine. Listens on loopback; every password is new at each start."""

    def __init__(self, folder: PlatformFolder, port: int, changes: Mapping[str, Any] | None = None) -> None:
        """`changes` are settings that count more than the defaults of one machine."""
        self._folder = folder
        self._changes = changes or {}
        self._port = port
        self._base = _base_url(self._changes)
        self._children = Children()
        self._passwords = {name: secrets.token_urlsafe(9) for name in defaults.names()}
        self._client_secret = secrets.token_urlsafe(32)
        self._proxy_token = secrets.token_hex(32)
        self._hub_port, self._api_port, self._sso_port = free_ports(3)

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self._port}{self._base}".rstrip("/")

    @property
    def sso_url(self) -> str:
        """Where the stand-in for the SSO is."""
        return f"http://127.0.0.1:{self._sso_port}"

    def start(self) -> None:
        """Start everything side by side and wait until all answer."""
        scan = self._make_scan()
        self._write_settings()
        sso = self._children.start(self._sso())
        self._children.start(self._proxy())
        hub = self._children.start(self._hub())
        sso.wait_until(lambda: _answers(f"{self.sso_url}/logout"), _START)
        hub.wait_until(lambda: _answers(f"{self.url}/hub/health"), _START)
        if scan is not None and scan.wait() != 0:
            raise HubError("the demo scan could not be made", remedy=f"see {self._folder.logs / 'scan.log'}")

    def ready(self) -> dict[str, Any]:
        """What scripts want to know."""
        home = self._folder.home("demo")
        return {
            "url": self.url,
            "sso_url": self.sso_url,
            "user": "demo",
            "password": self._passwords["demo"],
            "home": str(home),
            "scan": str(home / "scan.h5"),
            "pid": os.getpid(),
            "users": self._passwords,
        }

    def run(self) -> NoReturn:
        """Look after the processes until Ctrl-C; a hub or a proxy that dies is started again."""
        while True:
            self._children.revive()
            time.sleep(_LOOK)

    def end(self) -> None:
        """End everything that was started."""
        self._children.end()

    def _make_scan(self) -> subprocess.Popen[bytes] | None:
        home = self._folder.home("demo")
        home.mkdir(mode=0o700, exist_ok=True)
        if (home / "scan.h5").exists():
            return None
        words = ["demo", "--rows", "128", "--columns", "512", str(home / "scan.h5"), "--json"]
        with self._folder.log("scan").open("wb") as log:
            return subprocess.Popen([sys.executable, "-m", "daisy_kernel.cli", *words], stdout=log, stderr=log)

    def _write_settings(self) -> None:
        values = defaults.settings(
            port=self._port,
            base_url=self._base,
            hub_port=self._hub_port,
            api_port=self._api_port,
            sso_url=self.sso_url,
            homes=self._folder.path / "home",
        )
        values = merged(values, self._changes)
        check_settings(values)
        self._folder.settings.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")

    def _sso(self) -> Child:
        told = {
            "port": self._sso_port,
            "clientId": "daisy-local",
            "clientSecret": self._client_secret,
            "redirectUrl": f"{self.url}/hub/oauth_callback",
            "users": defaults.users(self._passwords),
        }
        line = json.dumps(told).encode() + b"\n"
        return self._child("SSO", [sys.executable, "-m", "tests.sso"], {}, _ROOT, stdin=line)

    def _proxy(self) -> Child:
        words = ["--ip=127.0.0.1", f"--port={self._port}", "--api-ip=127.0.0.1", f"--api-port={self._api_port}"]
        error = f"--error-target=http://127.0.0.1:{self._hub_port}{self._base}hub/error"
        command = [node(), str(proxy_script()), *words, error]
        return self._child("proxy", command, {"CONFIGPROXY_AUTH_TOKEN": self._proxy_token}, self._folder.hub)

    def _hub(self) -> Child:
        config = Path(__file__).parents[1] / "jupyterhub_config.py"
        secret = {
            "CONFIGPROXY_AUTH_TOKEN": self._proxy_token,
            "DAISY_SSO_CLIENT_SECRET": self._client_secret,
            "DAISY_HUB_SETTINGS": str(self._folder.settings),
            "JUPYTERHUB_CRYPT_KEY": self._folder.secret("crypt_key"),
        }
        command = [sys.executable, "-m", "jupyterhub", "--config", str(config)]
        return self._child("hub", command, secret, self._folder.hub)

    def _child(
        self, name: str, command: list[str], env: dict[str, str], cwd: Path, *, stdin: bytes | None = None
    ) -> Child:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        whole = {**os.environ, "PATH": path, **env}
        return Child(name, command, self._folder.log(name.lower()), whole, cwd, stdin)


def merged(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with changes put in, key by key; a list is replaced as a whole.

    >>> merged({"hub": {"a": 1, "b": 2}}, {"hub": {"b": 3}})
    {'hub': {'a': 1, 'b': 3}}
    """
    result = dict(values)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def _base_url(changes: Mapping[str, Any]) -> str:
    hub = changes.get("hub")
    return str(hub.get("baseUrl", "/")) if isinstance(hub, Mapping) else "/"


def check_install() -> None:
    """Refuse an installation that is not complete, in one sentence."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise HubError(f"{', '.join(missing)} is not installed", remedy="run make clean, then make run")
    node()
    proxy_script()


def node() -> str:
    """The Node.js that runs the proxy: the machine's, or that of this environment."""
    found = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if found is None:
        raise HubError("Node.js is not installed", remedy="run make run, which installs it into .venv")
    return found


def proxy_script() -> Path:
    """configurable-http-proxy of this environment."""
    script = Path(sys.prefix, "lib/node_modules/configurable-http-proxy/bin/configurable-http-proxy")
    if not script.exists():
        raise HubError("configurable-http-proxy is not installed", remedy="run make clean, then make run")
    return script


def check_changes(changes: Any) -> None:
    """Refuse settings that this launcher decides itself."""
    if not isinstance(changes, Mapping):
        raise HubError(f"the settings are {changes!r}", remedy="write hub:, identity:, profiles: and so on")
    hub = changes.get("hub")
    for key in _OURS:
        if isinstance(hub, Mapping) and key in hub:
            raise HubError(f"hub.{key} cannot be set on one machine", remedy="leave it out; --port sets the port")


def check_port(port: int) -> None:
    """Refuse a port that is none, or that somebody listens on."""
    if not 1 <= port <= 65535:
        raise HubError(f"{port} is no port", remedy="name one from 1 to 65535: make run PORT=9000")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise HubError(
                f"port {port} cannot be used: {(error.strerror or str(error)).lower()}",
                remedy="name a free one: make run PORT=9000",
            ) from None


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _answers(url: str) -> bool:
    with suppress(OSError, http.client.HTTPException):
        _DIRECT.open(url, timeout=1).close()
        return True
    return False
