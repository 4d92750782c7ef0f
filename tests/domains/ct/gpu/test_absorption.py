"""-log on the GPU against the CPU's: the kernel emulated, and on CUDA where there is a device."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct import gpu
from daisy_kernel.domains.ct.prepare.absorption import absorption


def test_values_are_those_of_the_logarithm(device, to_numpy):
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.random(2000), 1 + rng.normal(0, 1e-3, 2000), 10.0 ** rng.uniform(-37, 38, 2000)])
    given = values.astype(np.float32).reshape(3, 20, 100)
    found = to_numpy(gpu.absorption(device.xp.asarray(given), minimum=1e-30))
    wanted = -np.log(np.maximum(given.astype(np.float64), np.float32(1e-30)))
    assert found.dtype == np.float32
    np.testing.assert_array_max_ulp(found, wanted.astype(np.float32), 2)
    np.testing.assert_array_max_ulp(found, absorption(given, minimum=1e-30), 3)


def test_it_is_finite_whatever_comes(device, to_numpy):
    given = np.array([np.nan, np.inf, -np.inf, 0, -0.0, -1, 1e-45, 3.4e38, 1], np.float32)
    found = to_numpy(gpu.absorption(device.xp.asarray(given)))
    np.testing.assert_allclose(found, absorption(given), rtol=1e-6)
    assert np.isfinite(found).all()
    assert not np.signbit(found[-1])


@pytest.mark.parametrize("shape", [(0,), (1,), (3, 0, 2), (5, 7, 11)])
def test_any_shape_and_view(device, to_numpy, shape):
    given = np.full((2, *shape), 0.5, np.float64)[::-1].swapaxes(0, -1)
    found = to_numpy(gpu.absorption(device.xp.asarray(given)))
    assert found.shape == given.shape
    np.testing.assert_allclose(found, np.log(2), rtol=1e-6)
