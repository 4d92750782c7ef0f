"""What a person keeps when a kernel, a server or the hub dies."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest

from tests.browser import screens

pytestmark = pytest.mark.slow


def processes(platform, *words):
    """Processes of the platform whose command holds all words."""
    found = []
    for process in psutil.Process(platform["pid"]).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has ended meanwhile
            if all(word in " ".join(process.cmdline()) for word in words):
                found.append(process)
    return found


def servers(platform):
    """Servers of users; the one that only waits listens to nobody."""
    found = processes(platform, "daisy_kernel.jupyter.singleuser")
    return [p for p in found if any(link.status == "LISTEN" for link in p.net_connections())]


@pytest.fixture
def notebook(page, platform):
    screens.open_lab(page, platform)
    screens.open_notebook(page)
    screens.run_cell(page, "kept = 41; print('kept', kept)")
    screens.output(page, "kept 41")
    return page


def kernel_pid(page):
    """Ask the kernel of the notebook for its process."""
    screens.run_cell(page, "import os; print('pid', os.getpid())")
    return int(re.search(r"pid (\d+)", screens.output(page, re.compile(r"pid \d+")).inner_text())[1])


def told_of_restart(page):
    """Read that the kernel died, and close what says it."""
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for()
    assert "restart" in dialog.inner_text().lower()
    dialog.get_by_role("button").last.click()


def test_a_kernel_that_is_killed_comes_back_and_says_so(notebook, platform):
    psutil.Process(kernel_pid(notebook)).kill()
    told_of_restart(notebook)
    screens.run_cell(notebook, "print('alive', 'kept' in globals())")
    screens.output(notebook, "alive False")


def test_a_run_whose_kernel_was_killed_goes_on_to_the_same_bits(notebook, platform, tmp_path):
    pid = kernel_pid(notebook)
    output = Path(platform["home"], "killed.h5")
    journal = Path(f"{output}.run/events.jsonl")
    screens.run_cell(notebook, "%daisy run ct input=scan.h5 output=killed.h5")
    screens.until(lambda: '"slab"' in journal.read_text())
    psutil.Process(pid).kill()
    told_of_restart(notebook)
    assert not output.exists()
    complete = journal.read_text().count('"slab"')
    screens.run_cell(notebook, "%daisy run ct input=scan.h5 output=killed.h5 --resume --json")
    screens.output(notebook, '"provenance"')
    command = ["run", "ct", f"input={platform['scan']}", f"output={tmp_path}/whole.h5", "--json"]
    subprocess.run([sys.executable, "-m", "daisy_kernel.cli", *command], capture_output=True, check=True)
    whole = Path(f"{tmp_path}/whole.h5.run/events.jsonl").read_text().count('"slab"')
    assert 0 < complete < whole
    with h5py.File(output) as resumed, h5py.File(tmp_path / "whole.h5") as once:
        np.testing.assert_array_equal(resumed["entry/data/volume"], once["entry/data/volume"])


def test_a_hub_that_is_killed_comes_back_and_disturbs_nobody(notebook, platform):
    (hub,) = processes(platform, "jupyterhub", "--config")
    before = {p.pid for p in servers(platform)}
    hub.send_signal(signal.SIGKILL)
    screens.until(lambda: [p.pid for p in processes(platform, "jupyterhub", "--config")] not in ([], [hub.pid]))
    screens.until(lambda: urllib.request.urlopen(f"{platform['url']}/hub/health", timeout=2).status == 200)
    assert {p.pid for p in servers(platform)} == before
    screens.run_cell(notebook, "print('still', kept + 1)")
    screens.output(notebook, "still 42")
    other = notebook.context.new_page()
    other.goto(f"{platform['url']}/hub/home")  # the login holds: no form of the SSO
    other.wait_for_load_state()
    assert other.url == f"{platform['url']}/hub/home"
    assert "demo" in other.locator("body").inner_text()


def test_a_server_that_was_stopped_offers_to_start_again_and_files_are_there(notebook, platform):
    (server,) = servers(platform)
    server.terminate()
    server.wait(20)
    other = notebook.context.new_page()
    screens.until(lambda: _stopped(other, platform))
    start = other.locator("main").get_by_role("link", name=re.compile("start", re.IGNORECASE)).first
    start.click()
    other.wait_for_url("**/hub/spawn**")
    screens.choose(other)
    other.wait_for_url("**/user/demo/**", timeout=60_000)
    assert Path(platform["scan"]).is_file()


def _stopped(page, platform):
    page.goto(f"{platform['url']}/user/demo/lab")
    return page.locator("main").count() == 1 and "/hub/user/demo" in page.url


def test_a_proxy_that_is_killed_comes_back_with_its_routes(notebook, platform):
    (proxy,) = processes(platform, "configurable-http-proxy")
    proxy.send_signal(signal.SIGKILL)
    page = notebook.context.new_page()

    def is_back():
        with contextlib.suppress(Exception):  # the browser's own errors while nobody listens
            page.goto(f"{platform['url']}/user/demo/lab?reset")
            page.locator("#jp-main-dock-panel").wait_for(timeout=10_000)
            return True
        return False

    screens.until(is_back, 60)
