"""Steps compute where their arrays are: the GPU's functions for its arrays, the CPU's for others."""

from __future__ import annotations

import numpy as np
import pytest
from xarray import DataArray

from daisy_kernel.domains.ct import gpu
from daisy_kernel.domains.ct.gpu import kernels
from daisy_kernel.domains.ct.steps.prepare import Absorption, Normalize
from daisy_kernel.domains.ct.steps.reconstruct import Grid

ANGLES = np.arange(12) * 15.0


class DeviceArray:
    """An array that NumPy may not touch unasked, as CuPy's; it counts the ways to the host."""

    __cuda_array_interface__ = {"version": 3}  # noqa: RUF012
    __array_ufunc__ = None

    def __init__(self, values):
        self.values = values
        self.fetched = 0
        self.shape, self.ndim, self.dtype = values.shape, values.ndim, values.dtype
        self.size, self.nbytes = values.size, values.nbytes

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(f"{function.__name__} of an array on a device")

    def __array__(self, *_, **__):
        raise TypeError("implicit conversion to a NumPy array is not allowed")

    def get(self):
        self.fetched += 1
        return self.values

    def transpose(self, *axes):
        """What the emulated device, whose memory is NumPy's, then works on."""
        return self.values.transpose(*axes)


def on_device(values, *dims, **coords):
    return DataArray(DeviceArray(values), dims=dims, coords=coords)


def projections(values, **attrs):
    rows, columns = np.arange(values.shape[1]), np.arange(values.shape[2])
    return on_device(values, "angle", "row", "column", angle=ANGLES, row=rows, column=columns).assign_attrs(attrs)


def test_a_device_array_is_one():
    data = projections(np.ones((12, 2, 8))).data
    assert isinstance(data, DeviceArray)
    assert gpu.on_device(data)
    with pytest.raises(TypeError, match="not allowed"):
        np.asarray(data)


def test_normalize_averages_on_the_host_and_divides_on_the_device(monkeypatch):
    seen = {}

    def stand_in(counts, flats, darks, **options):
        seen.update(counts=counts, flats=flats, darks=darks, **options)
        return np.ones(counts.shape, np.float32)

    monkeypatch.setattr(gpu, "normalize", stand_in)
    counts = projections(np.full((12, 2, 8), 60, np.uint16), quantity="counts")
    flats, darks = (on_device(np.full((3, 2, 8), value, np.uint16), "frame", "row", "column") for value in (110, 10))
    flats.data.values[:, 1, 3] = 10
    step = Normalize(minimum=1e-3)
    found = step.execute(counts, flats, darks)
    assert found.attrs["quantity"] == "transmission"
    assert seen["counts"] is counts.data
    assert seen["counts"].fetched == 0
    assert isinstance(seen["flats"], np.ndarray)
    assert isinstance(seen["darks"], np.ndarray)
    assert seen["minimum"] == 1e-3
    assert step.warnings == {"dead or saturated pixels, interpolated along the row": 1}


def test_absorption_stays_on_the_device(monkeypatch):
    monkeypatch.setattr(gpu, "absorption", lambda values, minimum: DeviceArray(-np.log(values.values)))
    found = Absorption().execute(projections(np.full((12, 2, 8), 0.5, np.float32), quantity="transmission"))
    assert found.attrs["quantity"] == "absorption"
    assert isinstance(found.data, DeviceArray)
    assert found.data.fetched == 0


def test_grid_gives_the_volume_of_the_cpu(monkeypatch, emulated):
    monkeypatch.setattr(kernels, "cuda", lambda: emulated)
    rng = np.random.default_rng(0)
    values = rng.random((12, 2, 16)).astype(np.float32)
    given = projections(values, quantity="absorption", pixel_size=2.0)
    step, reference = Grid(center=7.0), Grid(center=7.0)
    step.initialize()
    reference.initialize()
    found = step.execute(given)
    wanted = reference.execute(given.copy(data=values))
    assert isinstance(step._plan, gpu.GpuGridPlan)
    assert not isinstance(reference._plan, gpu.GpuGridPlan)
    assert found.attrs == wanted.attrs
    np.testing.assert_allclose(found.values, wanted.values, atol=1e-4 * np.abs(wanted.values).max())


def test_scratch_counts_the_memory_where_the_arrays_are():
    values = np.zeros((12, 2, 16), np.float32)
    given = projections(values)
    on_gpu, on_cpu = Grid(center=7.0).scratch(given), Grid(center=7.0).scratch(given.copy(data=values))
    assert on_gpu == gpu.gpu_grid_bytes(12, 16, 16)
    assert on_cpu != on_gpu
