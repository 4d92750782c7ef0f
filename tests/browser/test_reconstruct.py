"""From the login to the numbers, as a person goes, and out again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.browser import platform_process, screens

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A platform where nobody has been: JupyterLab opens what another visit has left open."""
    with platform_process.running(tmp_path_factory.mktemp("fresh")) as found:
        yield found


def test_the_demo_scan_is_reconstructed_in_a_notebook_as_by_the_command(page, platform, picture, tmp_path):
    screens.log_in(page, platform)
    page.wait_for_url("**/hub/spawn")
    picture("spawn.png")
    screens.choose(page)
    screens.launcher(page).wait_for(timeout=60_000)
    page.locator(".jp-LauncherCard[data-category=Daisy]").last.scroll_into_view_if_needed()
    picture("launcher.png")
    screens.open_notebook(page)
    screens.run_cell(page, "%daisy run ct input=scan.h5 output=lab.h5 --json")
    said = json.loads(screens.output(page, '"provenance"').inner_text())
    screens.run_cell(
        page,
        "engine.create('load', 'ct.Load', input='scan.h5').execute("
        "output={'projections': 'raw', 'flats': 'flats', 'darks': 'darks'}); engine.datastore['raw']",
    )
    screens.output(page, "angle")
    picture("notebook.png")
    command = ["run", "ct", f"input={platform['scan']}", f"output={tmp_path}/command.h5", "--json"]
    done = subprocess.run([sys.executable, "-m", "daisy_kernel.cli", *command], capture_output=True, text=True)
    assert said["center"] == json.loads(done.stdout)["center"]
    with h5py.File(Path(platform["home"], "lab.h5")) as lab, h5py.File(tmp_path / "command.h5") as shell:
        np.testing.assert_array_equal(lab["entry/data/volume"], shell["entry/data/volume"])


def test_a_kernel_knows_no_secret_of_the_platform(page, platform):
    screens.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, "import os; print('names', *sorted(os.environ))")
    names = set(screens.output(page, "names ").inner_text().split())
    assert "DAISY_RUNTIME_DIR" in names
    assert not names & {"DAISY_SSO_CLIENT_SECRET", "CONFIGPROXY_AUTH_TOKEN", "JUPYTERHUB_CRYPT_KEY"}


def test_logging_out_ends_the_session_at_the_sso_too(page, platform):
    screens.log_in(page, platform, "other")
    page.wait_for_url("**/hub/**")
    page.goto(f"{platform['url']}/hub/logout")
    page.wait_for_load_state()
    page.goto(platform["url"])
    page.locator("input[name=username]").wait_for()
    assert page.url.startswith(platform["sso_url"])
