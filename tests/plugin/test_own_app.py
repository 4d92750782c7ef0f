"""The app of the documentation, built, installed in an environment of its own, and used."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.cli.kernel import places, write_kernel
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.runs.known import RUNTIME_DIR
from tests.installing import daisy, installed_with
from tests.jupyter.server_process import jupyter_server
from tests.widgets_apps.test_jupyter import get, hello

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "docs/examples/own_app"
PAGE = Path(__file__).with_name("own_app_page.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    return installed_with(SOURCE, tmp_path_factory.mktemp("own-app"))


@pytest.fixture(scope="module")
def told(python, folder):
    """What the app's page was told."""
    write_demo_scan(folder / "scan.h5", rows=24, columns=64, angles=30)
    env = {**os.environ, "DAISY_STATE_DIR": str(folder / "state")}
    command = [python, PAGE, str(folder / "scan.h5"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def saved(path):
    with h5py.File(path) as file:
        return file["entry/data/volume"][()]


@pytest.mark.slow
def test_the_page_has_a_form_of_each_step_and_all_their_data_objects_and_is_reached_everywhere(told, folder):
    sections = {section["name"]: section for section in told["description"]["sections"]}
    assert list(sections) == ["load", "normalize", "smooth", "save"]
    (sigma,) = sections["smooth"]["fields"]
    assert (sigma["name"], sigma["unit"], sigma["default"], sigma["maximum"]) == ("smooth.sigma", "px", 1.0, 50)
    assert told["description"]["data"][0] == "smooth.output"
    assert told["output"].endswith("scan_out.h5")
    assert told["tile"] == ["daisy/app/smooth"]
    assert told["cell"] == {"input": str(folder / "scan.h5")}


@pytest.mark.slow
def test_what_can_be_run_is_accepted_and_a_wrong_value_is_said_at_its_field(told):
    assert told["check"]["fields"] == {}
    assert told["check"]["needed"] == 30 * 24 * 64 * 4
    assert "sigma=99 is refused" in told["wrong"]["smooth.sigma"]


@pytest.mark.slow
def test_check_preview_and_run_give_the_bits_of_the_command_line(told, python, folder):
    assert (told["job"]["state"], told["job"]["error"]) == ("done", None)
    assert [one["output"] for one in told["results"]] == [str(folder / "app.h5")]
    daisy(python, "run", told["graph"], f"save.output={folder}/command.h5")
    by_command = saved(folder / "command.h5")
    np.testing.assert_array_equal(saved(folder / "app.h5").view("u4"), by_command.view("u4"))
    np.testing.assert_array_equal(np.load(folder / "preview.npy").view("u4"), by_command[7].view("u4"))


@pytest.mark.slow
@pytest.mark.asyncio
async def test_the_app_is_below_a_users_jupyter_server(python, tmp_path):
    share, config = places(user=False, prefix=tmp_path / "prefix")
    write_kernel(share, config)
    site = next(python.parents[1].glob("lib/python*/site-packages"))
    env = {"PYTHONPATH": f"{ROOT}:{site}", "JUPYTER_PATH": str(share), RUNTIME_DIR: str(tmp_path / "daisy")}
    (tmp_path / "daisy").mkdir(mode=0o700)
    with jupyter_server(tmp_path, tmp_path / "prefix", DAISY_STATE_DIR=str(tmp_path / "state"), **env) as address:
        page, _ = await asyncio.to_thread(get, f"{address}daisy/app/smooth")
        assert b"<title>Smoothing</title>" in page
        about = await hello(address, app="smooth")
    assert (about["component"], about["title"]["zh"]) == ("workflow", "平滑")
    assert "daisy/app/smooth" in next((tmp_path / "daisy").rglob("jp_app_launcher_daisy.yaml")).read_text()


@pytest.mark.slow
def test_a_graph_written_by_hand_gives_the_same_bits(told, python, folder):
    names = {"load": "ct.Load", "normalize": "ct.Normalize", "smooth": "own.Smooth", "save": "Save"}
    links = [("load.flats", "normalize.flats"), ("load.darks", "normalize.darks")]
    links += [("load.projections", "normalize.projections"), ("normalize.output", "smooth.projections")]
    links += [("smooth.output", "save.data")]
    graph = {
        "nodes": {name: {"algorithm": algorithm} for name, algorithm in names.items()},
        "links": [{"source": source, "target": target} for source, target in links],
    }
    (folder / "hand.json").write_text(json.dumps(graph))
    settings = [f"load.input={folder}/scan.h5", f"save.output={folder}/hand.h5", "smooth.sigma=2.5"]
    daisy(python, "run", folder / "hand.json", *settings)
    np.testing.assert_array_equal(saved(folder / "app.h5").view("u4"), saved(folder / "hand.h5").view("u4"))


def test_the_page_of_the_documentation_shows_the_files_that_are_installed():
    text = (ROOT / "docs/apps/writing.md").read_text()
    shown = re.findall(r"<!-- (docs/examples/\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL)
    files = {str(path.relative_to(ROOT)) for path in SOURCE.rglob("*") if path.is_file()}
    assert {name for name, _ in shown} == {name for name in files if "__pycache__" not in name}
    for name, block in shown:
        assert block == (ROOT / name).read_text(), f"{name} is not what the page shows"
