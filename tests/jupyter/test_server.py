"""The extension in a real Jupyter server: the list of runs, what counts as activity, the launcher's tiles."""

from __future__ import annotations

import json
import os
import urllib.error
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daisy_kernel.jupyter.server import ACTIVITY, note_activity
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.known import RUNTIME_DIR, KnownRun, remember
from tests.jupyter.conftest import ROOT, wait_until
from tests.jupyter.server_process import ask, jupyter_server


def known(*, live: bool) -> KnownRun:
    return KnownRun("/a.run", ("/a",), "running" if live else "done", live, "")


@pytest.mark.asyncio
async def test_a_live_run_counts_as_activity_of_now_and_an_ended_one_does_not():
    settings: dict = {}
    await note_activity(settings, lambda: [known(live=False)])
    assert settings == {}
    before = datetime.now(UTC)
    await note_activity(settings, lambda: [known(live=False), known(live=True)])
    assert before <= settings[ACTIVITY] <= datetime.now(UTC)
    assert ACTIVITY.endswith("_last_activity")


@pytest.fixture(scope="module")
def runtime(installed_kernel, tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def tiles_package(tmp_path_factory) -> Path:
    """A package of somebody else's with a tile, as it lies when it is installed."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "outside_tiles").mkdir()
    (folder / "outside_tiles/__init__.py").write_text("")
    tile = {"title": "Somebody's tile", "url": "https://example.org"}
    (folder / "outside_tiles/tiles.json").write_text(json.dumps({"daisy_tiles": 1, "tiles": {"theirs": tile}}))
    info = folder / "outside_tiles-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside-tiles\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[daisy.tiles]\noutside = outside_tiles:tiles.json\n")
    return folder


@pytest.fixture(scope="module")
def server(installed_kernel, runtime, tiles_package, tmp_path_factory):
    """A Jupyter server; its address."""
    paths = os.pathsep.join([str(ROOT), str(tiles_package)])
    env = {"PYTHONPATH": paths, RUNTIME_DIR: str(runtime)}
    with jupyter_server(tmp_path_factory.mktemp("server"), installed_kernel, **env) as address:
        yield address


@pytest.mark.slow
def test_only_the_user_may_ask_for_the_runs(server):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(f"{server}daisy/api/runs", token="of-somebody-else")


@pytest.mark.slow
def test_a_live_run_is_listed_counts_as_activity_and_ends_as_one_that_can_be_resumed(
    server, runtime, tmp_path, monkeypatch
):
    monkeypatch.setenv(RUNTIME_DIR, str(runtime))
    assert ask(f"{server}daisy/api/runs") == []
    folder = RunFolder.beside(tmp_path / "rec.h5")
    folder.lock()
    folder.write(state="running", outputs={"save": str(tmp_path / "rec.h5")})
    remember(folder.path)
    try:
        (run,) = ask(f"{server}daisy/api/runs")
        assert (run["state"], run["live"], run["outputs"]) == ("running", True, [str(tmp_path / "rec.h5")])
        asked = datetime.now(UTC)

        def last() -> datetime:
            return datetime.fromisoformat(ask(f"{server}api/status")["last_activity"])

        wait_until(lambda: last() > asked, "activity while nobody asks for anything")
    finally:
        folder.unlock()
    (run,) = ask(f"{server}daisy/api/runs")
    assert (run["state"], run["live"]) == ("interrupted, resume", False)


@pytest.mark.slow
def test_tiles_of_a_package_reach_the_launcher(server):
    tiles = ask(f"{server}jupyterlab-app-launcher", body={"method": "init_launcher"})
    assert "Somebody's tile" in [tile["title"] for tile in tiles]
