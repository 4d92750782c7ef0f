"""Planes of each type of number, however it is stored, against NumPy."""

from __future__ import annotations

import math

import h5py
import numpy as np
import pytest
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from widgets_apps.viewer import measures
from widgets_apps.viewer.opening import open_source
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import as_source

_KINDS = ("memory", "backwards", "transposed", "whole", "chunks", "compressed", "zarr")
_TYPES = [order + name for name in ("u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8") for order in "<>"]


def _stored(folder, values, kind, chunks):
    """The values as a source that reads them from where they are."""
    if kind == "memory":
        return as_source(values, name="a")
    if kind == "backwards":
        return as_source(np.ascontiguousarray(values[::-1, :, ::-1])[::-1, :, ::-1], name="a")
    if kind == "transposed":
        return as_source(np.ascontiguousarray(values.transpose(2, 0, 1)).transpose(1, 2, 0), name="a")
    if kind == "zarr":
        zarr.create_array(folder / "a.zarr", data=values, chunks=chunks, overwrite=True)
        return open_source(str(folder / "a.zarr"))
    with h5py.File(folder / "a.h5", "w") as file:
        packed = "gzip" if kind == "compressed" else None
        file.create_dataset("a", data=values, chunks=None if kind == "whole" else chunks, compression=packed)
    return open_source(str(folder / "a.h5"))


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_plane_is_what_numpy_cuts_out(tmp_path, data):
    dtype = np.dtype(data.draw(st.sampled_from(["?", "u1", "i1", *_TYPES])))
    shape = data.draw(st.tuples(*[st.integers(1, 7)] * 3))
    values = data.draw(arrays.arrays(dtype, shape))
    chunks = data.draw(st.tuples(*(st.integers(1, n) for n in shape)))
    kind = data.draw(st.sampled_from(_KINDS[:3] if dtype.kind == "b" else _KINDS))
    axis = data.draw(st.integers(0, 2))
    index = data.draw(st.integers(0, shape[axis] - 1))
    planes, plane = Planes(), Plane(_stored(tmp_path, values, kind, chunks), axis, index)
    expected = np.take(values, index, axis)
    np.testing.assert_array_equal(planes.read(plane, plane.whole), expected.astype(dtype.newbyteorder("=")))
    row, column = (data.draw(st.integers(0, n - 1)) for n in expected.shape)
    true = float(expected[row, column])
    assert measures.value(planes, plane, row, column) == (true if math.isfinite(true) else None)
    _same_measures(planes, plane, expected.astype(np.float64))


def _same_measures(planes, plane, expected):
    finite = expected[np.isfinite(expected)]
    found = measures.statistics(planes, plane, plane.whole)
    counts = measures.histogram(planes, plane, 8)["counts"]
    assert (found.count, sum(counts)) == (finite.size, finite.size)
    if finite.size:
        assert (found.minimum, found.maximum) == (finite.min(), finite.max())
        window = planes.windowed(plane, plane.whole, plane.shape, float(finite.min()), float(finite.max()))
        assert not window[np.isnan(expected)].any()
        if finite.min() < finite.max():
            assert (window[expected == finite.max()] == 255).all()
            assert not window[expected == finite.min()].any()
        if finite.size and np.abs(finite).max() < 1e150:
            assert found.mean == pytest.approx(finite.mean(), abs=1e-12 * np.abs(finite).max())
            assert found.deviation == pytest.approx(finite.std(), rel=1e-6, abs=1e-7 * np.abs(finite).max())
