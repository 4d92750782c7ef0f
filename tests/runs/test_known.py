"""Runs below a Jupyter server: word that they leave, and what is said of them."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys

import pytest

from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.known import RUNTIME_DIR, known_runs, remember, remember_queued


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv(RUNTIME_DIR, str(tmp_path / "runtime"))
    return tmp_path / "runtime"


@pytest.fixture
def begun(tmp_path, runtime):
    """A run that writes at this moment, in this process."""
    folder = RunFolder.beside(tmp_path / "rec.h5")
    folder.lock()
    folder.write(state="running", outputs={"save": str(tmp_path / "rec.h5")})
    remember(folder.path)
    yield folder
    folder.unlock()


def states(runtime):
    return [(run.state, run.live) for run in known_runs(runtime)]


def test_without_the_variable_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv(RUNTIME_DIR, raising=False)
    remember(tmp_path / "rec.h5.run")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_does_not_stop_the_run(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(RUNTIME_DIR, str(tmp_path / "file"))
    remember(tmp_path / "rec.h5.run")


def test_no_word_was_left(runtime):
    assert known_runs(runtime) == []


def test_a_run_that_writes_is_live(begun, runtime, tmp_path):
    assert states(runtime) == [("running", True)]
    assert known_runs(runtime)[0].outputs == (str(tmp_path / "rec.h5"),)
    assert oct((runtime / "runs").stat().st_mode)[-3:] == "700"


def test_a_run_whose_lock_is_free_can_be_resumed(begun, runtime):
    begun.unlock()
    assert states(runtime) == [("interrupted, resume", False)]


def test_to_look_at_a_run_does_not_lock_it(begun, runtime):
    begun.unlock()
    known_runs(runtime)
    begun.lock()


def test_a_run_of_a_process_that_is_gone_can_be_resumed_and_its_lock_is_not_touched(begun, runtime, monkeypatch):
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    record = {**begun.read(), "process": f"process {int(gone.stdout)} on {socket.gethostname()}"}
    begun.put("run.json", json.dumps(record))
    monkeypatch.setattr(RunFolder, "is_locked", lambda self: pytest.fail("the lock was looked at"))
    assert states(runtime) == [("interrupted, resume", False)]


def test_of_a_run_of_another_machine_the_lock_tells(begun, runtime):
    begun.put("run.json", json.dumps({**begun.read(), "process": f"process {os.getpid()} on elsewhere"}))
    assert states(runtime) == [("running", True)]
    begun.unlock()
    assert states(runtime) == [("interrupted, resume", False)]


@pytest.mark.parametrize(("state", "said"), [("done", "done"), ("interrupted", "interrupted, resume")])
def test_a_run_that_ended_is_as_its_record_says(begun, runtime, state, said):
    begun.write(state=state)
    assert states(runtime) == [(said, False)]


def test_a_failure_is_named(begun, runtime):
    begun.write(state="failed", error="a step failed")
    assert known_runs(runtime)[0].error == "a step failed"


def test_a_damaged_record_is_said_in_words(begun, runtime):
    begun.put("run.json", "{")
    assert states(runtime) == [("damaged", False)]
    assert "run.json is damaged" in known_runs(runtime)[0].error


def test_word_of_a_run_that_is_gone_is_removed(begun, runtime):
    begun.discard()
    assert known_runs(runtime) == []
    assert list((runtime / "runs").iterdir()) == []


@pytest.fixture
def lock(tmp_path):
    """A lock that a waiting process holds: this one."""
    path = tmp_path / "00000002.lock"
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield path


def test_a_run_that_waits_for_its_turn_is_live(runtime, lock, tmp_path):
    remember_queued(tmp_path / "rec.h5", lock)
    assert states(runtime) == [("queued", True)]
    assert known_runs(runtime)[0].folder == str(tmp_path / "rec.h5.run")


def test_a_run_that_waited_and_computes_now_is_there_once(begun, runtime, lock, tmp_path):
    remember_queued(tmp_path / "rec.h5", lock)
    assert states(runtime) == [("running", True)]


def test_a_run_that_waits_to_replace_what_was_stopped_is_live(begun, runtime, lock, tmp_path):
    begun.unlock()
    remember_queued(tmp_path / "rec.h5", lock)
    assert states(runtime) == [("queued", True)]


def test_word_of_a_run_whose_waiting_process_is_gone_is_removed(runtime, tmp_path):
    (tmp_path / "free.lock").write_text("")
    remember_queued(tmp_path / "a.h5", tmp_path / "free.lock")
    remember_queued(tmp_path / "b.h5", tmp_path / "none.lock")
    assert states(runtime) == []
    assert list((runtime / "runs").iterdir()) == []
