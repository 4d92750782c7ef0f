"""Places: where a run can be computed, and what that means for its process."""

from __future__ import annotations

from typing import Any, Literal

from daisy_kernel.broker.client import is_offered

Place = Literal["here", "workers", "kubernetes"]
"""In one process, in several of this machine, or on pods of the user."""


def places() -> tuple[Place, ...]:
    """Those of this machine: pods where the platform offers them, else processes."""
    return ("here", "kubernetes") if is_offered() else ("here", "workers")


def engine_of(place: Place, workers: int) -> dict[str, Any]:
    """The fields of a `JobRequest` for a place; `workers` count where there may be several."""
    return {"engine": "kubernetes" if place == "kubernetes" else None, "workers": 1 if place == "here" else workers}
