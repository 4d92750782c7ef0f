"""Range, histogram, statistics and profile against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from daisy_kernel.errors import DataError
from widgets_apps.viewer import measures
from widgets_apps.viewer import planes as planes_module
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import Sources

_IMAGE = np.random.default_rng(5).normal(3, 2, (40, 50))


def _plane(values):
    return Plane(Sources().add(values, name="a"), 0, 0)


def _with_holes():
    values = _IMAGE.copy()
    values[3, 4], values[5, 6], values[7, 8] = np.nan, np.inf, -np.inf
    return values


@pytest.fixture(params=["one band", "many bands"])
def planes(request, monkeypatch):
    if request.param == "many bands":
        monkeypatch.setattr(planes_module, "_BAND", 7 * 50 * 8)
    return Planes()


def test_a_range_is_of_the_finite_values(planes):
    found = measures.extent(planes, _plane(_with_holes()), (2, 98))
    finite = _with_holes()[np.isfinite(_with_holes())]
    assert found == pytest.approx((*np.percentile(finite, (2, 98)), finite.min(), finite.max()))


def test_percentiles_of_a_large_slice_are_of_a_regular_sample(planes, monkeypatch):
    monkeypatch.setattr(measures, "_SAMPLE", 150)
    found = measures.extent(planes, _plane(_IMAGE), (10, 90))
    assert found[:2] == pytest.approx(np.percentile(_IMAGE[::4, ::4], (10, 90)))
    assert found[2:] == pytest.approx((_IMAGE.min(), _IMAGE.max()))


@pytest.mark.parametrize("percentiles", [(-1, 50), (60, 40), (0, 101)])
def test_percentiles_that_do_not_rise_are_refused(planes, percentiles):
    with pytest.raises(DataError, match=rf"percentiles=\[{percentiles[0]}, {percentiles[1]}\]"):
        measures.extent(planes, _plane(_IMAGE), percentiles)


@pytest.mark.parametrize("values", [_with_holes(), (_IMAGE * 100).astype(np.int32), _IMAGE > 3, np.full((3, 3), 7)])
def test_a_histogram_counts_as_numpy_does(planes, values):
    found = measures.histogram(planes, _plane(values), 16)
    finite = values[np.isfinite(values)].astype(float)
    assert sum(found["counts"]) == finite.size
    assert (found["edges_low"], found["edges_high"]) == (finite.min(), finite.max())
    if finite.min() < finite.max():
        assert found["counts"] == np.histogram(finite, 16)[0].tolist()


@pytest.mark.parametrize("ends", [(-1.7e308, 1.7e308), (0.0, 5e-324), (-1e308, -1e308)], ids=["wide", "narrow", "none"])
def test_values_at_the_ends_of_what_a_number_holds_are_counted(planes, ends):
    """Such values are what damaged files hold; counted beside the counts they would end the process."""
    low, high = ends
    found = measures.histogram(planes, _plane(np.array([[low, high], [low, high]])), 64)
    expected = np.zeros(64, int)
    expected[0] += 2
    expected[-1 if high > low else 0] += 2
    assert found["counts"] == expected.tolist()


def test_what_no_number_can_hold_of_statistics_is_not_said(planes):
    plane = _plane(np.repeat(np.array([[-1.7e308], [1.7e308]]), 50, axis=0) * np.ones(50))
    found = measures.statistics(planes, plane, plane.whole)
    assert (found.count, found.deviation, found.minimum, found.maximum) == (5000, None, -1.7e308, 1.7e308)


def test_statistics_are_of_the_finite_values_of_a_region(planes):
    plane = _plane(_with_holes())
    found = measures.statistics(planes, plane, plane.region((2, 30, 3, 41)))
    cut = _with_holes()[2:30, 3:41]
    finite = cut[np.isfinite(cut)]
    assert found.count == finite.size
    assert (found.mean, found.deviation) == pytest.approx((finite.mean(), finite.std()))
    assert (found.minimum, found.maximum) == (finite.min(), finite.max())


def test_a_deviation_far_from_zero_keeps_its_digits(planes):
    plane = _plane(1e9 + _IMAGE)
    assert measures.statistics(planes, plane, plane.whole).deviation == pytest.approx(_IMAGE.std(), rel=1e-6)


def test_where_nothing_is_finite_there_is_no_number(planes):
    plane = _plane(np.full((4, 4), np.nan))
    assert measures.extent(planes, plane, (0, 100)) == (None, None, None, None)
    assert measures.statistics(planes, plane, plane.whole).mean is None
    assert measures.histogram(planes, plane, 4) == {"edges_low": None, "edges_high": None, "counts": [0, 0, 0, 0]}
    assert measures.value(planes, plane, 1, 1) is None
    assert measures.profile(planes, plane, (0, 0), (3, 3))[1] == [None] * 5


@settings(deadline=None)
@given(st.tuples(st.floats(0, 39), st.floats(0, 49)), st.tuples(st.floats(0, 39), st.floats(0, 49)))
def test_a_profile_lies_between_its_neighbours_linearly(start, end):
    length, found = measures.profile(Planes(), _plane(_IMAGE), start, end)
    assert length == pytest.approx(np.hypot(end[0] - start[0], end[1] - start[1]))
    points = np.linspace(start, end, len(found))
    want = map_coordinates(_IMAGE, points.T, order=1, mode="nearest")
    np.testing.assert_allclose(found, want, atol=1e-9)
    assert abs(len(found) - 1 - length) <= 1


def test_a_long_profile_is_read_stretch_by_stretch(monkeypatch):
    monkeypatch.setattr(measures, "_STRETCH", 5)
    _, found = measures.profile(Planes(), _plane(_IMAGE), (39, 0), (0, 49))
    points = np.linspace((39, 0), (0, 49), len(found))
    np.testing.assert_allclose(found, map_coordinates(_IMAGE, points.T, order=1), atol=1e-9)


def test_a_nan_beside_the_line_does_not_touch_it():
    values = np.ones((3, 5))
    values[1] = np.nan
    assert measures.profile(Planes(), _plane(values), (0, 0), (0, 4))[1] == [1.0] * 5


def test_a_line_that_leaves_the_plane_is_refused():
    with pytest.raises(DataError, match=r"from \[0, 0\] to \[0, 60\] leaves the plane: give .* columns -0\.5 to 49\.5"):
        measures.profile(Planes(), _plane(_IMAGE), (0, 0), (0, 60))
