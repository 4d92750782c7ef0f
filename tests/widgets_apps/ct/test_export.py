"""What is exported gives the same bits as the app and the command line."""

from __future__ import annotations

import json
import re

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from daisy_kernel.cli.main import app
from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.errors import OutputError, ParameterError
from tests.widgets_apps.ct.conftest import volume
from widgets_apps.ct.checking import wanted
from widgets_apps.ct.export import export, notebook
from widgets_apps.ct.graphs import run_graph


@pytest.fixture
def given(scan, tmp_path):
    parameters = {"input": str(scan), "output": str(tmp_path / "app.h5"), "stripes": "sorting", "crop": [8, 90]}
    return wanted({**parameters, "binning": 1, "center": "auto"})


def test_the_graph_is_the_one_that_the_command_records(given):
    words = [f"input={given['input']}", f"output={given['output']}", "stripes=sorting", "crop=8:90", "binning=1"]
    assert run_graph(given).to_json() == requested_graph(Request("ct", (*words, "center=auto"))).to_json()


def test_a_graph_is_run_by_the_command_with_another_scan_and_output(given, scan, tmp_path, volume_of):
    file = export(given, "graph", tmp_path / "flow")
    output = tmp_path / "again.h5"
    words = ["run", str(file), f"load.input={scan}", f"save.output={output}"]
    assert CliRunner().invoke(app, words).exit_code == 0
    np.testing.assert_array_equal(volume(output), volume_of(input=scan, stripes="sorting", crop=[8, 90]))


@pytest.mark.slow
def test_a_notebook_runs_and_gives_the_bits_of_the_command(given, scan, tmp_path, volume_of):
    file = export(given, "notebook", tmp_path / "flow.ipynb")
    found = nbformat.read(file, as_version=4)
    nbformat.validate(found)
    assert found.metadata.kernelspec.name == "daisy"
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(found, kernel_name="python3", timeout=120, resources=where).execute()
    output = found.cells[-1].outputs[-1]["data"]["text/plain"]
    assert "app.h5" in output
    np.testing.assert_array_equal(volume(tmp_path / "app.h5"), volume_of(input=scan, stripes="sorting", crop=[8, 90]))


def test_a_name_with_marks_is_text_in_a_notebook_and_no_code(tmp_path):
    name = "<img src=x onerror=alert(1)>\"'`.h5"
    given = {"input": str(tmp_path / name), "output": str(tmp_path / "rec.h5")}
    title, parameters, *_ = json.loads(notebook(given))["cells"]
    assert not re.search(r"(?<!\\)[<`]", "".join(title["source"][:1]))
    assert "\\<img" in "".join(title["source"])
    names: dict = {}
    exec("".join(parameters["source"]), names)
    assert names["parameters"] == given


def test_an_export_replaces_nothing(given, tmp_path):
    (tmp_path / "flow.json").touch()
    with pytest.raises(OutputError, match=r"flow\.json exists already"):
        export(given, "graph", tmp_path / "flow.json")
    with pytest.raises(OutputError, match=r"the folder .*nowhere does not exist"):
        export(given, "graph", tmp_path / "nowhere" / "flow.json")


def test_what_cannot_be_run_is_not_exported(given, tmp_path):
    with pytest.raises(ParameterError, match="binning=0"):
        export({**given, "binning": 0}, "notebook", tmp_path / "flow.ipynb")
    assert not (tmp_path / "flow.ipynb").exists()
