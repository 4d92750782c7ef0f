"""Angles, their weights, and the circle that every angle sees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_kernel.domains.ct.reconstruct.geometry import angle_weights, circle_mask, period
from daisy_kernel.errors import DataError

EVEN = np.arange(0, 180, 1.5)


@given(st.permutations(range(12)), st.floats(-720, 720))
def test_even_angles_weigh_the_same_in_any_order_and_range(order, start):
    np.testing.assert_allclose(angle_weights(start + 15.0 * np.array(order)), np.pi / 12, atol=1e-6)


@pytest.mark.parametrize("shift", [0.0, 0.4, 0.75])
def test_a_full_turn_sums_to_a_half_turn(shift):
    weights = angle_weights(np.concatenate([EVEN, EVEN + 180 + shift]))
    assert weights.sum() == pytest.approx(np.pi)
    np.testing.assert_allclose(weights, np.pi / 240)


def test_both_ends_of_a_half_turn_share_their_weight():
    weights = np.rad2deg(angle_weights([0, 45, 90, 135, 180]))
    np.testing.assert_allclose(weights, [22.5, 45, 45, 45, 22.5])


def test_a_repeated_angle_shares_its_weight():
    weights = np.rad2deg(angle_weights([0, 60, 60, 120]))
    np.testing.assert_allclose(weights, [60, 30, 30, 60])


def test_a_missing_wedge_gives_its_neighbours_no_more_than_their_own():
    np.testing.assert_allclose(angle_weights(EVEN[:60]), np.deg2rad(1.5))


def test_a_few_dropped_projections_are_stood_in_for():
    kept = np.delete(EVEN, [30, 31])
    assert angle_weights(kept).sum() == pytest.approx(np.pi)
    assert np.rad2deg(angle_weights(kept)[29:31]) == pytest.approx([3.0, 3.0])


@pytest.mark.parametrize("angles", [[17.0], [3.0, 3.0, 3.0]])
def test_one_direction_stands_for_the_half_turn(angles):
    assert angle_weights(angles).sum() == pytest.approx(np.pi)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=50))
def test_weights_are_never_negative_and_sum_to_a_half_turn_at_most(angles):
    weights = angle_weights(angles)
    assert (weights >= 0).all()
    assert 0 < weights.sum() <= np.pi * (1 + 1e-9)


def test_an_angle_that_is_not_finite_is_refused():
    with pytest.raises(DataError, match=r"angle 2 is inf.*degrees"):
        angle_weights([0, 1, np.inf])


def test_the_circle_has_its_area():
    assert circle_mask(1001, 0.6).sum() == pytest.approx(np.pi * (0.6 * 1001 / 2) ** 2, rel=1e-3)
    assert circle_mask(64).T.tolist() == circle_mask(64).tolist()


@pytest.mark.parametrize("center", [0.0, 200.0, 511.5, 900.0])
def test_a_period_holds_the_detector_and_the_circle_but_for_its_rim(center):
    length = period(1024, center, 1024)
    span = max(1023, center + 511.5) - min(0, center - 511.5) + 1
    assert length >= 1024
    assert span - 1024 / 64 <= length <= span + 1
