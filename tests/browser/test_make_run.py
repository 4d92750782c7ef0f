"""`make run`, as a person types it: what it says, what it leaves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from hub_config.local.launcher import free_ports
from tests.browser import screens

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="make run is for the environment that make has made"),
]


@pytest.fixture
def machine(tmp_path):
    """The environment of a machine that has what make needs, and no Node.js."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("make", "sh", "test", "python3"):
        (tools / name).symlink_to(shutil.which(name))
    assert shutil.which("node", path=str(tools)) is None
    return {**os.environ, "PATH": str(tools)}


@pytest.fixture
def running(tmp_path, machine):
    (port,) = free_ports(1)
    command = ["make", "run", f"PORT={port}", f"FOLDER={tmp_path}/demo"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=machine, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    begin = time.monotonic()
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("READY "):
            break
    yield process, lines, time.monotonic() - begin, port
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)


def test_it_is_there_soon_and_says_where(running):
    _, lines, seconds, port = running
    ready = json.loads(lines[-1].removeprefix("READY "))
    assert seconds < 15
    assert ready["url"] == f"http://127.0.0.1:{port}"
    assert set(ready["users"]) == {"demo", "other", "nogroup", "disabled"}
    assert len(set(ready["users"].values())) == 4
    assert Path(ready["scan"]).is_file()
    assert ready["scan"].startswith(ready["home"])
    told = "".join(lines)
    assert ready["password"] in told
    assert "not isolated" in told
    assert urllib.request.urlopen(f"{ready['url']}/hub/health", timeout=10).status == 200


def test_the_proxy_runs_on_the_node_of_the_environment_where_the_machine_has_none(running):
    process, _, _, _ = running
    commands = [each.cmdline() for each in psutil.Process(process.pid).children(recursive=True)]
    (proxy,) = [command for command in commands if "configurable-http-proxy" in " ".join(command[:2])]
    assert Path(proxy[0]).is_relative_to(ROOT / ".venv")


def test_it_listens_on_loopback_alone_and_ends_with_everything_it_started(running, page):
    process, lines, _, _ = running
    screens.open_lab(page, json.loads(lines[-1].removeprefix("READY ")))
    screens.open_notebook(page)
    screens.run_cell(page, "print('alive', 6 * 7)")
    screens.output(page, "alive 42")
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    commands = [" ".join(each.cmdline()) for each in family]
    for word in ("configurable-http-proxy", "daisy_kernel.jupyter.singleuser", "daisy_kernel.jupyter -f"):
        assert any(word in command for command in commands), word
    addresses = {link.laddr.ip for each in family for link in each.net_connections() if link.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
