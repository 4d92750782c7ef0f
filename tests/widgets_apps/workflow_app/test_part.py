"""The page of a workflow: what it is told, what it sees, what it may start."""

from __future__ import annotations

import json
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from xarray import DataArray

from daisy_kernel.errors import DataError, GraphError, OutputError
from tests.widgets_apps.workflow_app.steps import HERE, STEPS, Scaling
from widgets_apps.session import FieldErrors
from widgets_apps.workflow_app import WorkflowApp
from widgets_apps.workflow_app.app import WorkflowApp as Declared

CHAIN = (f"{STEPS}:Read", f"{STEPS}:Scale", "Save")


class ScalingApp(WorkflowApp):
    workflow = Scaling
    shown = ("scale.output",)


@pytest.fixture
def given(frames, tmp_path):
    return {"input": str(frames), "output": str(tmp_path / "out.h5"), "factor": 3}


def pixels(part, found):
    return np.asarray(part._pictures._sources.get(found["source"]["source"]).array[:, :])


def test_an_app_is_a_class_that_names_its_workflow(frames, monkeypatch, tmp_path):
    monkeypatch.setenv("DAISY_STATE_DIR", str(tmp_path / "state"))
    app = ScalingApp()
    assert (app.component, Declared) == ("workflow", WorkflowApp)
    parts = {part.name: part for part in app.parts()}
    assert set(parts) == {"viewer", "files", "jobs", "workflow"}
    found = parts["workflow"].preview({"input": str(frames)}, "scale.output")
    assert np.isfinite(parts["viewer"].value(found["source"]["source"], 0, 0, 3, 4)["value"])
    assert parts["workflow"].describe({})["data"] == ["scale.output"]
    assert app.about() == {"jobs": f"{__name__}:ScalingApp"}
    for part in parts.values():
        part.close()


def test_an_app_without_a_workflow_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="Nothing names no workflow: write workflow ="):
        type("Nothing", (WorkflowApp,), {})


def test_a_data_object_that_an_app_shows_and_no_step_gives_is_refused(part_of):
    with pytest.raises(GraphError, match=r"shows 'scale.out', which no step gives.*did you mean 'scale.output'"):
        part_of(CHAIN, ("scale.out",))


def test_the_page_is_told_the_forms_the_fields_of_input_and_output_and_the_data(part_of):
    found = part_of(Scaling).describe({"blur": True})
    assert (found["input"], found["output"]) == ("input", "output")
    assert found["data"] == ["blur.output", "choosy.output", "scale.output", "read.output"]
    assert found["sections"][0]["help"] == "Frames times a factor."
    json.dumps(found)


def test_an_input_gets_a_free_name_for_its_result(part_of, frames):
    frames.with_name("frames_out.h5").touch()
    found = part_of(Scaling).open(str(frames))
    assert found == {"path": str(frames), "output": str(frames.with_name("frames_out2.h5"))}


def test_a_picture_shows_what_a_run_would_hold_there(part_of, given, frames):
    part, raw = part_of(Scaling), np.load(frames)
    across_rows = part.preview(given, "scale.output", "row", 17)
    assert (across_rows["dims"], across_rows["shape"]) == (["frame", "row", "column"], [6, 40, 5])
    np.testing.assert_array_equal(pixels(part, across_rows), 3 * raw[:, 17])
    across_frames = part.preview(given, "scale.output", "frame", 2)
    np.testing.assert_array_equal(pixels(part, across_frames), 3 * raw[2])
    across_columns = part.preview(given, "scale.output", "column", 4)
    np.testing.assert_array_equal(pixels(part, across_columns), 3 * raw[:, :, 4])


def test_without_a_wish_the_middle_is_seen_across_the_dim_of_the_slabs(part_of, given):
    found = part_of(Scaling).preview(given, "scale.output", "no such dim")
    assert (found["across"], found["index"]) == ("row", 20)


def test_what_is_no_array_is_seen_as_text(part_of, frames):
    part = part_of((f"{STEPS}:Read", f"{STEPS}:Largest", "Save"))
    found = part.preview({"read.input": str(frames)}, "largest.output")
    assert found["value"] == f"{np.load(frames).max():.6g}"
    assert "source" not in found


def test_a_step_that_must_see_everything_is_not_given_more_than_a_memory_holds(part_of):
    part = part_of((f"{HERE}:Huge", f"{STEPS}:Largest", "Save"))
    with pytest.raises(DataError, match="largest looks at everything, 64 GiB for one picture"):
        part.preview({}, "largest.output")


def test_a_line_is_a_picture_of_one_row(part_of, given, monkeypatch):
    part = part_of(Scaling)
    line = DataArray(np.arange(5.0), dims="energy")
    monkeypatch.setattr("tests.widgets_apps.workflow_app.steps.Choosy.describe", lambda *_, **__: line)
    monkeypatch.setattr("tests.widgets_apps.workflow_app.steps.Choosy.execute", lambda *_, **__: line)
    found = part.preview(given, "choosy.output")
    assert (found["shape"], found["across"], found["source"]["shape"]) == ([5], None, [1, 5])


def test_a_picture_keeps_its_id_while_its_place_is_the_same(part_of, given):
    part = part_of(Scaling)
    first = part.preview(given, "scale.output")
    second = part.preview({**given, "factor": 4}, "scale.output", "row", 3)
    assert first["source"]["source"] == second["source"]["source"]


def test_a_place_outside_the_array_is_refused_with_what_is_there(part_of, given):
    with pytest.raises(DataError, match=r"row=40 is not there.*give 0 to 39"):
        part_of(Scaling).preview(given, "scale.output", "row", 40)


def test_a_data_object_that_is_not_there_is_refused_with_the_close_match(part_of, given):
    with pytest.raises(DataError, match=r"no data object 'blur.output'.*choosy.output, read.output, scale.output"):
        part_of(Scaling).preview(given, "blur.output")


def test_a_preview_says_a_wrong_value_at_its_field_and_needs_no_output(part_of, given):
    part = part_of(Scaling)
    with pytest.raises(FieldErrors) as error:
        part.preview({**given, "choosy.power": 0}, "choosy.output")
    assert list(error.value.fields) == ["choosy.power"]
    assert part.preview({"input": given["input"]}, "choosy.output")["shape"] == [6, 40, 5]


def test_what_can_be_run_has_no_complaint_and_says_its_size(part_of, given):
    found = part_of(Scaling).check(given)
    assert found["fields"] == {}
    assert found["needed"] == 6 * 40 * 5 * 4
    assert found["exists"] is False


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"factor": "many"}, "factor", "factor='many' is refused"),
        ({"input": "/nowhere/a.npy"}, "input", "/nowhere/a.npy"),
        ({"output": "/nowhere/b.h5"}, "output", "the folder /nowhere does not exist"),
        ({"output": "b.txt"}, "output", "txt"),
        ({"output": ""}, "output", "output is needed"),
        ({"choosy.least": 7}, "choosy", "6 frames are too few: give 7"),
        ({"save.dtype": "uint8", "save.limits": [2, 1]}, "save.limits", "limits="),
    ],
)
def test_what_is_refused_is_said_where_it_can_be_changed(part_of, given, change, field, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert words in part_of(Scaling).check({**given, **change})["fields"][field]


def test_the_input_itself_is_no_output(part_of, given):
    assert "is what is read" in part_of(Scaling).check({**given, "output": given["input"]})["fields"]["output"]


def test_steps_that_write_nothing_are_not_run(part_of, frames):
    part = part_of((f"{STEPS}:Read", f"{STEPS}:Scale"))
    assert "no step of chain writes" in part.check({"read.input": str(frames)})["fields"][""]


def test_a_graph_is_exported_once(part_of, given, tmp_path):
    part = part_of(Scaling)
    path = Path(part.export(given, str(tmp_path / "mine"))["path"])
    assert json.loads(path.read_text())["nodes"]["scale"]["parameters"] == {"factor": 3.0}
    with pytest.raises(OutputError, match=r"mine\.json exists already"):
        part.export(given, str(path))


@pytest.mark.slow
def test_a_run_is_a_process_whose_result_is_found_and_not_replaced(part_of, frames, tmp_path):
    part = part_of(CHAIN)
    given = {"read.input": str(frames), "save.output": str(tmp_path / "out.h5"), "scale.factor": 3}
    job = part.start(given)["job"]
    deadline = time.monotonic() + 60
    while not (done := part._jobs.get(job["id"])).is_ended:
        assert time.monotonic() < deadline, "the run did not end"
        time.sleep(0.02)
    assert (done.state, done.error) == ("done", None)
    with h5py.File(tmp_path / "out.h5") as file:
        np.testing.assert_array_equal(file["entry/data/volume"], (3 * np.load(frames)).astype("f4"))
    (found,) = part.results()["results"]
    assert found["parameters"] == {**given, "scale.factor": 3}
    assert "scale" in [step["name"] for step in part.provenance(found["run"])["provenance"]["steps"]]
    with pytest.raises(FieldErrors) as error:
        part.start(given)
    assert list(error.value.fields) == ["save.output"]
