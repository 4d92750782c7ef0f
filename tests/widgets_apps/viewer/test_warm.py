"""What is loaded before the first slice."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from tests.widgets_apps.viewer.requests import Page
from widgets_apps.viewer import measures, plain, scaling
from widgets_apps.viewer.warm import warm


def _compiled():
    functions = (plain._gather, scaling._reduce, scaling._window, measures._count, measures._finite_bounds)
    return [len(function.signatures) for function in functions]


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_after_warming_the_first_slice_compiles_nothing(tmp_path, dtype):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = np.zeros((4, 5, 6), dtype)
    warm()
    before = _compiled()
    page = Page()
    source = page.ask("open", path=str(tmp_path / "a.h5"))["source"]
    at = {"source": source, "axis": 2, "index": 1}
    for size in ([9, 9], [2, 2], [4, 2]):
        page.ask("slice", **at, region=[0, 4, 0, 5], size=size, low=0, high=1)
    page.ask("range", **at, percentiles=[1, 99])
    page.ask("histogram", **at, bins=256)
    assert _compiled() == before
