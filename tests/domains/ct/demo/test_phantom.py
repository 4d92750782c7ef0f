"""Phantoms of ellipses: their projections are those of their images."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_image, ellipse_sinogram, random_ellipses


@pytest.mark.parametrize("columns", [128, 129])
def test_the_projections_at_0_and_90_degrees_are_the_sums_of_the_image(columns):
    ellipses = random_ellipses(3, count=10)
    image = ellipse_image(ellipses, columns, subsamples=16)
    across, down = ellipse_sinogram(ellipses, [0, 90], columns, center=(columns - 1) / 2, subsamples=16)
    np.testing.assert_allclose(across, image.sum(axis=0), atol=0.1)
    np.testing.assert_allclose(down, image.sum(axis=1), atol=0.1)


def test_turning_the_object_back_is_turning_the_scan_forth():
    ellipses = random_ellipses(5, count=8)
    turned = ellipses.copy()
    angle = np.deg2rad(-30)
    turned[:, 1] = ellipses[:, 1] * np.cos(angle) - ellipses[:, 2] * np.sin(angle)
    turned[:, 2] = ellipses[:, 1] * np.sin(angle) + ellipses[:, 2] * np.cos(angle)
    turned[:, 5] -= 30
    there = ellipse_sinogram(ellipses, [30], 100, center=47.3)
    back = ellipse_sinogram(turned, [0], 100, center=47.3)
    np.testing.assert_allclose(there, back, atol=1e-4)


def test_a_disc_right_of_the_axis_moves_by_the_cosine_and_one_below_by_the_sine():
    angles = np.arange(0, 360, 10)
    for x, y in [(0.5, 0.0), (0.0, 0.5), (0.3, -0.4)]:
        sinogram = ellipse_sinogram([[1, x, y, 0.2, 0.2, 0]], angles, 200, center=104.5, subsamples=64)
        place = sinogram @ np.arange(200) / sinogram.sum(axis=1)
        turn = np.deg2rad(angles)
        np.testing.assert_allclose(place, 104.5 + 100 * (x * np.cos(turn) + y * np.sin(turn)), atol=1e-3)


def test_the_mass_of_an_ellipse_is_its_area():
    sinogram = ellipse_sinogram([[2, 0.1, -0.2, 0.3, 0.1, 25]], [0, 17, 80], 400, center=190, subsamples=8)
    np.testing.assert_allclose(sinogram.sum(axis=1), 2 * np.pi * 60 * 20, rtol=1e-3)


def test_a_shift_of_the_center_shifts_the_sinogram():
    ellipses = random_ellipses(1, count=5)
    here = ellipse_sinogram(ellipses, [0, 50], 100, center=49.5)
    there = ellipse_sinogram(ellipses, [0, 50], 100, center=52.5)
    np.testing.assert_allclose(here[:, :-3], there[:, 3:], atol=1e-5)


def test_the_random_ellipses_are_as_announced():
    ellipses = random_ellipses(7)
    assert ellipses[0].tolist() == [1, 0, 0, 0.85, 0.8, 0]
    value, x, y, a, b, _ = ellipses[1:].T
    assert value.min() >= -0.5
    assert value.max() <= 0.8
    assert np.hypot(x, y).max() <= 0.7
    assert min(a.min(), b.min()) >= 0.01
    assert max(a.max(), b.max()) <= 0.11
    np.testing.assert_array_equal(ellipses, random_ellipses(7))


def test_an_ellipse_without_extent_and_no_ellipse_leave_nothing():
    flat = [[1, 0.1, 0.1, 0.0, 0.2, 0]]
    assert not ellipse_image(flat, 16).any()
    assert np.isfinite(ellipse_sinogram(flat, [0, 90], 16, center=7.5)).all()
    assert not ellipse_image(np.empty((0, 6)), 16).any()
    assert not ellipse_sinogram(np.empty((0, 6)), [0, 90], 16, center=7.5).any()


def test_sinograms_are_the_same_on_any_number_of_threads(same_on_threads):
    ellipses = random_ellipses(2)
    assert same_on_threads(lambda: ellipse_sinogram(ellipses, np.arange(90) * 2, 200, center=101.2))
    assert same_on_threads(lambda: ellipse_image(ellipses, 100))
