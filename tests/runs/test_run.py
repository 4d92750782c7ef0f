"""Run: what it refuses, what it leaves, and how it goes on."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel import Engine
from daisy_kernel.errors import DataError, Interrupted, OutputError, RunError
from daisy_kernel.graph import Graph, Link, Node
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.run import Run, RunOptions
from tests import algorithms as steps

ROWS = 40


def raw() -> np.ndarray:
    return np.random.default_rng(5).random((6, ROWS, 5))


def graph(
    folder: Path, *, two_sections: bool = False, factor: float = 3.0, late: float = 1.0, output: str = "out.h5"
) -> Graph:
    """From a file, scaled, smoothed, saved; with `two_sections` through a change of direction."""
    path = folder / "in.npy"
    if not path.exists():
        np.save(path, raw())
    nodes = {
        "load": Node(algorithm="tests.algorithms:FromFile", parameters={"input": str(path)}),
        "first": Node(algorithm="tests.algorithms:" + ("WithoutFrameMean" if two_sections else "Scale")),
        "scale": Node(algorithm="tests.algorithms:Scale", parameters={"factor": factor}),
        "smooth": Node(algorithm="tests.algorithms:MeanOfThreeRows"),
        "late": Node(algorithm="tests.algorithms:Scale", parameters={"factor": late}),
        "turn": Node(algorithm="tests.runs.test_run:RowsFirst"),
        "save": Node(algorithm="Save", parameters={"output": str(folder / output)}),
    }
    names = ["load", "first", "scale", "smooth", "late", "turn"]
    links = [Link(source=f"{a}.output", target=f"{b}.stack") for a, b in pairwise(names)]
    return Graph(nodes=nodes, links=[*links, Link(source="turn.output", target="save.data")])


def expected(*, two_sections: bool = False, factor: float = 3.0) -> np.ndarray:
    values = raw()
    values = values - values.mean((1, 2), keepdims=True) if two_sections else values * 2
    return steps.mean_of_three_rows(values * factor).transpose(1, 0, 2).astype(np.float32)


class RowsFirst(steps.Algorithm):
    """Rows as the first dim, as a volume has them."""

    slabs = steps.Slabs("row")

    def describe(self, stack):
        return stack.transpose("row", "angle", "column")

    def execute(self, stack: steps.Stack) -> steps.Annotated[steps.DataArray, steps.Dims("row", "angle", "column")]:
        return stack.transpose("row", "angle", "column")


class StopAfter:
    """A watcher that ends the run after some slabs, one way or another."""

    def __init__(self, slabs: int, end) -> None:
        self.left, self.end = slabs, end

    def begin(self, planned, left) -> None:
        """Nothing."""

    def slab(self, report) -> None:
        self.left -= 1
        if self.left == 0:
            self.end()

    def news(self, news) -> None:
        """Nothing."""


def run(wanted: Graph, watcher=None, **options) -> dict:
    with Engine() as engine:
        engine.load(wanted)
        return Run(engine, RunOptions(**options), watcher).execute()


def read(path: Path) -> np.ndarray:
    with h5py.File(path) as file:
        return file["entry/data/volume"][()]


def computed(folder: Path) -> list[list[str]]:
    """Steps of each section that the last run computed."""
    return [e["steps"] for e in RunFolder(folder / "out.h5.run").events() if e["event"] == "section"]


def interrupt():
    raise KeyboardInterrupt


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def run_and_die(folder: Path, two_sections: bool, slabs: int) -> None:
    run(graph(folder, two_sections=two_sections), StopAfter(slabs, kill))


def test_a_run_leaves_output_record_and_provenance(tmp_path):
    record = run(graph(tmp_path))
    np.testing.assert_allclose(read(tmp_path / "out.h5"), expected(), rtol=1e-6)
    assert record["state"] == "done"
    assert record["shape"] == [ROWS, 6, 5]
    assert set(record["seconds"]) >= {"first", "scale", "smooth", "save", "read", "write"}
    provenance = json.loads((tmp_path / "out.h5.run/provenance.json").read_text())
    assert [step["name"] for step in provenance["steps"]][:2] == ["load", "first"]
    assert provenance["inputs"][0]["size"] == (tmp_path / "in.npy").stat().st_size
    assert not list(tmp_path.glob("*.part"))


def test_nothing_is_written_beside_the_input(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "results").mkdir()
    wanted = graph(tmp_path / "data")
    wanted.nodes["save"].parameters["output"] = str(tmp_path / "results/out.h5")
    run(wanted)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["in.npy"]


def test_an_existing_output_is_refused_without_a_word_to_replace_it(tmp_path):
    run(graph(tmp_path))
    with pytest.raises(OutputError, match=r"out.h5 exists already: use --overwrite"):
        run(graph(tmp_path))
    run(graph(tmp_path, factor=4.0), overwrite=True)
    np.testing.assert_allclose(read(tmp_path / "out.h5"), expected(factor=4.0), rtol=1e-6)


def test_an_unfinished_run_is_refused_without_a_word_to_go_on(tmp_path):
    with pytest.raises(Interrupted, match="go on with --resume"):
        run(graph(tmp_path), StopAfter(2, interrupt))
    assert not (tmp_path / "out.h5").exists()
    with pytest.raises(OutputError, match=r"an earlier run did not finish.*--resume"):
        run(graph(tmp_path))


@pytest.mark.parametrize("two_sections", [False, True])
@pytest.mark.parametrize("slabs", [1, 4])
def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path, two_sections, slabs):
    whole = tmp_path / "whole"
    whole.mkdir()
    run(graph(whole, two_sections=two_sections))
    with pytest.raises(Interrupted):
        run(graph(tmp_path, two_sections=two_sections), StopAfter(slabs, interrupt))
    record = run(graph(tmp_path, two_sections=two_sections), resume=True)
    assert record["state"] == "done"
    np.testing.assert_array_equal(read(tmp_path / "out.h5"), read(whole / "out.h5"))


@pytest.mark.parametrize("two_sections", [False, True])
@pytest.mark.parametrize("slabs", [1, 3])
def test_a_killed_run_goes_on_to_the_same_bits(tmp_path, two_sections, slabs):
    whole = tmp_path / "whole"
    whole.mkdir()
    run(graph(whole, two_sections=two_sections))
    process = multiprocessing.get_context("spawn").Process(target=run_and_die, args=(tmp_path, two_sections, slabs))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert not (tmp_path / "out.h5").exists()
    run(graph(tmp_path, two_sections=two_sections), resume=True)
    np.testing.assert_array_equal(read(tmp_path / "out.h5"), read(whole / "out.h5"))


def test_resume_computes_only_what_is_left(tmp_path):
    with pytest.raises(Interrupted):
        run(graph(tmp_path), StopAfter(3, interrupt))
    before = sum(event["event"] == "slab" for event in RunFolder(tmp_path / "out.h5.run").events())
    run(graph(tmp_path), resume=True)
    events = list(RunFolder(tmp_path / "out.h5.run").events())
    rows = [(e["start"], e["stop"]) for e in events if e["event"] == "slab"]
    assert before >= 3
    assert len(set(rows)) == len(rows)


def test_resuming_what_is_done_computes_nothing(tmp_path):
    first = run(graph(tmp_path))
    assert run(graph(tmp_path), resume=True) == first


def test_resume_of_another_run_says_what_differs(tmp_path):
    with pytest.raises(Interrupted):
        run(graph(tmp_path), StopAfter(1, interrupt))
    with pytest.raises(OutputError, match=r"belongs to another run: scale.factor was 3.0 and is 5.0"):
        run(graph(tmp_path, factor=5.0), resume=True)


def test_resume_notices_that_the_input_changed(tmp_path):
    with pytest.raises(Interrupted):
        run(graph(tmp_path), StopAfter(1, interrupt))
    np.save(tmp_path / "in.npy", raw() + 1)
    with pytest.raises(OutputError, match=r"load.input was .*in.npy .*modified"):
        run(graph(tmp_path), resume=True)


def test_a_changed_step_goes_on_from_the_kept_data_before_it(tmp_path):
    run(graph(tmp_path, two_sections=True))
    run(graph(tmp_path, two_sections=True, late=2.0), overwrite=True)
    assert computed(tmp_path) == [["smooth", "late", "turn", "save"]]
    np.testing.assert_allclose(read(tmp_path / "out.h5"), expected(two_sections=True) * 2, rtol=1e-5)


def test_a_changed_step_before_the_kept_data_makes_them_anew(tmp_path):
    run(graph(tmp_path, two_sections=True))
    run(graph(tmp_path, two_sections=True, factor=7.0), overwrite=True)
    assert computed(tmp_path)[0] == ["load", "first", "scale"]
    np.testing.assert_allclose(read(tmp_path / "out.h5"), expected(two_sections=True, factor=7.0), rtol=1e-5)


def test_two_writers_of_one_run_are_refused(tmp_path):
    folder = RunFolder(tmp_path / "out.h5.run")
    folder.lock()
    folder.write(state="running")
    try:
        with pytest.raises(OutputError, match=r"out.h5.run is being written by process \d+"):
            run(graph(tmp_path), overwrite=True)
    finally:
        folder.unlock()


def test_a_failure_in_the_middle_leaves_nothing_that_looks_finished(tmp_path):
    wanted = graph(tmp_path)
    wanted.nodes["scale"] = Node(algorithm="tests.runs.test_run:FailsLate")
    with pytest.raises(RunError, match=r"scale, row \d+ to \d+: ZeroDivisionError"):
        run(wanted)
    assert not (tmp_path / "out.h5").exists()
    assert RunFolder(tmp_path / "out.h5.run").read()["state"] == "failed"


class FailsLate(steps.Algorithm):
    """Fails on the last row."""

    slabs = steps.Slabs("row")

    def execute(self, stack: steps.Stack) -> steps.Stack:
        if np.any(stack.values[0, -1] == raw()[0, -1] * 2):
            raise ZeroDivisionError("as asked")
        return stack


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OutputError, match=r"nowhere does not exist: make it: mkdir -p"):
        run(graph(tmp_path, output="nowhere/out.h5"))


def test_input_and_output_may_not_be_the_same(tmp_path):
    with pytest.raises(OutputError, match=r"in.npy is input and output at once"):
        run(graph(tmp_path, output="in.npy"), overwrite=True)


def test_a_missing_input_is_named(tmp_path):
    wanted = graph(tmp_path)
    (tmp_path / "in.npy").unlink()
    with pytest.raises((DataError, FileNotFoundError), match=r"in.npy"):
        run(wanted)


def test_kept_data_stay_in_the_folder_of_the_run(tmp_path):
    run(graph(tmp_path), keep=("scale.output",))
    assert (tmp_path / "out.h5.run/data/scale.output.zarr").is_dir()
