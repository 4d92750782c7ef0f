"""Arrays to be written, and a provenance to go with them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Machine, Provenance, Step

DIMS = ("row", "y", "x")


def random(shape: tuple[int, ...], dtype: str = "float32") -> np.ndarray:
    return (1000 * np.random.default_rng(1).random(shape)).astype(dtype)


def spec(values: np.ndarray, dims: tuple[str, ...] = DIMS, **more: object) -> ArraySpec:
    return ArraySpec(values.shape, str(values.dtype), dims, units="1/cm", **more)


def provenance() -> Provenance:
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Provenance(
        started=when,
        ended=when,
        graph={"name": "ct", "nodes": {"grid": {}}},
        steps=(
            Step(name="load", algorithm="ct.Load", version="1"),
            Step(name="rec/grid", algorithm="ct.Grid", version="3", parameters={"center": 296.0}, seconds=1.5),
        ),
        software={"daisy": "0.1.0", "numpy": "2.0"},
        machine=Machine(host="a", system="Linux", cpu="c", cpu_target="znver4", cpu_features="0" * 16, cores=2),
        warnings=("3 frames were dropped",),
    )
