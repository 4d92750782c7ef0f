"""A demo scan, and the command in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner

from daisy_kernel.cli.main import app
from daisy_kernel.domains.ct.demo.scan import write_demo_scan


@dataclass
class Done:
    """What a command left: exit code, both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "scan.h5"
    write_demo_scan(path, rows=48, columns=96, chunks=(8, 16, 96))
    return path


@pytest.fixture(scope="session")
def daisy():
    """Call ``daisy`` in this process."""

    def call(*words: object) -> Done:
        result = CliRunner().invoke(app, [str(word) for word in words])
        return Done(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture(scope="session")
def daisy_process():
    """Start ``daisy`` in a process of its own."""

    def start(*words: object, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "daisy_kernel.cli", *(str(word) for word in words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    return start


def volume(path: Path) -> np.ndarray:
    """The volume of an HDF5 output."""
    with h5py.File(path) as file:
        return file["entry/data/volume"][()]
