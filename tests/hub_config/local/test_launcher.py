"""What the launcher refuses before it starts anything."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from hub_config.errors import HubError
from hub_config.local import launcher


def test_a_port_in_use_is_refused_in_one_sentence():
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = used.getsockname()[1]
        command = [sys.executable, "-m", "hub_config.local", "--port", str(port), "--folder", "/nowhere"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"daisy-daas: port {port} cannot be used: address already in use: name a free one: make run PORT=9000\n"
    )


def test_free_ports_differ():
    ports = launcher.free_ports(5)
    assert len(set(ports)) == 5


def test_a_broken_install_names_what_is_missing(monkeypatch):
    monkeypatch.setattr(launcher, "_NEEDED", ("jupyterhub", "no_such_package"))
    with pytest.raises(HubError, match="no_such_package is not installed: run make clean, then make run"):
        launcher.check_install()


def test_a_missing_proxy_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(HubError, match="configurable-http-proxy is not installed: run make clean"):
        launcher.proxy_script()


def test_a_machine_without_node_uses_that_of_the_environment(monkeypatch, tmp_path):
    (tmp_path / "node").write_text("#!/bin/sh\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert launcher.node() == str(tmp_path / "node")


@pytest.mark.parametrize("port", [0, -1, 99999])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(HubError, match=f"{port} is no port: name one from 1 to 65535"):
        launcher.check_port(port)


def test_settings_that_the_launcher_decides_are_refused():
    launcher.check_changes({"hub": {"namedServerLimitPerUser": 1}, "cull": {"timeout": 60}})
    with pytest.raises(HubError, match=r"hub\.bindUrl cannot be set on one machine: leave it out"):
        launcher.check_changes({"hub": {"bindUrl": "http://0.0.0.0:80"}})
    with pytest.raises(HubError, match=r"the settings are \[1\]: write hub:, identity:"):
        launcher.check_changes([1])
