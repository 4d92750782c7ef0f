"""A scan without darks or flats is planned like any other: what is not there is read nowhere."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.engines.engine import Engine
from daisy_kernel.engines.recorder import record_workflow
from daisy_kernel.regions import regions


@pytest.mark.parametrize(
    ("missing", "data"), [((), "counts"), (("dark",), "counts"), (("dark", "white"), "transmission")]
)
def test_a_slab_reads_its_own_rows_alone(tmp_path, missing, data):
    path = tmp_path / "scan.h5"
    counts = np.random.default_rng(0).integers(20, 90, (9, 64, 8), "u2")
    references = {"white": np.full((2, 64, 8), 99, "u2"), "dark": np.zeros((2, 64, 8), "u2")}
    with h5py.File(path, "w") as file:
        file["exchange/data"] = counts
        file["exchange/theta"] = np.linspace(0, 160, 9)
        for name in references.keys() - set(missing):
            file[f"exchange/data_{name}"] = references[name]
    given = {"input": str(path), "output": str(tmp_path / "rec.h5"), "center": 3.5, "data": data}
    with Engine(memory="1GiB") as engine:
        engine.load(record_workflow("ct", CT, given))
        plan = engine.job(engine.graph, tmp_path).plan
        section = next(planned.section for planned in plan.sections if planned.section.dim == "row")
        assert regions(section, plan.steps, 16, 32).produced["load"]["row"] == (16, 32)
