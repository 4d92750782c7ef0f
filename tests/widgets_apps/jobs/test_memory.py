"""A run that is killed for lack of memory: what the counters of control groups say, and what the page is told."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.graph import Graph
from tests.widgets_apps.jobs.conftest import ended, wait_for, wanted
from widgets_apps.jobs import memory, turn
from widgets_apps.jobs.job import JobFile, JobRequest
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.store import JobStore

GROUPS = {
    "version 2": (
        "0::/user.slice/session-3\n",
        {
            "user.slice/session-3/memory.events": "low 0\nhigh 0\nmax 812\noom 3\noom_kill {kills}\noom_group_kill 0\n",
            "user.slice/session-3/memory.max": "{limit}\n",
        },
    ),
    "version 2 in a container": (
        "0::/\n",
        {"memory.events": "low 0\noom 3\noom_kill {kills}\n", "memory.max": "{limit}\n"},
    ),
    "version 1 in a container that sees the machine's paths": (
        "12:cpu,cpuacct:/kubepods/pod7/c1\n9:memory:/kubepods/pod7/c1\n0::/kubepods/pod7/c1\n",
        {
            "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill {kills}\n",
            "memory/memory.limit_in_bytes": "{limit}\n",
        },
    ),
}


def make(folder, name, kills=3, limit="2147483648"):
    """Control groups of a name below a folder, and the words to find them by."""
    own, files = GROUPS[name]
    (folder / "own").write_text(own)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.format(kills=kills, limit=limit))
    return str(folder), str(folder / "own")


@pytest.mark.parametrize("name", GROUPS)
def test_the_counter_and_the_limit_of_the_own_group_are_read(name, tmp_path):
    words = make(tmp_path, name)
    assert (memory.kills(*words), memory.limit(*words)) == (3, 2 << 30)


@pytest.mark.parametrize(
    ("name", "text"),
    [("version 2", "max"), ("version 1 in a container that sees the machine's paths", str(2**63 - 4096))],
)
def test_a_group_without_a_limit_has_none(name, text, tmp_path):
    assert memory.limit(*make(tmp_path, name, limit=text)) is None


def test_a_system_that_does_not_count_says_nothing(tmp_path):
    (tmp_path / "own").write_text("0::/\n")
    for own in ("own", "missing"):
        assert memory.kills(str(tmp_path), str(tmp_path / own)) is None
        assert memory.limit(str(tmp_path), str(tmp_path / own)) is None


@pytest.fixture
def after(tmp_path, monkeypatch):
    """What a job is after its process was killed or has failed, with so many more kills and this limit."""

    def find(is_killed, more_kills, limit="2147483648"):
        groups = tmp_path / "groups"
        words = make(groups if groups.exists() else _made(groups), "version 2 in a container", limit=limit)
        monkeypatch.setattr(turn.memory, "kills", lambda: kills(*words))
        monkeypatch.setattr(turn.memory, "limit", lambda: most(*words))
        store = JobStore(_made(tmp_path / "jobs"))
        lock = store.take_ticket(1)
        request = JobRequest(title="a", app="ct", graph=Graph(), output=tmp_path / "a.h5")
        store.write(JobFile(id=1, ticket=1, created=datetime.now(UTC).isoformat(), request=request, command=["run"]))
        process = subprocess.Popen(["/bin/sh", "-c", "read word; exit 1"], stdin=subprocess.PIPE)
        turn.write(lock, {"pid": process.pid, "host": socket.gethostname(), "turn": datetime.now(UTC).isoformat()})
        began, say_began = os.pipe()
        os.write(say_began, b"3")
        make(groups, "version 2 in a container", kills=3 + more_kills, limit=limit)
        process.kill() if is_killed else process.stdin.close()
        turn.await_end(process.pid, began, lock)
        for descriptor in (lock, began, say_began):
            os.close(descriptor)
        process.wait()
        process.stdin.close()
        return Jobs(tmp_path / "jobs").get(1)

    kills, most = memory.kills, memory.limit
    return find


def _made(folder):
    folder.mkdir()
    return folder


def test_a_run_that_was_killed_for_memory_says_so_with_the_limit_and_what_to_do(after):
    job = after(True, more_kills=1)
    assert (job.state, job.lacked) == ("interrupted", 2 << 30)
    assert job.error == "a process was ended because more memory was needed than there is (2 GiB)"
    assert job.remedy.startswith("take fewer workers")


def test_where_there_is_no_limit_none_is_named(after):
    job = after(True, more_kills=1, limit="max")
    assert (job.lacked, job.error) == (0, "a process was ended because more memory was needed than there is")


def test_a_run_whose_worker_was_killed_for_memory_and_that_failed_is_told_so(after):
    assert after(False, more_kills=2).lacked == 2 << 30


def test_a_run_that_somebody_killed_lacked_no_memory(after):
    job = after(True, more_kills=0)
    assert (job.state, job.lacked) == ("interrupted", None)
    assert "its process is gone" in job.error


@pytest.fixture
def small_group():
    """A control group of this machine with 320 MB, for processes that join it."""
    for root, most in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        folder = Path(root, f"daisy-test-{os.getpid()}")
        with suppress(OSError):
            folder.mkdir()
            try:
                (folder / most).write_text("320000000")
                yield folder
                return
            finally:
                folder.rmdir()
    pytest.skip("this machine lets nobody make a control group with a limit of memory")


STARTER = """
import os, sys
from pathlib import Path
from widgets_apps.jobs.job import JobRequest
from widgets_apps.jobs.jobs import Jobs
Path(sys.argv[1], "cgroup.procs").write_text(str(os.getpid()))
Jobs(Path(sys.argv[2])).start(JobRequest.model_validate_json(sys.stdin.read()))
"""


@pytest.mark.slow
def test_what_the_kernel_ends_for_memory_is_told_as_that(small_group, jobs, tmp_path):
    scan = tmp_path / "scan.h5"
    write_demo_scan(scan, rows=384, columns=512, angles=400, chunks=(20, 16, 512))
    request = wanted(scan, tmp_path / "a.h5", memory="2GiB").model_dump_json()
    words = [sys.executable, "-c", STARTER, str(small_group), str(tmp_path / "state" / "jobs")]
    subprocess.run(words, input=request, text=True, check=True, timeout=60)
    job = ended(jobs, 1)
    assert (job.state, job.lacked) == ("interrupted", pytest.approx(320000000, rel=0.01))
    wait_for(lambda: not (small_group / "cgroup.procs").read_text())
