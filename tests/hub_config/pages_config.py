"""Configuration of the hub that the tests of the pages talk to: no proxy, users by password, servers that do nothing.

A start goes on while the file ``hold`` lies in the hub's folder; the profile ``broken`` fails.
"""

import asyncio
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from jupyterhub import __version__
from jupyterhub.auth import DummyAuthenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.proxy import Proxy
from jupyterhub.spawner import Spawner
from tornado import web

from hub_config import events, hooks
from hub_config.pages import configure_pages
from hub_config.profiles import find_profile, groups_of
from hub_config.request_log import RequestLog
from hub_config.settings import check_settings

GIVEN = json.loads(sys.stdin.readline())
FOLDER = Path.cwd()
SETTINGS = check_settings(GIVEN["settings"])


class NoProxy(Proxy):
    """The tests talk to the hub itself."""

    should_start = False

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        """Nothing to route."""

    async def delete_route(self, routespec: str) -> None:
        """Nothing to route."""

    async def get_all_routes(self) -> dict[str, Any]:
        """Nothing is routed."""
        return {}


class GroupsAuthenticator(DummyAuthenticator):
    """Logs in with the groups that the test gave."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> Any:
        """The account as a login by the SSO leaves it."""
        name = await super().authenticate(handler, data)
        groups = GIVEN["groups"].get(data["username"], [])
        return name and {"name": data["username"], "auth_state": {"account": {"groups": groups}}}


class StubSpawner(Spawner):
    """A server that answers, and nothing more."""

    _listening: asyncio.Server | None = None

    async def start(self) -> str:
        """Wait while the test holds it, then answer every request with nothing."""
        while (FOLDER / "hold").exists():
            await asyncio.sleep(0.02)
        if self.user_options["profile"] == "broken":
            raise RuntimeError("the secret reason of the fault")
        self._listening = await asyncio.start_server(_answer, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._listening.sockets[0].getsockname()[1]}"

    async def stop(self, now: bool = False) -> None:
        """Answer no more."""
        if self._listening:
            self._listening.close()
            self._listening = None

    async def poll(self) -> int | None:
        """None while it runs."""
        return None if self._listening else 0


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(f"HTTP/1.1 200 OK\r\nX-JupyterHub-Version: {__version__}\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()
    writer.close()


class RaisingHandler(BaseHandler):
    """Ends as a step of the login does that is refused."""

    async def get(self) -> None:
        """Raise the status that the test asks for."""
        raise web.HTTPError(int(self.get_argument("status")), self.get_argument("message"))


async def check_profile(spawner: Any) -> None:
    """The check of the profile that a real spawner makes."""
    state = await spawner.user.get_auth_state()
    find_profile(SETTINGS.profiles, spawner.user_options.get("profile", ""), groups_of(state))


c: Any = get_config()  # noqa: F821  # JupyterHub gives it to this file
notices = configure_pages(SETTINGS, c)
c.JupyterHub.extra_handlers.append((r"/oauth_callback", RaisingHandler))
events.log_events(io.TextIOWrapper((FOLDER / "events.jsonl").open("ab", 0), write_through=True))
os.environ["JUPYTERHUB_CRYPT_KEY"] = GIVEN["crypt_key"]

c.JupyterHub.hub_bind_url = GIVEN["url"]
c.JupyterHub.bind_url = GIVEN["url"]
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.spawner_class = StubSpawner
c.JupyterHub.authenticator_class = GroupsAuthenticator
c.JupyterHub.allow_named_servers = True
c.JupyterHub.named_server_limit_per_user = SETTINGS.hub.named_server_limit_per_user
c.JupyterHub.concurrent_spawn_limit = SETTINGS.hub.concurrent_spawn_limit
c.JupyterHub.tornado_settings = {"log_function": RequestLog(SETTINGS)}
c.Authenticator.allow_all = True
c.Authenticator.admin_users = {"boss"}
c.Authenticator.enable_auth_state = True
c.Authenticator.post_auth_hook = hooks.post_auth_hook
c.DummyAuthenticator.password = GIVEN["password"]
c.Spawner.pre_spawn_hook = hooks.pre_spawn_hook(notices.refuse_when_drained, check_profile)
c.Spawner.post_stop_hook = hooks.post_stop_hook
