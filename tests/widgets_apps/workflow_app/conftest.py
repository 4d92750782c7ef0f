"""Frames in a file, and the part of a page for any workflow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from widgets_apps.jobs.jobs import Jobs
from widgets_apps.viewer.source import Sources
from widgets_apps.workflow_app.part import WorkflowPart
from widgets_apps.workflow_app.recipe import recipe_of


@pytest.fixture
def frames(tmp_path) -> Path:
    """Six frames of 40 rows."""
    path = tmp_path / "frames.npy"
    np.save(path, np.random.default_rng(0).normal(size=(6, 40, 5)))
    return path


@pytest.fixture
def part_of(tmp_path, monkeypatch) -> Callable[..., WorkflowPart]:
    """The part of a page whose jobs have a folder of their own, and find the algorithms of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))

    def part(workflow: Any, shown: tuple[str, ...] = ()) -> WorkflowPart:
        return WorkflowPart("a test", recipe_of(workflow), shown, Sources(), Jobs(tmp_path / "state" / "jobs"))

    return part
