"""Objects made of ellipsoids."""

from __future__ import annotations

import numpy as np

from daisy_kernel.domains.ct.demo.ellipsoids import heights, project_ellipsoids, section
from daisy_kernel.domains.ct.demo.flower import flower
from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram


def test_each_row_of_a_projection_is_that_of_its_section():
    angles = [0, 33, 90, 147]
    projections = project_ellipsoids(flower(), angles, 8, 60, center=31.2)
    for row, z in enumerate(heights(8)):
        expected = ellipse_sinogram(section(flower(), z), angles, 60, center=31.2, subsamples=1)
        np.testing.assert_allclose(projections[:, row], expected, atol=1e-4)


def test_the_sections_of_a_ball_are_discs_that_shrink_towards_the_poles():
    ball = [[1, 0.1, 0.2, 0, 0.5, 0.5, 0.5, 0, 0, 0]]
    np.testing.assert_allclose(section(ball, 0.3), [[1, 0.1, 0.2, 0.4, 0.4, 0]])
    assert len(section(ball, 0.5)) == 0


def test_the_sections_of_a_cylinder_are_all_the_same():
    cylinder = [[1, 0, 0, 0, 0.3, 0.2, np.inf, 10, 0, 0]]
    np.testing.assert_array_equal(section(cylinder, -50), section(cylinder, 0.7))


def test_the_flower_fits_into_the_field_of_view_and_is_nowhere_negative():
    for z in heights(20):
        value, x, y, a, b, _ = section(flower(3), z).T
        assert (np.hypot(x, y) + np.maximum(a, b)).max() < 0.93
        assert (value[2:] > 0).all()  # the first two are the tube: its wall, less its inside


def test_projections_are_the_same_on_any_number_of_threads(same_on_threads):
    assert same_on_threads(lambda: project_ellipsoids(flower(), [0, 10], 7, 50, center=24))
