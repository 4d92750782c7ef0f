"""Apps below a real Jupyter server: who may, what is there, and a process that is started again."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import psutil
import pytest
from tornado.websocket import WebSocketClosedError

from daisy_kernel.cli.kernel import places, write_kernel
from daisy_kernel.runs.known import RUNTIME_DIR
from tests.jupyter.conftest import ROOT
from tests.jupyter.server_process import TOKEN, jupyter_server
from tests.widgets_apps.server import talk
from tests.widgets_apps.server.upgrade import upgraded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    prefix, home = tmp_path_factory.mktemp("prefix"), tmp_path_factory.mktemp("server")
    share, config = places(user=False, prefix=prefix)
    write_kernel(share, config)
    env = {"PYTHONPATH": str(ROOT), "JUPYTER_PATH": str(share), RUNTIME_DIR: str(tmp_path_factory.mktemp("daisy"))}
    with jupyter_server(home, prefix, DAISY_STATE_DIR=str(home / "state"), **env) as address:
        yield address


def get(url: str, token: str = TOKEN):
    request = urllib.request.Request(url, headers={"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers


async def hello(server: str, token: str = TOKEN, app: str = "ct"):
    url = f"{server.replace('http', 'ws')}daisy/app/{app}/socket?session=x"
    return await talk.hello(url, {"Authorization": f"token {token}"})


def words(process: psutil.Process) -> list[str]:
    """The command of a process; none of one that has ended."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def listening(server: str) -> psutil.Process:
    """The Jupyter server, among the children of this process."""
    port = urlsplit(server).port
    for child in psutil.Process().children():
        if any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in child.net_connections()):
            return child
    raise AssertionError(f"nobody listens on {port}")


async def answered(server: str):
    """The first answer, as a page comes to it: it tries again."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return await hello(server)
        except WebSocketClosedError:  # before, or instead of, the answer
            assert time.monotonic() < deadline, "nobody answers"
            await asyncio.sleep(0.2)


def test_the_page_of_an_app_loads_nothing_but_its_own_files(server):
    text, headers = get(f"{server}daisy/app/ct?input=scan.h5")
    assert b'<div id="daisy" data-config=' in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    script, _ = get(f"{server}daisy/app/static/page.js")
    assert len(script) > 10_000


@pytest.mark.parametrize("path", ["daisy/app/other", "voila/render/notebook.ipynb", "daisy/app/ct/more"])
def test_only_installed_apps_are_there(server, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(server + path)


@pytest.mark.parametrize("path", ["daisy/app/download?path=/etc/hostname", "daisy/app/ct"])
def test_somebody_else_is_sent_to_the_login(server, path):
    answer = urllib.request.urlopen(urllib.request.Request(server + path), timeout=30)
    assert "/login" in answer.url


def test_somebody_else_has_no_socket(server):
    path = f"{urlsplit(server).path}daisy/app/ct/socket?session=x"
    assert upgraded(server, path, {"Authorization": "token of-somebody-else"}) == 403


@pytest.mark.asyncio
async def test_a_process_that_was_killed_is_started_again(server):
    first = await hello(server)
    assert first["component"] == "ct"
    assert await hello(server) == first
    (process,) = [one for one in listening(server).children(recursive=True) if "widgets_apps.server" in words(one)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert (await answered(server))["session"] != first["session"]


def test_a_download_is_the_file(server, tmp_path):
    path = tmp_path / "volume.bin"
    path.write_bytes(bytes(range(256)) * 1000)
    body, headers = get(f"{server}daisy/app/download?path={path}")
    assert body == path.read_bytes()
    assert headers["Content-Length"] == "256000"
