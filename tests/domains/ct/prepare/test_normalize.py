"""Transmission from counts."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from algotom.prep.correction import flat_field_correction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from daisy_kernel.domains.ct.prepare.normalize import normalize
from daisy_kernel.domains.ct.prepare.references import bad_pixels
from daisy_kernel.errors import DataError

ANGLES, ROWS, COLUMNS = 40, 5, 33


@pytest.fixture
def scan():
    rng = np.random.default_rng(1)
    projections = rng.integers(500, 30_000, (ANGLES, ROWS, COLUMNS)).astype(np.uint16)
    flats = rng.integers(35_000, 40_000, (6, ROWS, COLUMNS)).astype(np.uint16)
    darks = rng.integers(90, 110, (4, ROWS, COLUMNS)).astype(np.uint16)
    return projections, flats, darks


def test_with_one_group_of_references_it_is_the_textbook_formula(scan):
    projections, flats, darks = scan
    flat, dark = flats.mean(axis=0), darks.mean(axis=0)
    np.testing.assert_allclose(normalize(*scan), (projections - dark) / (flat - dark), rtol=1e-6)


def test_it_is_the_correction_of_algotom(scan):
    expected = flat_field_correction(scan[0].astype(np.float64), scan[1].mean(axis=0), scan[2].mean(axis=0))
    np.testing.assert_allclose(normalize(*scan), expected, atol=1e-5)


def test_a_beam_and_an_offset_that_drift_are_followed():
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.1, 1, (ANGLES, ROWS, COLUMNS))
    first, last = rng.uniform(9e3, 1e4, (2, ROWS, COLUMNS))
    dark, dark_last = rng.uniform(100, 110, (2, ROWS, COLUMNS))
    time = ((np.arange(ANGLES) + 0.5) / ANGLES)[:, None, None]
    beam = first + time * (last - first)
    offset = dark + time * (dark_last - dark)
    found = normalize(
        offset + truth * (beam - offset),
        [first, last],
        [dark, dark_last],
        flat_positions=[0, ANGLES],
        dark_positions=[0, ANGLES],
    )
    np.testing.assert_allclose(found, truth, rtol=1e-4)


def test_flats_in_the_middle_of_the_scan_are_a_knot_of_their_own():
    flats = np.array([100.0, 300.0, 200.0]).reshape(3, 1, 1)
    ones = np.ones((8, 1, 1))
    beam = 1 / normalize(ones, flats, None, flat_positions=[0, 4, 8]).ravel()
    np.testing.assert_allclose(beam, [125, 175, 225, 275, 287.5, 262.5, 237.5, 212.5], rtol=1e-5)


def test_outside_of_the_flats_the_nearest_ones_hold():
    flats = np.array([100.0, 200.0]).reshape(2, 1, 1)
    beam = 1 / normalize(np.ones((6, 1, 1)), flats, None, flat_positions=[2, 4]).ravel()
    np.testing.assert_allclose(beam, [100, 100, 125, 175, 200, 200], rtol=1e-5)


def test_a_part_of_the_scan_or_of_the_rows_is_the_same_to_the_bit(scan):
    projections, flats, darks = scan
    places = {"flat_positions": [0, 0, 0, 40, 40, 40], "dark_positions": [0, 0, 40, 40]}
    whole = normalize(projections, flats, darks, **places)
    part = normalize(projections[7:29], flats, darks, positions=np.arange(7, 29), **places)
    rows = normalize(projections[:, 2:4], flats[:, 2:4], darks[:, 2:4], **places)
    assert whole[7:29].tobytes() == part.tobytes()
    assert whole[:, 2:4].tobytes() == rows.tobytes()


def test_it_is_the_same_on_any_number_of_threads(scan, same_on_threads):
    assert same_on_threads(lambda: normalize(*scan))


def test_dead_hot_and_saturated_pixels_take_the_value_between_their_neighbours(scan):
    projections, flats, darks = scan
    good = normalize(projections, flats, darks)
    flats[:, 1, 4] = darks[:, 1, 4] = 100  # dead
    flats[:, 1, 10] = 65_535  # saturated
    darks[:, 1, 20] = 65_535  # hot
    projections[:, 1, [4, 10, 20]] = 65_535
    repaired = normalize(projections, flats, darks)
    for column in (4, 10, 20):
        expected = (good[:, 1, column - 1] + good[:, 1, column + 1]) / 2
        np.testing.assert_allclose(repaired[:, 1, column], expected, rtol=1e-6)
    np.testing.assert_array_equal(np.argwhere(bad_pixels(flats, darks)), [[1, 4], [1, 10], [1, 20]])


def test_dead_pixels_at_the_edges_take_the_nearest_value_and_a_dead_row_is_1(scan):
    projections, flats, darks = scan
    flats[:, 0, [0, 1, -1]] = 0
    flats[:, 3] = 0
    repaired = normalize(projections, flats, darks)
    np.testing.assert_array_equal(repaired[:, 0, 0], repaired[:, 0, 2])
    np.testing.assert_array_equal(repaired[:, 0, -1], repaired[:, 0, -2])
    np.testing.assert_array_equal(repaired[:, 3], 1)


def test_a_dead_pixel_with_noise_is_found_beside_bright_ones(scan):
    _, flats, darks = scan
    flats[:, 2, 7] = darks[:, 2, 7].mean() + 5
    assert np.argwhere(bad_pixels(flats, darks)).tolist() == [[2, 7]]


def test_a_pixel_that_fails_in_one_group_of_flats_is_bad(scan):
    _, flats, darks = scan
    flats[3:, 2, 7] = 0
    assert bad_pixels(flats, darks, flat_positions=[0, 0, 0, 40, 40, 40])[2, 7]


def test_negative_counts_and_counts_below_the_dark_are_the_minimum():
    counts = np.array([[[-500, 3, 100]]], np.int16)
    found = normalize(counts, np.full((1, 1, 3), 110), np.full((1, 1, 3), 10), minimum=1e-4)
    np.testing.assert_allclose(found.ravel(), [1e-4, 1e-4, 0.9], rtol=1e-6)


def test_counts_that_are_not_finite_are_interpolated(scan):
    projections = scan[0].astype(np.float32)
    good = normalize(projections, *scan[1:])
    projections[3, 2, 8], projections[9, 2, 8] = np.nan, np.inf
    found = normalize(projections, *scan[1:])
    np.testing.assert_allclose(found[[3, 9], 2, 8], good[[3, 9], 2, 7::2][:, :2].mean(axis=1), rtol=1e-6)


def test_any_layout_and_byte_order_gives_the_same(scan):
    projections, flats, darks = scan
    expected = normalize(*scan).tobytes()
    readonly = projections.copy()
    readonly.flags.writeable = False
    doubled = np.repeat(projections, 2, axis=2)
    for given_ in (projections.astype(">u2"), np.asfortranarray(projections), readonly, doubled[:, :, ::2]):
        assert normalize(given_, flats, darks).tobytes() == expected


def test_missing_darks_are_zero_and_missing_projections_are_none(scan):
    projections, flats, darks = scan
    expected = normalize(projections, flats, np.zeros_like(darks))
    np.testing.assert_array_equal(normalize(projections, flats, None), expected)
    np.testing.assert_array_equal(normalize(projections, flats, darks[:0]), expected)
    assert normalize(projections[:0], flats, darks).shape == (0, ROWS, COLUMNS)


def test_no_copy_of_the_data_is_made_on_the_way():
    projections = np.ones((400, 16, 256), np.uint16)
    flats = np.full((10, 16, 256), 10, np.uint16)
    normalize(projections, flats, None)
    tracemalloc.start()
    normalize(projections, flats, None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.1 * 4 * projections.size


def test_without_flats_it_says_so(scan):
    with pytest.raises(DataError, match="there are no flats: give flats, or read the scan with data=transm"):
        normalize(scan[0], None, scan[2])
    with pytest.raises(DataError, match="there are no flats: give at least one frame"):
        normalize(scan[0], scan[1][:0], scan[2])


def test_shapes_that_do_not_fit_are_named(scan):
    projections, flats, darks = scan
    with pytest.raises(DataError, match=r"flats of \(5, 32\) and projections of \(5, 33\) do not fit"):
        normalize(projections, flats[:, :, 1:], darks[:, :, 1:])
    with pytest.raises(DataError, match=r"darks of \(4, 33\) and flats of \(5, 33\) do not fit"):
        normalize(projections, flats, darks[:, 1:])
    with pytest.raises(DataError, match=r"flats have the shape \(5, 33\)"):
        normalize(projections, flats[0], darks)


def test_positions_of_another_number_are_named(scan):
    with pytest.raises(DataError, match="6 flats have 2 positions"):
        normalize(*scan, flat_positions=[0, 40])
    with pytest.raises(DataError, match="40 projections have 3 positions"):
        normalize(*scan, positions=[0, 1, 2])


def test_complex_counts_are_refused(scan):
    with pytest.raises(DataError, match="projections are of type complex128"):
        normalize(scan[0].astype(complex), *scan[1:])


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float32, (3, 2, 5), elements=FLOATS),
    arrays(np.float32, (2, 2, 5), elements=FLOATS),
    arrays(np.float32, (2, 2, 5), elements=FLOATS),
)
def test_finite_floats_never_make_nan_or_inf(projections, flats, darks):
    found = normalize(projections, flats, darks, flat_positions=[0, 3], dark_positions=[0, 3])
    assert np.isfinite(found).all()
    assert found.min() >= np.float32(1e-6)


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint16, (2, 2, 5)), arrays(np.uint16, (2, 2, 5)), arrays(np.uint16, (1, 2, 5)))
def test_counts_never_make_nan_or_inf(projections, flats, darks):
    found = normalize(projections, flats, darks)
    assert np.isfinite(found).all()
    assert found.min() >= np.float32(1e-6)
