"""Absorption from transmission."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from daisy_kernel.domains.ct.prepare.absorption import absorption


def test_it_is_the_logarithm_to_two_units_in_the_last_place():
    rng = np.random.default_rng(0)
    wide = np.exp(rng.uniform(-13, 80, 200_000))
    near_one = rng.uniform(0.7, 1.5, 200_000)
    transmission = np.concatenate([wide, near_one, np.exp2(np.arange(-19, 120.0))]).astype(np.float32)
    expected = -np.log(transmission.astype(np.float64))
    error = np.abs(absorption(transmission) - expected) / np.spacing(np.abs(expected).astype(np.float32))
    assert error.max() < 2


def test_no_absorption_is_exactly_zero():
    assert absorption(np.ones(5)).tobytes() == np.zeros(5, np.float32).tobytes()


def test_what_has_no_logarithm_counts_as_the_minimum():
    found = absorption([0.0, -3.0, np.nan, -np.inf, 1e-9, 1e-2], minimum=1e-2)
    np.testing.assert_allclose(found, np.full(6, -np.log(1e-2)), rtol=1e-6)
    assert np.isfinite(absorption([np.inf]))[0]


def test_the_result_may_take_the_place_of_the_transmission():
    transmission = np.random.default_rng(1).uniform(0.01, 1, (3, 4, 5000)).astype(np.float32)
    expected = absorption(transmission)
    assert absorption(transmission, out=transmission) is transmission
    np.testing.assert_array_equal(transmission, expected)


def test_strided_and_empty_arrays_and_numbers_of_any_type_are_taken():
    transmission = np.random.default_rng(1).uniform(0.01, 1, (6, 7)).astype(np.float32)
    np.testing.assert_array_equal(absorption(transmission[::2, ::-1]), absorption(transmission)[::2, ::-1])
    np.testing.assert_allclose(absorption(np.array([1, 2], np.uint16)), [0, -np.log(2)], rtol=1e-6)
    assert absorption(np.empty((0, 3))).shape == (0, 3)


def test_it_is_the_same_on_any_number_of_threads(same_on_threads):
    transmission = np.random.default_rng(1).uniform(0.01, 1, 100_000).astype(np.float32)
    assert same_on_threads(lambda: absorption(transmission))


@settings(max_examples=100, deadline=None)
@given(arrays(np.float32, array_shapes(max_dims=3), elements=st.floats(width=32)))
def test_it_is_finite_whatever_the_transmission(transmission):
    found = absorption(transmission)
    assert np.isfinite(found).all()
    assert found.max() <= np.float32(-np.log(1e-6))
