"""The extension of Jupyter's server: runs that go on count as activity, a list of runs, launcher tiles."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import PeriodicCallback

from daisy_kernel.broker.client import is_offered
from daisy_kernel.jupyter.tiles import GROUP, read_tiles, write_launcher
from daisy_kernel.runs.known import RUNTIME_DIR, KnownRun, known_runs

ACTIVITY = "daisy_runs_last_activity"
"""The setting of the web application; the server counts those that end in ``_last_activity``."""

_EVERY = 5_000  # milliseconds between two looks at the runs; idle servers are culled after minutes


class RunsHandler(APIHandler):
    """``GET daisy/api/runs``: the user's runs, the last changed first."""

    def initialize(self, look: Callable[[], list[KnownRun]]) -> None:
        """Take what looks at the runs."""
        self._look = look

    @web.authenticated
    async def get(self) -> None:
        """Answer with a list of objects: folder, outputs, state, live, changed, error."""
        runs = await asyncio.to_thread(self._look)
        self.finish(json.dumps([asdict(run) for run in runs]))


def runtime_dir() -> Path:
    """The folder of this user in which runs leave word; named to kernels and terminals by the environment."""
    os.environ.setdefault(RUNTIME_DIR, str(Path(jupyter_runtime_dir(), "daisy")))
    folder = Path(os.environ[RUNTIME_DIR])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)  # one that was there: whoever can write in it answers as the apps of this user
    return folder


async def note_activity(settings: dict[str, Any], look: Callable[[], list[KnownRun]]) -> None:
    """Let a run that goes on count as activity of now."""
    if any(run.live for run in await asyncio.to_thread(look)):
        settings[ACTIVITY] = datetime.now(UTC)


def _offer_tiles(server: Any, folder: Path) -> None:
    """Give the tiles to jupyter-app-launcher by one more data folder of Jupyter."""
    tiles, broken = read_tiles(entry_points(group=GROUP))
    for name, reason in broken.items():
        server.log.warning("daisy: the tiles of %r do not load: %s", name, reason)
    base = server.web_app.settings["base_url"]
    write_launcher(folder, [replace(tile, url=tile.url and urljoin(base, tile.url)) for tile in tiles])
    others = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(folder), others] if others else [str(folder)])


def _mount_others(server: Any) -> None:
    """Let other packages add to the server: functions in entry points of the group ``daisy.server``."""
    for point in entry_points(group="daisy.server"):
        try:
            point.load()(server)
        except Exception as error:  # one package must not keep the user's server from starting
            server.log.warning("daisy: %s does not load: %s: %s", point.value, type(error).__name__, error)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "daisy_kernel.jupyter.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    folder = runtime_dir()

    def look() -> list[KnownRun]:
        return known_runs(folder)

    _offer_tiles(server, folder / "data")
    _mount_others(server)
    route = url_path_join(server.web_app.settings["base_url"], "daisy/api/runs")
    server.web_app.add_handlers(".*$", [(route, RunsHandler, {"look": look})])
    if is_offered():
        from daisy_kernel.jupyter import dashboard  # its way of passing pages on is slow to import

        dashboard.mount(server)
    PeriodicCallback(lambda: note_activity(server.web_app.settings, look), _EVERY).start()
