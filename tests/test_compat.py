"""Daisy's own names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

import daisy_kernel as Daisy  # noqa: N812
from daisy_kernel.Base import DaisyAlg, PyWorkflow
from daisy_kernel.errors import DaisyError, ParameterError, RegistryError, RunError

ROOT = Path(__file__).resolve().parents[1]


class AlgDouble(DaisyAlg):
    """Twice the data."""

    def initialize(self):
        self.data = self.get("DataStore").data()
        self.factor = 2
        return True

    def execute(self, input_dataobj, output_dataobj):
        self.data[output_dataobj] = self.data[input_dataobj] * self.factor
        return True


class AlgFalse(DaisyAlg):
    """Fails Daisy's way."""

    def execute(self):
        return False


class FlowTwice(PyWorkflow):
    """Two calls."""

    def execute(self, input_dataobj, output_dataobj):
        self.engine["double"].execute(input_dataobj, "between")
        return self.engine["double"].execute("between", output_dataobj)


def engine(**algorithms):
    made = Daisy.CreateWorkflowEngine(class_name="PyWorkflowEngine", name="test")
    made.initialize(default_init={name: {"class_name": cls} for name, cls in algorithms.items()})
    return made


def test_a_script_runs_unmodified(tmp_path):
    angles = np.arange(90) * 2.0
    from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses

    with h5py.File(tmp_path / "scan.h5", "w") as file:
        sinogram = ellipse_sinogram(random_ellipses(0), angles, 128, center=67.3)
        file["exchange/data"] = np.repeat(sinogram[:, np.newaxis], 2, axis=1)
        file["exchange/theta"] = angles
        file["exchange/theta"].attrs["units"] = "deg"
    words = [sys.executable, str(ROOT / "docs/examples/daisy_script.py"), "scan.h5", "rec.h5"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    with h5py.File(tmp_path / "rec.h5") as file:
        volume = file["entry/data/volume"][()]
    assert volume.shape == (2, 128, 128)
    assert volume.min() == np.float32(0.01)
    assert volume.max() > 0.01


def test_both_ways_to_import_name_the_same_class():
    assert Daisy.Base.DaisyAlg is DaisyAlg


def test_settings_may_be_dicts_or_json():
    made = Daisy.CreateWorkflowEngine()
    made.initialize(default_init=json.dumps({"double": {"class_name": "AlgDouble"}}))
    made.config(default_cfg=json.dumps({"double": {"factor": 5}}))
    made.datastore["x"] = 3
    made["double"].execute("x", "y")
    assert made.datastore.data()["y"] == 15
    assert made.keys() == ["double"]
    assert made.finalize()


def test_false_is_an_error():
    with pytest.raises(RunError, match="execute of bad returned False"):
        engine(bad="AlgFalse")["bad"].execute()


def test_a_workflow_has_an_engine_and_may_be_called_as_an_algorithm():
    flow = FlowTwice("twice")
    flow.initialize(
        workflow_environment={"double": {"class_name": "AlgDouble"}}, algorithms_cfg={"double": {"factor": 3}}
    )
    flow.engine.datastore["x"] = 1
    flow.execute("x", "y")
    assert flow.get_data("y") == 9
    assert set(flow.data_keys()) == {"x", "between", "y"}
    assert flow.algorithm_keys() == ["double"]
    made = engine(double="AlgDouble", twice="FlowTwice")
    made.datastore["x"] = 1
    made["twice"].execute("x", "y")
    assert made.datastore["y"] == 4


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: engine(a="AlgDuoble"), RegistryError, r"'AlgDuoble': did you mean 'AlgDouble'"),
        (lambda: engine()["nothing"], DaisyError, r"no algorithm 'nothing'"),
        (lambda: Daisy.CreateWorkflowEngine("MPIEngine"), RegistryError, r"no workflow engine 'MPIEngine'"),
        (lambda: Daisy.CreateWorkflowEngine().initialize("{"), ParameterError, r"'{' is no JSON"),
        (lambda: Daisy.CreateWorkflowEngine().initialize({"a": {}}), ParameterError, r"'a' has no class_name"),
        (lambda: FlowTwice("x").data_keys(), DaisyError, r"x has no engine yet: call initialize"),
        (lambda: DaisyAlg("x").get("DataStroe"), DaisyError, r"no service 'DataStroe'"),
    ],
)
def test_mistakes_are_one_sentence(call, kind, text):
    with pytest.raises(kind, match=text):
        call()
