"""Backprojection in direct space against analytic phantoms and other codes."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.demo.phantom import ellipse_image, ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.reconstruct.fbp import fbp, fbp_bytes
from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
from daisy_kernel.domains.ct.reconstruct.grid import grid

N, ANGLES = 128, np.arange(200) * 0.9


def test_a_phantom_comes_back():
    rows = ellipse_sinogram(random_ellipses(0), ANGLES, N, center=60.2)[:, np.newaxis]
    image, truth = fbp(rows, ANGLES, center=60.2)[0], ellipse_image(random_ellipses(0), N)
    inside = circle_mask(N, 0.85)
    assert np.sqrt(np.mean((image - truth)[inside] ** 2)) < 0.05
    assert image[inside].mean() == pytest.approx(truth[inside].mean(), abs=0.003)


def test_it_agrees_with_algotom():
    algotom = pytest.importorskip("algotom.rec.reconstruction")
    rows = ellipse_sinogram(random_ellipses(2, 8), ANGLES, N, center=63.5)
    ours = fbp(rows[:, np.newaxis], ANGLES, center=63.5)[0]
    theirs = algotom.fbp_reconstruction(
        rows, 63.5, angles=np.deg2rad(ANGLES), apply_log=False, gpu=False, filter_name=None, ratio=None
    )
    inside = circle_mask(N, 0.8)
    scale = (ours[inside] * theirs[inside]).sum() / (theirs[inside] ** 2).sum()
    best = min(
        np.sqrt(np.mean((ours - scale * turned)[inside] ** 2)) for turned in (theirs, theirs[::-1], theirs[:, ::-1])
    )
    assert best < 0.03


def test_it_agrees_with_gridding_and_threads_change_no_bit():
    rows = np.stack([ellipse_sinogram(random_ellipses(n, 9), ANGLES, N, center=62.0) for n in range(2)], axis=1)
    one, two = (fbp(rows, ANGLES, center=62.0, threads=n, filter="hann") for n in (1, 2))
    np.testing.assert_array_equal(one, two)
    inside = circle_mask(N, 0.8)
    other = grid(rows, ANGLES, center=62.0, filter="hann")
    assert np.sqrt(np.mean((one - other)[:, inside] ** 2)) < 0.05 * one[:, inside].std()


def test_nan_stays_inside_its_place():
    rows = ellipse_sinogram(random_ellipses(0), ANGLES, N, center=63.5)[:, np.newaxis]
    rows[50, 0, 40] = np.nan
    assert np.isfinite(fbp(rows, ANGLES, center=63.5)).all()


def test_a_row_does_not_depend_on_how_many_there_are():
    rows = np.random.default_rng(0).random((60, 35, 50)).astype(np.float32)
    angles = np.arange(60) * 3.0
    whole = fbp(rows, angles, center=22.0)
    np.testing.assert_array_equal(fbp(rows[:, 20:21], angles, center=22.0)[0], whole[20])
    np.testing.assert_array_equal(fbp(rows[:, 16:], angles, center=22.0), whole[16:])


@pytest.mark.parametrize(("columns", "size", "center"), [(50, 70, 10.0), (51, 33, 30.2), (40, 120, 39.0)])
def test_each_pixel_is_the_interpolated_sum_over_angles(columns, size, center):
    angles, rows = np.arange(31) * 180 / 31, np.random.default_rng(1).random((31, 1, columns))
    kernel = np.zeros(2 * columns - 1)
    lag = np.arange(1 - columns, columns)
    kernel[columns - 1] = 0.25
    kernel[lag % 2 == 1] = -1 / (np.pi * lag[lag % 2 == 1]) ** 2
    y, x = np.indices((size, size)) - (size - 1) / 2
    wanted = np.zeros((size, size))
    for angle, line in zip(np.deg2rad(angles), rows[:, 0], strict=True):
        filtered = np.convolve(line, kernel)[columns - 1 : 2 * columns - 1]
        place = center + x * np.cos(angle) + y * np.sin(angle)
        padded = np.concatenate([[0.0], filtered, [0.0]])
        wanted += np.interp(place, np.arange(-1, columns + 1), padded) * np.pi / 31
    found = fbp(rows, angles, center=center, size=size)[0]
    np.testing.assert_allclose(found, wanted, atol=2e-5)


def test_memory_is_known_beforehand():
    assert 60 * 52 * 64 < fbp_bytes(60, 50, threads=1) < fbp_bytes(60, 50, threads=2) < 1_000_000
