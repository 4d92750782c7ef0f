"""The transforms of sixteen slices against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.reconstruct._fft import fast_length, plan_fft, transform, transform_length


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("length", [4, 6, 8, 10, 15, 16, 20, 30, 64, 250, 360, 512, 1080, 1280])
def test_a_transform_is_numpys(length, inverse):
    rng = np.random.default_rng(length)
    signal = rng.normal(size=(length, 16)) + 1j * rng.normal(size=(length, 16))
    x = np.stack([signal.real, signal.imag], axis=1).astype(np.float32).ravel()
    found, _ = transform(plan_fft(length), x, np.empty_like(x), inverse)
    re, im = found.reshape(length, 2, 16).transpose(1, 0, 2)
    wanted = np.fft.ifft(signal, axis=0, norm="forward") if inverse else np.fft.fft(signal, axis=0)
    assert np.abs(re + 1j * im - wanted).max() < 1e-6 * np.abs(wanted).max()


def test_a_plan_knows_its_length():
    assert [transform_length(plan_fft(length)) for length in (4, 30, 1280)] == [4, 30, 1280]


def test_a_fast_length_is_even_and_not_below_and_near():
    for minimum in range(1, 3000, 7):
        length = fast_length(minimum)
        assert length % 2 == 0
        assert minimum <= length <= max(4, 1.15 * minimum + 1)
        assert transform_length(plan_fft(length // 2)) == length // 2
