"""The sample notebook runs from its first cell to its last, and gives the numbers of the command."""

from __future__ import annotations

import h5py
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from typer.testing import CliRunner

from daisy_kernel.cli.main import app
from tests.jupyter.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def executed(installed_kernel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(ROOT / "docs/examples/scan_to_volume.ipynb", as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, timeout=60)
    return folder, client.execute()


def test_the_notebook_is_for_the_daisy_kernel_and_keeps_no_output():
    notebook = nbformat.read(ROOT / "docs/examples/scan_to_volume.ipynb", as_version=4)
    assert notebook.metadata.kernelspec.name == "daisy"
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_its_volume_is_the_commands_to_the_bit(executed):
    folder, _ = executed
    words = ["run", "ct", f"input={folder}/scan.h5", f"output={folder}/again.h5"]
    assert CliRunner().invoke(app, words).exit_code == 0
    with h5py.File(folder / "volume.h5") as one, h5py.File(folder / "again.h5") as other:
        np.testing.assert_array_equal(one["entry/data/volume"], other["entry/data/volume"])


def test_it_shows_the_scan_and_the_volume(executed):
    _, notebook = executed
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    tables = [html for output in shown if "<table>" in (html := output.get("data", {}).get("text/html", ""))]
    assert any("angle, row, column" in html for html in tables)
    assert any("64 × 192 × 192" in html and "1/cm" in html for html in tables)
    assert any("image/png" in output.get("data", {}) for output in shown)
