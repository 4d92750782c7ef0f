"""An interrupt stops a run cleanly: what is complete is kept, the kernel stays, the run goes on later."""

from __future__ import annotations

import json
import os
import signal
import threading

import h5py
import numpy as np
import pytest

from daisy_kernel.runs.known import RUNTIME_DIR, known_runs
from tests.jupyter.conftest import kernel_in, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slow_kernel(installed_kernel, tmp_path_factory):
    with kernel_in(tmp_path_factory.mktemp("slow")) as found:
        yield found


def graph(scan, output) -> str:
    nodes = {
        "load": {"algorithm": "ct.Load", "parameters": {"input": str(scan)}},
        "slow": {"algorithm": "tests.jupyter.slow:Slow"},
        "save": {"algorithm": "Save", "parameters": {"output": str(output)}},
    }
    links = [{"source": "load.projections", "target": "slow.stack"}, {"source": "slow.output", "target": "save.data"}]
    return json.dumps({"nodes": nodes, "links": links})


def frames_done(journal) -> int:
    """How many of the 96 frames are complete, each counted as often as it was computed."""
    lines = journal.read_text().splitlines() if journal.exists() else []
    slabs = [event for event in map(json.loads, lines) if event["event"] == "slab"]
    return sum(slab["stop"] - slab["start"] for slab in slabs)


def interrupted(kernel, cell, journal):
    """Run a cell, interrupted as the server does it (a signal to the group) as soon as a slab is complete."""

    def stop():
        wait_until(lambda: frames_done(journal) > 0, "a slab")
        os.killpg(kernel.manager.provisioner.pid, signal.SIGINT)

    other = threading.Thread(target=stop)
    other.start()
    try:
        return kernel.run(cell)
    finally:
        other.join()


def test_an_interrupted_cell_says_how_to_go_on_and_goes_on(slow_kernel, scan, tmp_path):
    output, journal = tmp_path / "a.h5", tmp_path / "a.h5.run/events.jsonl"
    said = interrupted(slow_kernel, f"%%daisy\n{graph(scan, output)}", journal)
    assert said.status == "error"
    assert said.error == (f"daisy: the run was stopped; what is complete is kept in {output}.run: go on with --resume")
    assert 0 < frames_done(journal) < 96
    assert not output.exists()
    assert slow_kernel.run("1 + 1").results[0]["text/plain"] == "2"

    assert slow_kernel.run(f"%%daisy --resume\n{graph(scan, output)}").status == "ok"
    with h5py.File(output) as file, h5py.File(scan) as raw:
        found = next(iter(file["entry/data"][name][()] for name in ("volume", "data") if name in file["entry/data"]))
        wanted = raw["entry/instrument/detector/data"][()]
        wanted = wanted[raw["entry/instrument/detector/image_key"][()] == 0]
    np.testing.assert_array_equal(found, wanted)
    assert frames_done(journal) == 96


def test_an_interrupted_run_of_the_engine_says_how_to_go_on(slow_kernel, scan, tmp_path):
    output, journal = tmp_path / "a.h5", tmp_path / "a.h5.run/events.jsonl"
    text = json.dumps(graph(scan, output))
    slow_kernel.run(f"from daisy_kernel import Graph\nengine = Engine()\nengine.load(Graph.from_json({text}))")
    said = interrupted(slow_kernel, "Run(engine).execute()", journal)
    assert said.error.endswith(f"kept in {output}.run: go on with RunOptions(resume=True)")
    again = slow_kernel.run("Run(engine, RunOptions(resume=True)).execute()['state']")
    assert again.results[0]["text/plain"] == "'done'"


def test_a_run_of_a_killed_kernel_is_named_as_interrupted_and_goes_on_in_another(scan, tmp_path):
    output, journal = tmp_path / "a.h5", tmp_path / "a.h5.run/events.jsonl"
    with kernel_in(tmp_path, **{RUNTIME_DIR: str(tmp_path / "runtime")}) as kernel:
        kernel.client.execute(f"%%daisy\n{graph(scan, output)}")
        wait_until(lambda: frames_done(journal) > 0, "a slab")
        assert [(run.state, run.live) for run in known_runs(tmp_path / "runtime")] == [("running", True)]
        os.killpg(kernel.manager.provisioner.pid, signal.SIGKILL)
        wait_until(lambda: not kernel.manager.is_alive(), "the end of the kernel")
        assert [run.state for run in known_runs(tmp_path / "runtime")] == ["interrupted, resume"]
    with kernel_in(tmp_path) as kernel:
        assert kernel.run(f"%%daisy --resume\n{graph(scan, output)}").status == "ok"
    assert frames_done(journal) == 96
