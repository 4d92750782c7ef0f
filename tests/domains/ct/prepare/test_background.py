"""Normalisation of the background."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from daisy_kernel.domains.ct.prepare.background import background_level, normalize_air, normalize_background
from daisy_kernel.errors import ParameterError

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@pytest.fixture
def truth():
    transmission = np.random.default_rng(0).uniform(0.1, 0.9, (12, 8, 40)).astype(np.float32)
    transmission[:, :, :6] = transmission[:, :, -6:] = 1
    return transmission


def test_a_beam_that_flickers_is_made_even(truth):
    flicker = np.random.default_rng(1).uniform(0.8, 1.2, (12, 1, 1)).astype(np.float32)
    found = normalize_background(truth * flicker, region=(2, 6, 0, 6))
    np.testing.assert_allclose(found, truth, rtol=1e-6)
    np.testing.assert_allclose(background_level(truth * flicker, (2, 6, 0, 6)), flicker.ravel(), rtol=1e-6)


def test_a_frame_does_not_depend_on_the_others(truth):
    whole = normalize_background(truth * 0.7, region=(0, 8, 0, 5))
    assert normalize_background(truth[4:5] * 0.7, region=(0, 8, 0, 5)).tobytes() == whole[4:5].tobytes()


def test_counts_are_taken_too():
    counts = np.array([[[100, 200, 50]]], np.uint16)
    found = normalize_background(counts, region=(0, 1, 0, 2))
    np.testing.assert_allclose(found, [[[2 / 3, 4 / 3, 1 / 3]]], rtol=1e-6)


def test_a_beam_that_leans_is_made_even_row_by_row(truth):
    lean = np.linspace(0.9, 1.3, 40, dtype=np.float32)
    found = normalize_air(truth * lean, columns=1)
    np.testing.assert_allclose(found, truth, rtol=1e-6)
    part = normalize_air((truth * lean)[3:5, 2:4], columns=1)
    assert part.tobytes() == found[3:5, 2:4].tobytes()


def test_a_dark_background_leaves_the_frame_as_it_is(truth):
    truth[3, :, :6] = 0
    np.testing.assert_array_equal(normalize_background(truth, region=(0, 8, 0, 6))[3], truth[3])
    np.testing.assert_array_equal(normalize_air(truth, columns=6)[3], truth[3])


def test_it_is_the_same_on_any_number_of_threads(truth, same_on_threads):
    assert same_on_threads(lambda: normalize_background(truth, region=(0, 8, 0, 7)))
    assert same_on_threads(lambda: normalize_air(truth, columns=7))


def test_a_region_outside_of_the_frame_is_refused(truth):
    with pytest.raises(ParameterError, match=r"region \(0, 9, 0, 6\) is not in frames of \(8, 40\)"):
        normalize_background(truth, region=(0, 9, 0, 6))
    with pytest.raises(ParameterError, match=r"region \(2, 2, 0, 6\) is not in frames"):
        background_level(truth, (2, 2, 0, 6))
    with pytest.raises(ParameterError, match="columns is 21 for projections of 40 columns"):
        normalize_air(truth, columns=21)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (2, 2, 5), elements=FLOATS))
def test_finite_values_stay_finite(projections):
    assert np.isfinite(normalize_background(projections, region=(0, 2, 1, 3))).all()
    assert np.isfinite(normalize_air(projections, columns=2)).all()
