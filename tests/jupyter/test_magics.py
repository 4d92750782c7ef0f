"""``%daisy`` and ``%%daisy``: the command's words, its numbers, its errors."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from daisy_kernel.cli.main import app

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def command(scan, tmp_path_factory):
    """The same run by the command in this process: its object, and its volume."""
    output = tmp_path_factory.mktemp("command") / "volume.h5"
    done = CliRunner().invoke(app, ["run", "ct", f"input={scan}", f"output={output}", "--json"])
    return json.loads(done.stdout), volume(output)


def volume(path) -> np.ndarray:
    with h5py.File(path) as file:
        return file["entry/data/volume"][()]


def test_a_run_in_a_cell_gives_the_numbers_of_the_command(kernel, scan, command, tmp_path):
    said = kernel.run(f"%daisy run ct input={scan} output={tmp_path}/a.h5")
    assert (said.status, said.stderr) == ("ok", "")
    assert "48 x 96 x 96" in said.stdout
    assert said.results == []
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), command[1])


def test_json_is_one_object_like_the_commands_and_also_the_value(kernel, scan, command, tmp_path):
    said = kernel.run(f"found = %daisy run ct input={scan} output={tmp_path}/a.h5 --json")
    assert json.loads(said.stdout).keys() == command[0].keys()
    assert json.loads(said.stdout)["center"] == command[0]["center"]
    assert said.displays == []
    again = kernel.run("found['center'], found")
    assert str(command[0]["center"]) in again.results[0]["text/plain"]


def test_what_a_cell_printed_is_not_shown_a_second_time(kernel, scan, tmp_path):
    said = kernel.run(f"%daisy run ct input={scan} output={tmp_path}/a.h5 --json")
    assert json.loads(said.stdout)["shape"] == [48, 96, 96]
    assert (said.results, said.displays) == ([], [])
    assert "center" in kernel.run("_").displays[0]["text/plain"]


def test_a_variable_stands_for_its_value(kernel, scan, tmp_path):
    kernel.run(f"scan, volume = '{scan}', '{tmp_path}/a.h5'")
    assert kernel.run("%daisy run ct input={scan} output={volume} rows=0:16").status == "ok"
    assert volume(tmp_path / "a.h5").shape == (16, 96, 96)


def test_progress_is_drawn_in_its_place_with_words_beside_html(kernel, scan, tmp_path):
    shown = kernel.run(f"%daisy run ct input={scan} output={tmp_path}/a.h5").displays
    assert "0/48 row" in shown[2]["text/plain"]
    assert "48/48 row" in shown[-1]["text/plain"]
    assert "<progress" in shown[-1]["text/html"]


def test_a_run_of_the_engine_shows_its_progress_too(kernel, scan, tmp_path):
    said = kernel.run(
        "engine = Engine()\n"
        f"engine.create('load', 'ct.Load', input='{scan}').execute(output={{'projections': 'raw'}})\n"
        f"engine.create('save', 'Save', output='{tmp_path}/a.h5').execute(data='raw')\n"
        "Run(engine).execute()['state']"
    )
    assert said.results[0]["text/plain"] == "'done'"
    assert "96/96 angle" in said.displays[-1]["text/plain"]


def test_the_record_says_that_it_was_a_cell(kernel, scan, tmp_path):
    kernel.run(f"%daisy run ct input={scan} output={tmp_path}/a.h5 rows=0:16")
    record = (tmp_path / "a.h5.run/provenance.json").read_text()
    assert "%daisy" in record
    assert "kernel" not in json.dumps(json.loads(record).get("command", ""))


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump])
def test_a_graph_in_a_cell_runs_with_the_settings_of_its_line(kernel, scan, command, tmp_path, write):
    graph = json.loads(Path(command[0]["run"], "graph.json").read_text())
    graph["nodes"]["load"]["parameters"]["input"] = "/not/there.h5"
    line = f"%%daisy load.input={scan} save.output={tmp_path}/a.h5 --json"
    said = kernel.run(f"{line}\n{write(graph)}")
    assert json.loads(said.stdout)["shape"] == [48, 96, 96]
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), command[1])


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%daisy run ct input=/not/there.h5 output=/tmp/a.h5", "daisy: /not/there.h5 does not exist: check the path"),
        ("%daisy run ct 17", "daisy: '17' is no setting: write name=value, or @file.yaml"),
        ("%daisy run tc", "daisy: there is no workflow 'tc'"),
        ("%daisy run ct --fast", "daisy: No such option: --fast: see %daisy run --help"),
        ("%daisy fly", "daisy: %daisy has no command 'fly': use run, list, show, demo"),
        ("%daisy show ct.Normalise", "did you mean 'ct.Normalize'?"),
        ("%daisy run ct 'input=a", "No closing quotation: close the quotation mark"),
        ("%%daisy\nnodes: [", "daisy: the cell is neither JSON nor YAML"),
        ("%%daisy\nnodes: {a: {algorithm: ct.Nope}}", "daisy: there is no algorithm or workflow 'ct.Nope'"),
        ("%%daisy\nknots: {}", "daisy: the cell is no graph: knots"),
        ("%%daisy a.factor=2\nnodes: {}", "daisy: 'a.factor' names no step of the graph"),
    ],
)
def test_an_error_is_one_sentence_and_stops_the_notebook(kernel, cell, sentence):
    said = kernel.run(cell)
    assert said.status == "error"
    assert sentence in said.error
    assert "\n" not in said.error
    assert "Traceback" not in said.error + said.stderr


def test_debug_shows_where_an_error_is(kernel):
    said = kernel.run("%daisy run ct input=/not/there.h5 output=/tmp/a.h5 --debug")
    assert "open_source" in said.error


def test_an_error_with_json_is_one_object(kernel):
    said = kernel.run("%daisy show ct.Normalise --json")
    assert json.loads(said.stdout)["exit_code"] == 2
    assert said.status == "error"


def test_list_show_and_help_say_what_the_command_says(kernel):
    assert set(json.loads(kernel.run("%daisy list --json").stdout)) >= {"workflows", "algorithms", "broken"}
    assert kernel.run("%daisy show ct.Normalize").stdout == CliRunner().invoke(app, ["show", "ct.Normalize"]).stdout
    assert "--resume" in kernel.run("%daisy run --help").stdout
    assert "show" in kernel.run("%daisy").stdout


def test_the_engine_is_at_hand_and_a_name_of_the_user_stays_the_users(kernel):
    assert "Engine" in kernel.run("isinstance(engine, Engine), Engine, Run, RunOptions").results[0]["text/plain"]
    assert kernel.run("engine = 17\nengine + 1").results[0]["text/plain"] == "18"
    assert kernel.run("del engine").status == "ok"
    assert kernel.run("len(engine.datastore)").results[0]["text/plain"] == "0"
