"""A plugin of somebody else, built, installed in an environment of its own, and run."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from tests.installing import daisy as run_daisy
from tests.installing import installed_with

pytestmark = pytest.mark.slow
SOURCE = Path(__file__).parent / "daisy-outside"


@pytest.fixture(scope="module")
def daisy(tmp_path_factory):
    """The command in a new environment: this one's packages, and the plugin."""
    return partial(run_daisy, installed_with(SOURCE, tmp_path_factory.mktemp("plugin")))


def test_it_is_listed_and_shown(daisy):
    assert "outside.Invert" in daisy("list")
    assert "value  (float, default 0.0)" in daisy("show", "outside.Invert")


def test_it_runs_in_a_graph_beside_the_steps_of_the_domain(daisy, tmp_path):
    write_demo_scan(tmp_path / "scan.h5", rows=16, columns=64)
    daisy("run", "ct", f"input={tmp_path}/scan.h5", f"output={tmp_path}/plain.h5", "center=33")
    graph = json.loads((tmp_path / "plain.h5.run/graph.json").read_text())
    graph["nodes"]["invert"] = {"algorithm": "outside.Invert", "parameters": {"value": 5.0}}
    graph["nodes"]["save"]["parameters"]["output"] = str(tmp_path / "inverted.h5")
    for link in graph["links"]:
        if link["target"] == "save.data":
            link["target"] = "invert.volume"
    graph["links"].append({"source": "invert.output", "target": "save.data"})
    (tmp_path / "with.daisy.json").write_text(json.dumps(graph))
    daisy("run", tmp_path / "with.daisy.json")
    with h5py.File(tmp_path / "plain.h5") as plain, h5py.File(tmp_path / "inverted.h5") as inverted:
        np.testing.assert_array_equal(inverted["entry/data/volume"][()], 5 - plain["entry/data/volume"][()])


def test_a_scan_of_its_format_is_reconstructed(daisy, tmp_path):
    angles = np.arange(0, 180, 3.0)
    disc = ellipse_sinogram([[1.0, 0, 0, 0.5, 0.5, 0]], angles, 64, center=31.5)
    np.save(tmp_path / "scan.npy", np.repeat(disc[:, np.newaxis], 16, axis=1).astype(np.float32))
    daisy("run", "ct", f"input={tmp_path}/scan.npy", f"output={tmp_path}/rec.h5", "data=absorption", "center=31.5")
    with h5py.File(tmp_path / "rec.h5") as file:
        assert file["entry/data/volume"][8, 32, 32] == pytest.approx(1.0, abs=0.05)
    assert "ct.npy" in daisy("list")
