"""The process of apps behind a Jupyter server: its socket, and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from daisy_kernel.runs.known import RUNTIME_DIR
from tests.waiting import wait_for
from widgets_apps import jupyter


def test_the_process_ends_with_a_server_that_was_killed(tmp_path):
    socket = tmp_path / "apps.sock"
    starter = f"""
        import os, subprocess, sys
        words = [{str(socket)!r}, str(os.getpid())]
        child = subprocess.Popen([sys.executable, "-P", "-m", "widgets_apps.server", *words])
        print(child.pid, flush=True)
        child.wait()
    """
    command = [sys.executable, "-c", textwrap.dedent(starter)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        process = psutil.Process(int(parent.stdout.readline()))
        wait_for(socket.exists)
        os.kill(parent.pid, signal.SIGKILL)
    process.wait(60)
    assert not socket.exists()


@pytest.fixture
def socket_path():
    jupyter._socket_path.cache_clear()
    yield jupyter._socket_path
    jupyter._socket_path.cache_clear()


def test_the_socket_lies_in_the_folder_of_the_server(socket_path, monkeypatch):
    monkeypatch.setenv(RUNTIME_DIR, "/run/user/daisy")
    assert socket_path() == Path(f"/run/user/daisy/apps-{os.getpid()}.sock")


def test_a_socket_of_a_long_path_lies_where_nobody_could_put_a_folder_before(socket_path, monkeypatch, tmp_path):
    """The name that was taken before could be known: a link of that name led to another folder of the user."""
    monkeypatch.setenv(RUNTIME_DIR, f"/run/{'x' * 100}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "elsewhere").mkdir(mode=0o777)
    (tmp_path / f"daisy-{os.getuid()}-{os.getpid()}").symlink_to(tmp_path / "elsewhere")
    folder = socket_path().parent
    assert folder.parent == tmp_path
    assert not folder.is_symlink()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert socket_path() == folder / "apps.sock"


@pytest.mark.parametrize(("name", "path"), [("", ""), ("a#b", "/a%23b")])
def test_a_name_is_a_part_of_the_address_where_a_server_is_started_again(monkeypatch, name, path):
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/")
    monkeypatch.setenv("JUPYTERHUB_USER", "ada/x? y@ihep")
    monkeypatch.setenv("JUPYTERHUB_SERVER_NAME", name)
    assert jupyter._start_url() == f"/hub/spawn/ada%2Fx%3F%20y@ihep{path}"
