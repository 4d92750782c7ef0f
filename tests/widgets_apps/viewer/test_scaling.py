"""Means over areas, and windows, against matrices of overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets_apps.viewer.reference import area_means
from widgets_apps.viewer.scaling import mean_type, numeric, rows_for, to_bytes, to_mean

_lengths = st.integers(1, 40)


@settings(deadline=None)
@given(_lengths, _lengths, _lengths, _lengths, st.integers(0, 2**32 - 1))
def test_a_smaller_picture_is_the_mean_over_each_pixels_area(rows, columns, height, width, seed):
    height, width = min(rows, height), min(columns, width)
    pixels = np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)
    out = np.empty((height, width), np.float32)
    to_mean(pixels, out)
    np.testing.assert_allclose(out, area_means(pixels, height, width), atol=2e-5)


@settings(deadline=None)
@given(st.integers(2, 60), st.data())
def test_bands_make_the_same_picture_as_the_whole(rows, data):
    height = data.draw(st.integers(2, rows))
    cut = data.draw(st.integers(1, height - 1))
    pixels = np.random.default_rng(rows).normal(size=(rows, 7))
    whole, bands = np.empty((height, 3)), np.empty((height, 3))
    to_mean(pixels, whole)
    for first, last in ((0, cut), (cut, height)):
        begin, end = rows_for(first, last, rows, height)
        to_mean(pixels[begin:end], bands[first:last], begin=begin, rows=rows, first=first, height=height)
    assert np.array_equal(whole, bands)


def test_a_nan_shows_in_the_pixel_that_covers_it_and_in_no_other():
    pixels = np.ones((4, 4), np.float32)
    pixels[0, 0] = np.nan
    out = np.empty((2, 2), np.float32)
    to_mean(pixels, out)
    assert np.isnan(out[0, 0])
    assert out[0, 1] == out[1, 0] == out[1, 1] == 1


def test_means_of_the_largest_values_do_not_overflow():
    out = np.empty((1, 1), np.float32)
    to_mean(np.full((8, 8), np.finfo(np.float32).max, np.float32), out)
    assert np.isfinite(out).all()


@pytest.mark.parametrize(
    ("value", "byte"), [(0, 0), (-1, 0), (10, 255), (11, 255), (5, 128), (np.nan, 0), (np.inf, 255), (-np.inf, 0)]
)
def test_a_window_ends_at_its_limits(value, byte):
    out = np.empty((1, 1), np.uint8)
    to_bytes(np.array([[value]], float), 0, 10, out)
    assert out[0, 0] == byte


@pytest.mark.parametrize(
    "window", [(-1.7e308, 1.7e308), (0.0, 5e-324), (-1e-310, 1e-310)], ids=["wide", "least", "narrow"]
)
def test_a_window_of_any_width_goes_from_black_to_white(window):
    out = np.empty((1, 2), np.uint8)
    to_bytes(np.array([window]), *window, out)
    assert out.tolist() == [[0, 255]]


def test_the_middle_of_a_window_wider_than_a_number_is_grey():
    out = np.empty((1, 1), np.uint8)
    to_bytes(np.array([[0.0]]), -1.7e308, 1.7e308, out)
    assert out.tolist() == [[128]]


def test_a_window_of_one_value_is_black_up_to_it_and_white_above():
    out = np.empty((1, 3), np.uint8)
    to_bytes(np.array([[1, 2, 3]]), 2, 2, out)
    assert out.tolist() == [[0, 0, 255]]


@pytest.mark.parametrize("dtype", ["?", "f2", ">u2", ">f4", "<i8", "u1", "longdouble"])
def test_every_type_of_number_becomes_one_that_compiled_functions_take(dtype):
    values = np.array([[0, 1], [1, 0]]).astype(dtype)
    out = np.empty((2, 2), mean_type(numeric(values).dtype))
    to_mean(numeric(values), out)
    assert out.tolist() == [[0, 1], [1, 0]]
