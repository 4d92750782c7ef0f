"""A small demo scan, and what `daisy run` makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.engines.engine import Engine
from daisy_kernel.runs.run import Run
from widgets_apps.ct.part import CtPart
from widgets_apps.ct.presets import Presets
from widgets_apps.jobs.jobs import Jobs
from widgets_apps.viewer.source import Sources

ROWS, COLUMNS, ANGLES = 40, 96, 120


@pytest.fixture(scope="session")
def scan(tmp_path_factory) -> Path:
    """Two and a half blocks of rows."""
    path = tmp_path_factory.mktemp("ct") / "scan.h5"
    write_demo_scan(path, rows=ROWS, columns=COLUMNS, angles=ANGLES)
    return path


@pytest.fixture
def volume_of(tmp_path) -> Callable[..., NDArray[Any]]:
    """The volume that ``daisy run ct`` writes for settings."""

    def run(**settings: Any) -> NDArray[Any]:
        output = tmp_path / "run.h5"
        words = [f"{name}={as_word(value)}" for name, value in settings.items()]
        with Engine() as engine:
            engine.load(requested_graph(Request("ct", (*words, f"output={output}"))))
            Run(engine).execute()
        return volume(output)

    return run


@pytest.fixture
def part(tmp_path) -> CtPart:
    """The part of a page whose jobs and presets have folders of their own."""
    return CtPart(Sources(), Jobs(tmp_path / "state" / "jobs"), Presets(tmp_path / "state" / "presets"))


def as_word(value: Any) -> str:
    """A value as a person types it."""
    return ":".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def volume(path: Path) -> NDArray[Any]:
    """The volume in a file."""
    with h5py.File(path) as file:
        return np.asarray(file["entry/data/volume"])
