"""Removal of zingers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import median_filter

from daisy_kernel.domains.ct.prepare.zingers import remove_zingers
from daisy_kernel.errors import DataError, ParameterError


def by_definition(projections, threshold, size):
    median = median_filter(projections, size=(1, size, size), mode="nearest")
    return np.where(projections.astype(np.float64) - median > threshold, median, projections)


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("dtype", [np.float32, np.uint16, np.int32, np.float64])
def test_it_is_the_median_of_scipy_where_a_pixel_is_above_the_threshold(size, dtype):
    rng = np.random.default_rng(size)
    projections = rng.integers(0, 1000, (3, 70, 41)).astype(dtype)
    found = remove_zingers(projections, threshold=300.5, size=size)
    np.testing.assert_array_equal(found, by_definition(projections, 300.5, size))
    assert found.dtype == dtype


def test_a_spot_of_two_pixels_goes_and_the_edge_of_a_sample_stays():
    frame = np.full((1, 20, 20), 0.9, np.float32)
    frame[:, :, 10:] = 0.2
    spotted = frame.copy()
    spotted[0, 7, 3:5] += 3
    spotted[0, 0, 0] += 3
    np.testing.assert_array_equal(remove_zingers(spotted, threshold=0.3), frame)


def test_what_is_given_is_not_changed():
    frame = np.zeros((1, 3, 3), np.float32)
    frame[0, 1, 1] = 9
    remove_zingers(frame, threshold=1)
    assert frame[0, 1, 1] == 9


def test_rows_with_half_a_window_of_halo_are_the_same_as_in_the_whole_frame():
    projections = np.random.default_rng(0).integers(0, 1000, (3, 40, 30)).astype(np.uint16)
    whole = remove_zingers(projections, threshold=400, size=5)
    part = remove_zingers(projections[:, 14:34], threshold=400, size=5)
    np.testing.assert_array_equal(part[:, 2:-2], whole[:, 16:32])


def test_one_row_no_frame_and_a_frame_smaller_than_the_window_are_taken():
    line = np.array([[[1, 1, 90, 1, 1]]], np.uint16)
    assert remove_zingers(line, threshold=10).max() == 1
    assert remove_zingers(line[:0], threshold=10).shape == (0, 1, 5)
    assert remove_zingers(line[:, :, :2], threshold=10, size=7).shape == (1, 1, 2)


def test_it_is_the_same_on_any_number_of_threads(same_on_threads):
    projections = np.random.default_rng(0).random((4, 100, 50), np.float32)
    assert same_on_threads(lambda: remove_zingers(projections, threshold=0.4))


def test_a_threshold_or_a_size_without_sense_is_refused():
    frame = np.zeros((1, 3, 3))
    with pytest.raises(ParameterError, match="threshold is 0: give a positive threshold"):
        remove_zingers(frame, threshold=0)
    with pytest.raises(ParameterError, match="size is 4: give an odd number of pixels"):
        remove_zingers(frame, threshold=1, size=4)
    with pytest.raises(DataError, match=r"projections have the shape \(3, 3\)"):
        remove_zingers(frame[0], threshold=1)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float32, (1, 4, 5), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_finite_values_stay_finite_and_never_grow(projections):
    found = remove_zingers(projections, threshold=1e-3)
    assert np.isfinite(found).all()
    assert (found <= projections).all()
