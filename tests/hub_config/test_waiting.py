"""A server that waits to be told whose it will be."""

from __future__ import annotations

import json
import sys

import pytest

from hub_config.waiting import WaitingServer

SAYS = """
import json, os, sys
assert sys.argv[1:] == ["--wait"]
told = json.loads(sys.stdin.readline() or "null")
if told:
    open(told["cwd"] + "/seen.json", "w").write(json.dumps({"told": told, "env": dict(os.environ)}))
"""


@pytest.fixture
def waiting(tmp_path):
    (tmp_path / "server.py").write_text(SAYS)
    return WaitingServer([sys.executable, str(tmp_path / "server.py")])


def test_it_becomes_the_server_that_it_is_told_to_be(waiting, tmp_path, monkeypatch):
    monkeypatch.setenv("DAISY_SSO_CLIENT_SECRET", "never shown")
    waiting.prepare()
    process = waiting.take(["--port=1"], {"HOME": "/home/ada"}, tmp_path)
    assert process.wait(20) == 0
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["told"] == {"args": ["--port=1"], "env": {"HOME": "/home/ada"}, "cwd": str(tmp_path)}
    assert set(seen["env"]) <= {"PATH", "PYTHONPATH", "LANG", "LC_ALL", "LC_CTYPE"}


def test_each_is_taken_once(waiting, tmp_path):
    waiting.prepare()
    waiting.prepare()
    waiting.take([], {}, tmp_path).wait(20)
    assert waiting.take([], {}, tmp_path) is None


def test_one_that_has_died_is_not_taken(waiting, tmp_path):
    waiting.prepare()
    waiting._process.kill()
    waiting._process.wait()
    waiting._process.stdin.close()
    assert waiting.take([], {}, tmp_path) is None


def test_it_ends_when_the_hub_does(waiting):
    waiting.prepare()
    process = waiting._process
    process.stdin.close()  # as the kernel does for a hub that has died
    assert process.wait(20) == 0
