"""Jobs that fail: the words of the failure, and going on once its cause is gone."""

from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest

from daisy_kernel.cli.run import Request, run_request
from daisy_kernel.errors import OutputError
from tests.cli.conftest import volume
from tests.disks import fill, small_disk_at
from tests.widgets_apps.jobs.conftest import computing, ended, wait_for, wanted
from widgets_apps.jobs.jobs import Jobs

pytestmark = pytest.mark.slow


@pytest.fixture
def small_disk(tmp_path):
    """A file system on which the volume has room, until something else takes it."""
    with small_disk_at(tmp_path / "disk", megabytes=32) as disk:
        yield disk


def test_a_disk_that_fills_up_fails_the_job_in_words_and_it_goes_on_when_there_is_room(
    jobs, scan, small_disk, tmp_path
):
    number = jobs.start(wanted(scan, small_disk / "a.h5")).id
    wait_for(lambda: (small_disk / "a.h5.part").exists())  # the run has asked whether there is room
    fill(small_disk / "other")
    job = ended(jobs, number)
    assert job.state == "failed"
    assert f"no space for {small_disk}/a.h5" in job.error
    assert "free space there" in job.remedy
    (small_disk / "other").unlink()
    jobs.resume(number)
    assert ended(jobs, number).state == "done"
    request = wanted(scan, tmp_path / "whole.h5")
    run_request(Request("graph", as_json=True, memory=request.memory), graph=request.graph)
    np.testing.assert_array_equal(volume(small_disk / "a.h5"), volume(tmp_path / "whole.h5"))


def test_an_output_that_exists_is_said_and_stays(jobs, scan, tmp_path):
    (tmp_path / "a.h5").write_text("precious")
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    job = ended(jobs, number)
    assert (job.state, job.error) == ("failed", f"{tmp_path}/a.h5 exists already")
    assert (tmp_path / "a.h5").read_text() == "precious"


def test_an_output_is_replaced_where_that_was_wanted(jobs, scan, tmp_path):
    (tmp_path / "a.h5").write_text("old")
    number = jobs.start(wanted(scan, tmp_path / "a.h5", overwrite=True)).id
    assert ended(jobs, number).state == "done"
    assert volume(tmp_path / "a.h5").shape == (144, 192, 192)


def test_a_job_that_was_stopped_before_it_began_still_replaces_when_resumed(jobs, scan, tmp_path):
    ended(jobs, jobs.start(wanted(scan, tmp_path / "b.h5")).id)
    first = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    second = jobs.start(wanted(scan, tmp_path / "b.h5", overwrite=True)).id
    assert jobs.get(second).state == "queued"
    assert jobs.get(second).done == 0, "what an earlier run wrote is not its own"
    jobs.stop(second)
    assert ended(jobs, second).state == "interrupted"
    jobs.stop(first)
    jobs.resume(second)
    job = ended(jobs, second)
    assert (job.state, job.error) == ("done", None)


def test_an_input_that_vanished_while_the_job_waited_is_said_and_it_goes_on_when_it_is_back(jobs, scan, tmp_path):
    own = tmp_path / "own.h5"
    shutil.copyfile(scan, own)
    jobs.start(wanted(scan, tmp_path / "a.h5"))
    second = jobs.start(wanted(own, tmp_path / "b.h5")).id
    own.rename(tmp_path / "moved.h5")
    job = ended(jobs, second)
    assert job.state == "failed"
    assert str(own) in job.error
    assert "internal error" not in job.error
    (tmp_path / "moved.h5").rename(own)
    jobs.resume(second)
    assert ended(jobs, second).state == "done"


def test_words_of_a_library_at_the_end_of_the_log_hide_no_failure(jobs, scan, tmp_path):
    (tmp_path / "a.h5").write_text("precious")
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    ended(jobs, number)
    with jobs._store.path(number, ".log").open("a") as log:
        log.write("a library says {something}\n[1, 2]\n")
    assert Jobs(tmp_path / "state" / "jobs").get(number).error == f"{tmp_path}/a.h5 exists already"


def test_a_damaged_file_of_a_job_hides_no_other(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    (tmp_path / "state" / "jobs" / "00000077.json").write_text("{")
    assert [job.id for job in jobs.list()] == [number]
    ended(jobs, number)


def test_a_folder_for_jobs_that_cannot_be_made_is_said(scan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file/jobs/number cannot be written"):
        Jobs(tmp_path / "file" / "jobs").start(wanted(scan, tmp_path / "a.h5"))


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"pid": "1", "host": "h", "turn": null}', '{"pid": 1, "host": "h", "turn": "x"}']
)
def test_a_damaged_lock_hides_no_job(jobs, scan, tmp_path, text):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    jobs.stop(number)
    ended(jobs, number)
    jobs._store.path(number, ".lock").write_text(text)
    (job,) = Jobs(tmp_path / "state" / "jobs").list()
    assert job.state == "interrupted"


@pytest.mark.parametrize("text", ["{", "[1]", "5", '{"version": 1}'])
def test_a_damaged_record_of_a_run_hides_no_job(jobs, scan, tmp_path, text):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    computing(jobs, number)
    jobs.stop(number)
    state = ended(jobs, number).state
    (tmp_path / "a.h5.run" / "run.json").write_text(text)
    (job,) = Jobs(tmp_path / "state" / "jobs").list()
    assert job.state == state


def test_a_foreign_file_beside_the_locks_keeps_no_job_waiting(jobs, scan, tmp_path):
    (tmp_path / "state" / "jobs").mkdir(parents=True)
    (tmp_path / "state" / "jobs" / "notes.lock").write_text("")
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    assert computing(jobs, number).state == "running"


def test_a_look_that_failed_is_not_the_last(jobs, tmp_path, monkeypatch):
    told, looks = threading.Event(), iter([RuntimeError("once"), []])

    def look():
        found = next(looks, [])
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(jobs._watch, "_look", look)
    end = jobs.watch(lambda _: told.set())
    assert told.wait(10)
    end()
