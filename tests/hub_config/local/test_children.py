"""Processes that end with their parent, and come back when they die alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.waiting import wait_for

PARENT = """
import sys, time
from pathlib import Path
from hub_config.local.children import Child, Children
folder = Path(sys.argv[1])
children = Children()
code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)'], " \
       "start_new_session=True); print('up', flush=True); time.sleep(99)"
child = children.start(Child("hub", [sys.executable, "-c", code], folder / "hub.log", {}, folder))
child.wait_until(lambda: b"up" in (folder / "hub.log").read_bytes(), 10)
print("ready", flush=True)
if sys.argv[2] == "kill the child":
    child.process.kill()
    child.process.wait()
sys.stdin.read()
children.end()
"""


@pytest.mark.parametrize("before", ["nothing", "kill the child"])
def test_whatever_children_have_started_ends_too(tmp_path, before):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), before],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout.readline() == b"ready\n"
    left = psutil.Process(parent.pid).children(recursive=True)
    assert len(left) >= 1
    parent.communicate(b"", timeout=30)
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in left)


def test_children_end_when_their_parent_is_killed(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), "nothing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout.readline() == b"ready\n"
    hub = psutil.Process(parent.pid).children()[0]
    grandchildren = hub.children()
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    wait_for(lambda: not hub.is_running() or hub.status() == psutil.STATUS_ZOMBIE)
    for process in grandchildren:
        process.kill()


ALONE = """
import os, sys
from pathlib import Path
from hub_config.errors import HubError
from hub_config.local.children import Child, Children
folder = Path(sys.argv[1])
children = Children()
one = children.start(Child("child", [sys.executable, "-c", sys.argv[2]], folder / "child.log", os.environ, folder))
"""
DIES_ONCE = """
first = one.process.pid
one.process.kill()
one.process.wait()
children.revive()
print("again", one.process.pid != first, one.is_alive)
children.end()
"""
DIES_ALWAYS = """
try:
    while True:
        one.process.wait()
        children.revive()
except HubError as error:
    print(error)
"""
NEVER_READY = """
try:
    one.wait_until(lambda: False, 10)
except HubError as error:
    print(error)
"""


def alone(tmp_path, code, then):
    """In a process of its own, since the children of this one are not its to end."""
    command = [sys.executable, "-c", ALONE + then, str(tmp_path), code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_one_that_dies_is_started_again(tmp_path):
    assert alone(tmp_path, "import time; time.sleep(99)", DIES_ONCE) == "again True True\n"


def test_one_that_dies_again_and_again_ends_the_whole_with_its_last_words(tmp_path):
    said = alone(tmp_path, "raise SystemExit('no database')", DIES_ALWAYS)
    log = tmp_path / "child.log"
    assert said == f"the child ended 5 times within a minute: no database: see {log} for the reason\n"


def test_one_that_does_not_start_says_why(tmp_path):
    said = alone(tmp_path, "raise SystemExit('port is in use')", NEVER_READY)
    assert said == f"the child did not start: port is in use: see {tmp_path / 'child.log'} for the reason\n"
