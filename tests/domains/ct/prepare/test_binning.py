"""Binning of detector pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from daisy_kernel.domains.ct.prepare.binning import bin_projections
from daisy_kernel.errors import DataError, ParameterError


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 2), (3, 1), (1, 4), (6, 8)])
def test_it_is_the_mean_of_each_block(rows, columns, dtype):
    projections = np.random.default_rng(0).integers(0, 255, (3, 6, 8)).astype(dtype)
    blocks = projections.reshape(3, 6 // rows, rows, 8 // columns, columns)
    found = bin_projections(projections, rows, columns)
    np.testing.assert_allclose(found, blocks.mean(axis=(2, 4)), rtol=1e-6)
    assert found.dtype == np.float32


def test_no_frame_stays_no_frame():
    assert bin_projections(np.empty((0, 4, 4)), 2, 2).shape == (0, 2, 2)


def test_it_is_the_same_on_any_number_of_threads(same_on_threads):
    projections = np.random.default_rng(0).random((5, 6, 8), np.float32)
    assert same_on_threads(lambda: bin_projections(projections, 3, 2))


def test_sizes_that_are_no_multiple_are_refused_with_what_to_crop_to():
    with pytest.raises(DataError, match="7 rows and 9 columns cannot be binned by 2 and 4: crop to 6 rows, 8 col"):
        bin_projections(np.ones((1, 7, 9)), 2, 4)


def test_a_factor_below_one_is_refused():
    with pytest.raises(ParameterError, match="the binning factors are 0 and 2"):
        bin_projections(np.ones((1, 4, 4)), 0, 2)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (1, 4, 6), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_means_of_finite_values_are_finite_and_between_them(projections):
    found = bin_projections(projections, 2, 3)
    assert np.isfinite(found).all()
    assert projections.min() <= found.min()
    assert found.max() <= projections.max()
