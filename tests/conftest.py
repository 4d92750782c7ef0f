"""Fixtures that every test package shares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Path of a real scan, or a skip with the reason where the folder of real data is missing."""

    def find(name: str) -> Path:
        path = _SHARED / name
        if not path.exists():
            pytest.skip(f"real data {name} are not on this machine")
        return path

    return find
