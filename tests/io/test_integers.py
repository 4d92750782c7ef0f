"""Values stored as integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_kernel.io.integers import from_integers, to_integers


@given(
    low=st.floats(-1e3, 1e3, width=32),
    width=st.floats(2**-6, 1e3, width=32),
    dtype=st.sampled_from(["uint8", "uint16"]),
)
def test_a_value_within_the_range_comes_back_to_half_a_step(low: float, width: float, dtype: str) -> None:
    high = low + width
    values = np.linspace(low, high, 101).astype(np.float32)
    back = from_integers(to_integers(values, low, high, dtype), low, high)
    half_step = width / np.iinfo(dtype).max / 2
    rounding = 4 * np.spacing(np.float32(max(abs(low), abs(high))))
    assert np.abs(back - values).max() <= half_step + rounding


def test_the_limits_are_the_least_and_the_largest_integer_and_beyond_is_clipped() -> None:
    values = np.array([-5, 1, 3, 99, 1e30, -1e30], np.float32)
    assert to_integers(values, 1.0, 3.0, "uint16").tolist() == [0, 0, 65535, 65535, 65535, 0]


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_a_constant_image_is_zero_and_comes_back(dtype: str) -> None:
    stored = to_integers(np.full(3, 7.0), 7.0, 7.0, dtype)
    assert stored.tolist() == [0, 0, 0]
    assert from_integers(stored, 7.0, 7.0).tolist() == [7.0, 7.0, 7.0]
