"""`make run`, as a person types it: what it says, what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from hub_config.local.launcher import free_ports

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(Path(sys.prefix) != ROOT / ".venv", reason="make run is for the environment that make has made"),
]


@pytest.fixture
def running(tmp_path):
    (port,) = free_ports(1)
    # Without node: the proxy then runs on that of the environment, if make found none to begin with.
    command = ["make", "run", f"PORT={port}", f"FOLDER={tmp_path}/demo"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
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


def test_it_listens_on_loopback_alone_and_ends_with_everything_it_started(running):
    process, _, _, _ = running
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    addresses = {link.laddr.ip for each in family for link in each.net_connections() if link.status == "LISTEN"}
    assert addresses == {"127.0.0.1"}
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
