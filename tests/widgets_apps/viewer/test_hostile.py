"""What files say of themselves, damaged or meant badly: it is refused in a sentence, or passed over."""

from __future__ import annotations

import json
import time

import h5py
import numpy as np
import pytest
import zarr

from daisy_kernel.errors import DataError
from widgets_apps.viewer.opening import open_source
from widgets_apps.viewer.source import Sources

_VALUES = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


def _opened(path) -> dict:
    described = Sources().keep(open_source(str(path))).describe()
    json.dumps(described, allow_nan=False)  # as it is sent
    return described


def _store(path, **attributes):
    array = zarr.open_array(path, mode="w", shape=_VALUES.shape, dtype="f4")
    array[:] = _VALUES
    array.attrs.update(attributes)
    return path


@pytest.mark.parametrize("end", [np.nan, np.inf, -np.inf])
def test_a_coordinate_that_is_no_number_hinders_no_one_from_looking(tmp_path, end):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file.create_group("entry")
        group.attrs["signal"], group.attrs["axes"], file.attrs["default"] = "data", ["z", "y", "x"], "entry"
        group["data"], group["z"], group["y"] = _VALUES, [end, 1.0, 2.0], np.arange(4.0)
    assert list(_opened(tmp_path / "a.h5")["coordinates"]) == ["y"]


@pytest.mark.parametrize(("factor", "offset"), [(0, 0), (-2, 0), (np.nan, 0), (np.inf, 0), (1e-320, 0), (1, np.nan)])
@pytest.mark.parametrize("kind", ["hdf5", "zarr"])
def test_a_scale_that_gives_no_values_is_refused(tmp_path, kind, factor, offset):
    if kind == "zarr":
        path = _store(tmp_path / "a.zarr", scale_factor=float(factor), add_offset=float(offset))
    else:
        path = tmp_path / "a.h5"
        with h5py.File(path, "w") as file:
            file["data"], file["data_scaling_factor"], file["data_offset"] = _VALUES, float(factor), float(offset)
    with pytest.raises(DataError, match=rf"{path.name} says that .* times {float(factor)} plus {float(offset)}"):
        _opened(path)


@pytest.mark.parametrize("value", ["x", [1, 2], {"a": 1}, None])
def test_a_factor_that_is_no_number_is_named(tmp_path, value):
    with pytest.raises(DataError, match=r"a\.zarr has scale_factor=.*, which is no number"):
        _opened(_store(tmp_path / "a.zarr", scale_factor=value))


@pytest.mark.parametrize("dims", [5, "zyx", ["a"], ["a", "a", "a"], ["a", None, "b"], {"a": 1}])
def test_names_of_axes_that_are_none_are_passed_over(tmp_path, dims):
    assert _opened(_store(tmp_path / "a.zarr", _ARRAY_DIMENSIONS=dims))["dims"] == ["z", "y", "x"]


def test_links_that_lead_round_in_circles_end(tmp_path):
    store = tmp_path / "a.zarr"
    zarr.open_group(store, mode="w").create_array("deep", data=_VALUES)
    for number in range(4):
        (store / f"again{number}").symlink_to(".")
    begin = time.monotonic()
    assert _opened(store)["shape"] == [3, 4, 5]
    assert time.monotonic() - begin < 60
