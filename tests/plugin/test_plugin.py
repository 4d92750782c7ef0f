"""A plugin of somebody else, built, installed in an environment of its own, and run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram
from daisy_kernel.domains.ct.demo.scan import write_demo_scan

pytestmark = pytest.mark.slow
SOURCE = Path(__file__).parent / "daisy-outside"


@pytest.fixture(scope="module")
def daisy(tmp_path_factory):
    """The command in a new environment: this one's packages, and the plugin."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(SOURCE, folder / "source")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(folder / "source")], check=True, timeout=120)
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    site = Path(
        subprocess.check_output([python, "-c", "import site; print(site.getsitepackages()[0])"], text=True).strip()
    )
    here = sysconfig.get_paths()["purelib"]
    (site / "these.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([*install, str(next(folder.glob("*.whl")))], check=True, timeout=120)

    def call(*words: object) -> str:
        command = [python, "-m", "daisy_kernel.cli", *(str(word) for word in words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


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
