"""Previews of any graph: regions go backwards, what is known is kept, and blocks are whole unless told otherwise."""

from __future__ import annotations

import os

import numpy as np
import pytest
from xarray import DataArray

from daisy_kernel.errors import DataError
from daisy_kernel.graph import Graph
from widgets_apps.kept import Kept, Memory
from widgets_apps.preview import Preview

HERE = "tests.widgets_apps.preview_steps"


def graph(path, *, factor=2.0):
    nodes = {
        "read": {"algorithm": f"{HERE}:Read", "parameters": {"input": str(path)}},
        "scale": {"algorithm": f"{HERE}:Scale", "parameters": {"factor": factor}},
        "blur": {"algorithm": f"{HERE}:Blur", "parameters": {}},
        "block": {"algorithm": f"{HERE}:Number", "parameters": {}},
        "frames": {"algorithm": f"{HERE}:FrameMean", "parameters": {}},
        "largest": {"algorithm": f"{HERE}:Largest", "parameters": {}},
        "shift": {"algorithm": f"{HERE}:Shift", "parameters": {}},
        "count": {"algorithm": f"{HERE}:Count", "parameters": {}},
    }
    links = {
        "scale.frames": "read.output",
        "blur.frames": "scale.output",
        "block.frames": "blur.output",
        "frames.frames": "scale.output",
        "largest.frames": "scale.output",
        "shift.frames": "blur.output",
        "shift.offset": "largest.output",
        "count.frames": "scale.output",
    }
    return Graph.model_validate(
        {"nodes": nodes, "links": [{"source": source, "target": target} for target, source in links.items()]}
    )


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "frames.npy"
    np.save(path, np.random.default_rng(0).normal(size=(6, 40, 5)))
    return path


def test_a_region_is_what_the_whole_would_hold_there(stored):
    raw = np.load(stored)
    padded = np.pad(2 * raw, ((0, 0), (1, 1), (0, 0)), mode="edge")
    blurred = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3
    for rows in ((0, 1), (17, 18), (39, 40), (3, 20)):
        found = Preview().compute(graph(stored), "blur.output", {"row": rows}).value
        assert isinstance(found, DataArray)
        np.testing.assert_allclose(found.values, blurred[:, slice(*rows)])


def test_blocks_are_whole_unless_rows_are_computed_alone(stored):
    whole = Preview().compute(graph(stored), "block.output", {"row": (20, 21)}).value
    alone = Preview(alone=True).compute(graph(stored), "block.output", {"row": (20, 21)}).value
    assert whole.shape == alone.shape == (6, 1, 5)
    assert (whole.values == 16).all()
    assert (alone.values == 1).all()


def test_a_step_that_must_see_whole_frames_is_computed_frame_by_frame(stored, monkeypatch):
    monkeypatch.setattr("widgets_apps.work._BATCH", 5000)
    frames = 2 * np.load(stored)
    found = Preview().compute(graph(stored), "frames.output", {"row": (7, 8)}).value
    expected = frames - frames.mean(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(found.values, expected[:, 7:8])


def test_a_parameter_that_another_step_gives_is_computed_first(stored):
    found = Preview().compute(graph(stored), "shift.output", {"row": (7, 8)}).value
    blurred = Preview().compute(graph(stored), "blur.output", {"row": (7, 8)}).value
    np.testing.assert_allclose(found.values, blurred.values + 2 * np.load(stored).max())


def test_what_is_known_at_the_end_only_is_refused_in_words(stored):
    with pytest.raises(DataError, match="count is known at the end of a run only"):
        Preview().compute(graph(stored), "count.output")


def test_an_error_of_a_step_begins_with_its_name(stored):
    with pytest.raises(DataError, match="scale: the factor is 0"):
        Preview().compute(graph(stored, factor=0.0), "scale.output", {"row": (0, 1)})


def test_warnings_of_all_steps_come_along_and_from_memory_too(stored):
    preview = Preview()
    for _ in range(2):
        found = preview.compute(graph(stored, factor=-1.0), "blur.output", {"row": (0, 1)})
        assert list(found.warnings) == ["the sign was turned"]


def test_another_file_under_the_name_is_read_anew(stored):
    preview = Preview()
    before = preview.compute(graph(stored), "scale.output", {"row": (0, 1)}).value
    np.save(stored, np.ones((6, 40, 5)))
    os.utime(stored, (1, 1))
    after = preview.compute(graph(stored), "scale.output", {"row": (0, 1)}).value
    assert (after.values == 2).all()
    assert not np.array_equal(before.values, after.values)


def test_memory_lets_go_of_what_was_not_used_for_longest():
    memory = Memory(1000)
    kept = {name: Kept({"output": np.zeros(50)}, {"row": (0, 4)}, {}) for name in "abc"}
    memory.put("a", kept["a"])
    memory.put("b", kept["b"])
    assert memory.find("a", {"row": (1, 2)}) is kept["a"]
    memory.put("c", kept["c"])
    assert memory.find("b", {"row": (1, 2)}) is None
    assert memory.find("a", {"row": (1, 2)}) is kept["a"]
    memory.put("large", Kept({"output": np.zeros(500)}, {}, {}))
    assert memory.find("large", {}) is None
