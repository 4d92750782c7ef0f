"""The examples of README and docs are files; they run, and the pages show them as they are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.scan import write_demo_scan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("examples")
    write_demo_scan(made / "scan.h5", rows=32, columns=128)
    return made


def call(*words: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=300)


def test_the_readme_shows_the_example_as_it_runs():
    readme = (ROOT / "README.md").read_text()
    shown = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    assert shown[1] == (ROOT / "docs/examples/reconstruct.py").read_text()


def test_the_python_example_runs(folder):
    done = call(str(ROOT / "docs/examples/reconstruct.py"), cwd=folder)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder / "rec.h5") as file:
        assert file["entry/data/volume"].shape == (32, 128, 128)


def test_the_python_example_and_the_command_give_the_same_bits(folder):
    if not (folder / "rec.h5").exists():
        call(str(ROOT / "docs/examples/reconstruct.py"), cwd=folder)
    words = "run ct input=scan.h5 output=again.h5 filter=hann minimum=1e-4 absorption.minimum=1e-6"
    done = call("-m", "daisy_kernel.cli", *shlex.split(words), cwd=folder)
    assert done.returncode == 0, done.stderr
    with h5py.File(folder / "rec.h5") as one, h5py.File(folder / "again.h5") as other:
        np.testing.assert_array_equal(one["entry/data/volume"], other["entry/data/volume"])


def test_every_link_of_the_pages_leads_somewhere():
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page}: {target}"


def test_every_picture_of_the_pages_is_small():
    for picture in (ROOT / "docs/images").iterdir():
        assert picture.stat().st_size < 250_000, f"{picture.name} is too large"


def test_every_command_of_the_readme_is_understood():
    readme = (ROOT / "README.md").read_text()
    lines = [line.split(" #")[0].strip() for line in readme.splitlines() if line.startswith("    daisy run ct ")]
    assert len(lines) >= 4
    from daisy_kernel.cli.run import Request, requested_graph

    for line in lines:
        settings = [word for word in shlex.split(line)[3:] if "=" in word]
        assert requested_graph(Request(what="ct", settings=tuple(settings))).nodes
