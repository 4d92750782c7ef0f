"""The same scan gives the same bits: whatever the memory, the threads, the workers, the rows, the stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.cli.conftest import volume

pytestmark = pytest.mark.slow
EVERYTHING = ["zingers=5000", "stripes=sorting", "filter=shepp-logan"]


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    from daisy_kernel.domains.ct.demo.scan import write_demo_scan

    path = tmp_path_factory.mktemp("bits") / "scan.h5"
    write_demo_scan(path, rows=144, columns=192, angles=200, chunks=(20, 16, 192))
    return path


@pytest.fixture(scope="module")
def whole(scan, daisy):
    path = scan.with_name("whole.h5")
    done = daisy("run", "ct", f"input={scan}", f"output={path}", *EVERYTHING)
    assert done.code == 0, done.err
    return volume(path)


def words(scan, output, *more):
    return ["run", "ct", f"input={scan}", f"output={output}", *EVERYTHING, *more]


def slabs(journal) -> int:
    """How many slabs of rows are complete."""
    return journal.read_text().count('"start": ') - 1 if journal.exists() else 0


def wait_for_slabs(journal, count) -> None:
    """Return when so many slabs of rows are complete."""
    deadline = time.monotonic() + 60
    while slabs(journal) < count:
        assert time.monotonic() < deadline, "no slab in a minute"
        time.sleep(0.01)


@pytest.mark.parametrize("memory", ["600MiB", "700MiB", "8GiB"])
def test_whatever_the_memory(scan, whole, daisy, tmp_path, memory):
    assert daisy(*words(scan, tmp_path / "a.h5", "--memory", memory)).code == 0
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_whatever_the_threads(scan, whole, daisy_process, tmp_path, threads):
    process = daisy_process(*words(scan, tmp_path / "a.h5"), NUMBA_NUM_THREADS=threads)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


def test_whatever_the_workers(scan, whole, daisy_process, tmp_path):
    process = daisy_process(*words(scan, tmp_path / "a.h5", "--workers", "2"))
    _, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole)


@pytest.mark.parametrize(("first", "end"), [(0, 16), (8, 40), (100, 144), (143, 144)])
def test_whatever_the_rows(scan, whole, daisy, tmp_path, first, end):
    assert daisy(*words(scan, tmp_path / "a.h5", f"rows={first}:{end}")).code == 0
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), whole[first:end])


@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_whatever_stops_it(scan, whole, daisy, daisy_process, tmp_path, stop, code):
    output = tmp_path / "a.h5"
    process = daisy_process(*words(scan, output, "--json", "--memory", "560MiB"))
    wait_for_slabs(tmp_path / "a.h5.run/events.jsonl", 2)
    process.send_signal(stop)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors
    assert not output.exists()
    if code == 130:
        assert json.loads(out)["exit_code"] == 130
        assert errors == ""
    assert daisy(*words(scan, output, "--resume")).code == 0
    np.testing.assert_array_equal(volume(output), whole)


def test_ctrl_c_in_a_terminal_reaches_the_workers_too_and_stays_one_sentence(scan, whole, daisy, tmp_path):
    output = tmp_path / "a.h5"
    command = [sys.executable, "-m", "daisy_kernel.cli", *words(scan, output, "--workers", "2", "--memory", "1200MiB")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for_slabs(tmp_path / "a.h5.run/events.jsonl", 1)
    os.killpg(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert errors == f"daisy: the run was stopped; what is complete is kept in {output}.run: go on with --resume\n"
    assert daisy(*words(scan, output, "--resume")).code == 0
    np.testing.assert_array_equal(volume(output), whole)
