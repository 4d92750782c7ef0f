"""Filters against their published forms."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.reconstruct.filters import FILTERS, filter_response
from daisy_kernel.errors import ParameterError


def test_the_ramp_is_the_transform_of_its_band_limited_kernel():
    kernel = np.fft.irfft(filter_response("ramp", 256).astype(float), 256)
    lag = np.arange(1, 128)
    wanted = np.where(lag % 2 == 1, -1 / (np.pi * lag) ** 2, 0)
    assert kernel[0] == pytest.approx(0.25, abs=1e-7)
    np.testing.assert_allclose(kernel[1:128], wanted, atol=1e-7)


def test_the_ramp_is_the_frequency_but_for_a_trace_that_keeps_the_mean():
    response = filter_response("ramp", 4096)
    np.testing.assert_allclose(response, np.fft.rfftfreq(4096), atol=1.1e-4)
    assert response[0] > 0


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("length", [4, 90, 127, 1024])
def test_a_response_has_a_real_transforms_length_and_no_negative_value(name, length):
    response = filter_response(name, length, 0.8)
    assert response.shape == (length // 2 + 1,)
    assert response.dtype == np.float32
    assert (response >= 0).all()


def test_windows_at_half_their_cutoff_have_their_published_values():
    ramp = filter_response("ramp", 1024)
    quarter = {name: (filter_response(name, 1024, 0.5) / ramp)[128] for name in FILTERS}
    assert quarter["ramp"] == 1
    assert quarter["shepp-logan"] == pytest.approx(np.sin(np.pi / 4) / (np.pi / 4), rel=1e-5)
    assert quarter["hann"] == pytest.approx(0.5, rel=1e-5)
    assert quarter["butterworth"] == pytest.approx(1 / np.sqrt(1 + 0.5**8), rel=1e-5)


def test_all_but_butterworth_end_at_the_cutoff_where_that_has_half_the_power():
    beyond = {name: filter_response(name, 1024, 0.5)[257:].max() for name in FILTERS}
    assert beyond.pop("butterworth") > 0
    assert set(beyond.values()) == {0}
    ramp, butterworth = filter_response("ramp", 1024), filter_response("butterworth", 1024, 0.5)
    assert (butterworth / ramp)[256] == pytest.approx(np.sqrt(0.5), rel=1e-5)


@pytest.mark.parametrize("cutoff", [0.0, -0.1, 1.01, float("nan")])
def test_a_cutoff_beyond_nyquist_is_refused(cutoff):
    with pytest.raises(ParameterError, match=rf"cutoff is {cutoff:g}.*\(0, 1\]"):
        filter_response("hann", 64, cutoff)


def test_an_unknown_filter_is_refused_with_those_that_exist():
    with pytest.raises(ParameterError, match=r"no filter 'hamm'.*ramp, shepp-logan, hann, butterworth"):
        filter_response("hamm", 64)
