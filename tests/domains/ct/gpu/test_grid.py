"""Gridding on the GPU against the CPU's: the kernels emulated, and on CUDA where there is a device."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.gpu.grid import GpuGridPlan, gpu_grid_bytes
from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan
from daisy_kernel.errors import DataError, ParameterError

N, ANGLES = 48, np.arange(40) * 4.5


def slices(count, *, center=23.5, columns=N, angles=ANGLES):
    return np.stack(
        [ellipse_sinogram(random_ellipses(seed, 5), angles, columns, center=center) for seed in range(count)]
    )


def assert_close(found, wanted):
    """Round-off: 1e-5 of the maximum in the circle; the window's transform magnifies it in the corners."""
    assert found.dtype == np.float32
    assert found.shape == wanted.shape
    difference = np.abs(found - wanted) / np.abs(wanted).max()
    assert difference.max() <= 1e-4
    assert difference[..., circle_mask(found.shape[-1])].max() <= 1e-5


@pytest.mark.parametrize(
    ("columns", "center", "size", "options"),
    [
        (N, 23.5, None, {}),
        (N, 17.3, None, {"filter": "hann", "cutoff": 0.7}),
        (47, 23.0, 33, {}),
        (N, 25.0, 64, {"filter": "shepp-logan"}),
    ],
)
def test_slices_are_those_of_the_cpu(device, to_numpy, columns, center, size, options):
    rows = slices(3, center=center, columns=columns)
    wanted = GridPlan(ANGLES, columns, center=center, size=size, **options).reconstruct(rows)
    plan = GpuGridPlan(ANGLES, columns, center=center, size=size, **options)
    assert_close(to_numpy(plan.reconstruct(device.xp.asarray(rows))), wanted)


def test_more_angles_than_are_filtered_at_a_time(device, to_numpy):
    angles = np.arange(150) * 1.2
    rows = slices(1, columns=24, center=11.0, angles=angles)
    wanted = GridPlan(angles, 24, center=11.0).reconstruct(rows)
    assert_close(to_numpy(GpuGridPlan(angles, 24, center=11.0).reconstruct(device.xp.asarray(rows))), wanted)


def test_bits_of_a_slice_depend_on_that_slice_alone(device, to_numpy):
    rows = device.xp.asarray(slices(37, columns=24, center=11.0))
    plan = GpuGridPlan(ANGLES, 24, center=11.0)
    whole = to_numpy(plan.reconstruct(rows))
    np.testing.assert_array_equal(to_numpy(plan.reconstruct(rows)), whole)
    np.testing.assert_array_equal(to_numpy(plan.reconstruct(rows[32:])), whole[32:])
    np.testing.assert_array_equal(to_numpy(plan.reconstruct(rows[5:6])), whole[5:6])


def test_any_view_is_read_and_none_is_changed(device, to_numpy):
    projections = slices(3).transpose(1, 0, 2).copy()
    projections[7, 1, 20] = np.nan
    given = device.xp.asarray(projections)
    plan = GpuGridPlan(ANGLES, N, center=23.5)
    found = to_numpy(plan.reconstruct(given.transpose(1, 0, 2)))
    np.testing.assert_array_equal(to_numpy(given), projections)
    np.testing.assert_array_equal(
        found, to_numpy(plan.reconstruct(device.xp.asarray(projections.transpose(1, 0, 2).copy())))
    )


def test_unusable_values_are_repaired_as_on_the_cpu(device, to_numpy):
    rows = slices(3)
    rows[0, 5, 20:23] = [np.nan, np.inf, -np.inf]
    rows[1, 6, 0], rows[1, 7, -2:], rows[1, 8] = 2e30, np.nan, np.nan
    wanted = GridPlan(ANGLES, N, center=23.5).reconstruct(rows)
    found = to_numpy(GpuGridPlan(ANGLES, N, center=23.5).reconstruct(device.xp.asarray(rows)))
    assert np.isfinite(found).all()
    assert_close(found, wanted)


def test_an_empty_slice_beside_a_bright_one_stays_empty(device, to_numpy):
    rows = np.zeros((2, len(ANGLES), N), np.float32)
    rows[0] = slices(1)[0] * 1000
    found = to_numpy(GpuGridPlan(ANGLES, N, center=23.5).reconstruct(device.xp.asarray(rows)))
    np.testing.assert_array_equal(found[1], 0)


def test_memory_is_known_beforehand(device):
    for angles, columns, size in ((200, 128, 128), (300, 256, 256), (64, 128, 300)):
        plan = GpuGridPlan(np.arange(angles) * 180 / angles, columns, center=(columns - 1) / 2, size=size)
        assert plan.nbytes < gpu_grid_bytes(angles, columns, size)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"center": -3.0}, ParameterError, r"center -3 is not on the detector"),
        ({"filter": "ram"}, ParameterError, r"no filter 'ram'.*ramp"),
        ({"angles": ANGLES[:-1]}, DataError, r"shape \(1, 40, 48\).*\(any, 39, 48\)"),
        ({"angles": np.full(40, np.nan)}, DataError, r"angle 0 is nan"),
    ],
)
def test_what_cannot_be_is_refused(device, change, kind, text):
    options = {"angles": ANGLES, "center": 23.5, **change}
    with pytest.raises(kind, match=text):
        GpuGridPlan(options.pop("angles"), N, **options).reconstruct(device.xp.asarray(slices(1)))


@pytest.mark.gpu
def test_a_large_phantom_on_the_gpu(cuda, to_numpy):
    angles = np.arange(1000) * 0.18
    rows = np.repeat(ellipse_sinogram(random_ellipses(0), angles, 1024, center=512.3)[np.newaxis], 33, axis=0)
    wanted = GridPlan(angles, 1024, center=512.3).reconstruct(rows[:1])[0]
    found = to_numpy(GpuGridPlan(angles, 1024, center=512.3).reconstruct(cuda.xp.asarray(rows)))
    for image in (found[0], found[32]):
        assert_close(image, wanted)
