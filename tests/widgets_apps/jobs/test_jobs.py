"""Runs as processes of their own: they queue, stop, go on, and outlive whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from daisy_kernel.cli.run import Request, run_request
from daisy_kernel.errors import DataError, OutputError
from daisy_kernel.runs.known import RUNTIME_DIR, known_runs
from tests.cli.conftest import volume
from tests.widgets_apps.jobs.conftest import computing, ended, wait_for, wanted
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.store import JobStore

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(scan) -> np.ndarray:
    """What the same graph gives without a job."""
    output = scan.with_name("whole.h5")
    request = wanted(scan, output)
    run_request(Request("graph", as_json=True, memory=request.memory), graph=request.graph)
    return volume(output)


def pid(jobs: Jobs, number: int) -> int:
    store = JobStore(jobs._store.folder)
    return store.holder(store.read(number).ticket).pid


def states(jobs: Jobs) -> list[str]:
    return [job.state for job in reversed(jobs.list())]


def test_a_job_is_done_with_the_same_bits_as_a_run_and_says_what_it_found(jobs, scan, whole, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5", parameters={"center": 97.3})).id
    job = ended(jobs, number)
    assert (job.state, job.error, job.results) == ("done", None, {"center": 97.3})
    assert job.done == job.total > 2
    assert (job.run, job.parameters) == (f"{tmp_path}/a.h5.run", {"center": 97.3})
    assert 0 < job.seconds < 60
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


def test_progress_is_told_while_it_computes(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    seen = []

    def computes() -> bool:
        seen.append(jobs.get(number))
        return seen[-1].is_ended or bool(seen[-1].rate and seen[-1].section.endswith("reconstruct → save"))

    wait_for(computes)
    job = seen[-1]
    assert (job.state, job.done < job.total) == ("running", True)
    assert job.left > 0
    assert ended(jobs, number).left is None


def test_three_jobs_run_one_at_a_time_in_their_order(jobs, scan, tmp_path):
    for name in "abc":
        jobs.start(wanted(scan, tmp_path / f"{name}.h5"))
    seen = []

    def look() -> bool:
        if not seen or seen[-1] != states(jobs):
            seen.append(states(jobs))
        return seen[-1] == ["done"] * 3

    wait_for(look, 120)
    assert all(each.count("running") <= 1 for each in seen)
    assert ["running", "queued", "queued"] in seen
    times = [(job.started, job.ended) for job in reversed(jobs.list())]
    assert all(first[1] <= second[0] + 0.05 for first, second in pairwise(times))


def test_stopping_the_first_lets_the_second_begin(jobs, scan, tmp_path):
    first = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    second = jobs.start(wanted(scan, tmp_path / "b.h5")).id
    computing(jobs, first)
    jobs.stop(first)
    job = ended(jobs, first)
    assert (job.state, job.error) == ("interrupted", "the run was stopped; what is complete is kept in " + job.run)
    assert ended(jobs, second).state == "done"


def test_killing_the_second_that_waits_lets_the_third_begin(jobs, scan, tmp_path):
    numbers = [jobs.start(wanted(scan, tmp_path / f"{name}.h5")).id for name in "abc"]
    os.kill(pid(jobs, numbers[1]), signal.SIGKILL)
    assert ended(jobs, numbers[1]).state == "interrupted"
    assert jobs.get(numbers[2]).state == "queued"
    assert ended(jobs, numbers[2]).state == "done"
    assert jobs.get(numbers[0]).state == "done"


def test_a_job_that_waits_is_stopped_at_once_and_resumed_at_the_end_of_the_queue(jobs, scan, tmp_path):
    first, second, third = (jobs.start(wanted(scan, tmp_path / f"{name}.h5")).id for name in "abc")
    jobs.stop(second)
    assert ended(jobs, second).state == "interrupted"
    assert jobs.resume(second).state == "queued"
    assert ended(jobs, second).state == "done"
    order = sorted((first, second, third), key=lambda number: jobs.get(number).started)
    assert order == [first, third, second]


def test_a_run_that_was_killed_is_interrupted_and_goes_on_to_the_same_bits(jobs, scan, whole, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    computing(jobs, number)
    os.kill(pid(jobs, number), signal.SIGKILL)
    job = ended(jobs, number)
    assert (job.state, job.remedy) == ("interrupted", "resume it")
    assert "process is gone" in job.error
    assert not (tmp_path / "a.h5").exists()
    again = jobs.resume(number)
    assert (again.id, again.done >= job.done) == (number, True)
    assert ended(jobs, number).state == "done"
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


STARTER = """
import sys, time
from pathlib import Path
from tests.widgets_apps.jobs.conftest import wanted
from widgets_apps.jobs.jobs import Jobs
print(Jobs(Path(sys.argv[1])).start(wanted(Path(sys.argv[2]), Path(sys.argv[3]))).id, flush=True)
time.sleep(600)
"""


def test_a_job_goes_on_when_whoever_started_it_is_killed(jobs, scan, whole, tmp_path):
    words = [sys.executable, "-c", STARTER, tmp_path / "state" / "jobs", scan, tmp_path / "a.h5"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        number = int(starter.stdout.readline())
        os.killpg(starter.pid, signal.SIGKILL)
    assert not jobs.get(number).is_ended
    assert ended(jobs, number).state == "done"
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


def test_another_process_sees_stops_and_resumes_the_same_jobs(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    other = Jobs(tmp_path / "state" / "jobs")
    computing(other, number)
    other.stop(number)
    assert ended(jobs, number).state == "interrupted"
    other.resume(number)
    assert ended(jobs, number).state == "done"


def test_two_jobs_do_not_write_the_same_output(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    with pytest.raises(OutputError, match=rf"job {number} \(a\) writes {tmp_path}/a.h5 already"):
        jobs.start(wanted(scan, tmp_path / "a.h5"))
    assert len(jobs.list()) == 1


def test_what_goes_on_is_not_forgotten_and_what_ended_is_without_its_results(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    with pytest.raises(DataError, match=f"job {number} goes on: stop it first"):
        jobs.forget(number)
    with pytest.raises(DataError, match=f"job {number} is (queued|running)"):
        jobs.resume(number)
    ended(jobs, number)
    with pytest.raises(DataError, match=f"job {number} is done"):
        jobs.resume(number)
    jobs.forget(number)
    assert jobs.list() == []
    assert (tmp_path / "a.h5").exists()
    assert [path.name for path in (tmp_path / "state" / "jobs").iterdir()] == ["number"]
    with pytest.raises(DataError, match=f"there is no job {number}"):
        jobs.get(number)
    assert jobs.start(wanted(scan, tmp_path / "b.h5")).id > number


def test_a_job_that_waits_counts_as_live_for_the_server(jobs, scan, tmp_path, monkeypatch):
    monkeypatch.setenv(RUNTIME_DIR, str(tmp_path / "runtime"))
    jobs.start(wanted(scan, tmp_path / "a.h5"))
    second = jobs.start(wanted(scan, tmp_path / "b.h5")).id
    queued = [run for run in known_runs(tmp_path / "runtime") if run.folder.endswith("b.h5.run")]
    assert [(run.state, run.live) for run in queued] == [("queued", True)]
    jobs.stop(second)
    ended(jobs, second)
    assert not any(run.folder.endswith("b.h5.run") for run in known_runs(tmp_path / "runtime"))


def test_the_wait_costs_no_import_and_begins_at_once(tmp_path):
    code = (
        "import sys; before = set(sys.modules); import widgets_apps.jobs.turn;"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['widgets_apps']"


def test_the_log_is_read_from_where_one_stopped_reading(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    ended(jobs, number)
    text, offset = jobs.log(number)
    assert text.index("waits for its turn") < text.index("begins: daisy run") < text.index('"output"')
    assert jobs.log(number, offset) == ("", offset)
    with pytest.raises(DataError, match="there is no job 99"):
        jobs.log(99)


def test_who_watches_is_told_of_changes_and_no_longer_once_it_ends(jobs, scan, tmp_path):
    told: list[list[str]] = []
    end = jobs.watch(lambda found: told.append([job.state for job in found]))
    wait_for(lambda: told == [[]])
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    wait_for(lambda: told[-1] == ["running"])
    ended(jobs, number)
    wait_for(lambda: told[-1] == ["done"])
    end()
    wait_for(lambda: jobs._watch._thread is None)
    jobs.forget(number)
    assert told[-1] == ["done"]


def test_a_job_of_another_machine_is_not_signalled(jobs, scan, tmp_path, monkeypatch):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    with monkeypatch.context() as patched:
        patched.setattr("socket.gethostname", lambda: "elsewhere")
        with pytest.raises(DataError, match=f"job {number} runs on .*: stop it there"):
            jobs.stop(number)
    assert not jobs.get(number).is_ended


def test_a_number_that_belongs_to_another_process_by_now_is_not_signalled(jobs, scan, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5")).id
    ended(jobs, number)
    lock = jobs._store.path(number, ".lock")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        lock.write_text(f'{{"pid": {other.pid}, "host": "{os.uname().nodename}", "turn": null}}')
        jobs.stop(number)
        Jobs(lock.parent).stop(number)
        assert other.poll() is None
        other.communicate(b"\n")
        assert other.returncode == 0
