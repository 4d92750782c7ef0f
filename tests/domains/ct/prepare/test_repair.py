"""Repair of values that are not finite."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from daisy_kernel.domains.ct.prepare.repair import repair_nonfinite
from daisy_kernel.errors import DataError


def test_gaps_are_interpolated_and_ends_take_the_nearest_value():
    nan, inf = np.nan, np.inf
    line = np.array([nan, 1.0, inf, nan, 4.0, -inf], np.float32)
    repaired, count = repair_nonfinite(line, limit=1.0)
    np.testing.assert_allclose(repaired, [1, 1, 2, 3, 4, 4])
    assert count == 4


def test_it_interpolates_as_numpy_does():
    rng = np.random.default_rng(0)
    projections = rng.random((4, 5, 60)).astype(np.float32)
    bad = rng.random(projections.shape) < 0.2
    expected = projections.copy()
    for line, gaps in zip(expected.reshape(-1, 60), bad.reshape(-1, 60), strict=True):
        line[gaps] = np.interp(np.flatnonzero(gaps), np.flatnonzero(~gaps), line[~gaps])
    projections[bad] = np.nan
    repaired, count = repair_nonfinite(projections, limit=0.5)
    np.testing.assert_allclose(repaired, expected, rtol=1e-6)
    assert count == bad.sum()


def test_a_row_without_a_finite_value_becomes_zero():
    frame = np.full((2, 3), np.nan)
    frame[1] = 7
    np.testing.assert_array_equal(repair_nonfinite(frame, limit=0.5)[0], [[0, 0, 0], [7, 7, 7]])


def test_what_is_good_is_returned_as_it_is():
    good = np.ones((2, 3, 4), np.float32)
    assert repair_nonfinite(good) == (pytest.approx(good), 0)
    assert repair_nonfinite(good)[0] is good
    counts = np.ones((2, 3, 4), np.uint16)
    assert repair_nonfinite(counts)[0] is counts
    assert repair_nonfinite(good[:0])[1] == 0


def test_what_is_given_is_not_changed():
    given_ = np.array([[1.0, np.nan]])
    repair_nonfinite(given_, limit=0.5)
    assert np.isnan(given_[0, 1])


def test_one_per_cent_is_repaired_and_more_is_refused():
    projections = np.ones((10, 10, 10), np.float32)
    projections[0, 0] = np.nan
    assert repair_nonfinite(projections)[1] == 10
    projections[1, 0, 0] = np.inf
    with pytest.raises(DataError, match=r"11 of 1000 values \(1\.1%\) are not finite: at most 1\.0%"):
        repair_nonfinite(projections)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float32, (2, 3, 6), elements=st.floats(width=32)),
    st.sampled_from([np.float16, np.float32, np.float64, ">f4"]),
)
def test_the_result_is_finite_and_good_values_stay(values, dtype):
    with np.errstate(over="ignore"):
        values = values.astype(dtype)
    repaired, count = repair_nonfinite(values, limit=1.0)
    good = np.isfinite(values)
    assert np.isfinite(repaired).all()
    assert count == (~good).sum()
    np.testing.assert_array_equal(repaired[good], values[good])
