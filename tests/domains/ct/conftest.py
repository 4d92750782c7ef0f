"""Fixtures of the CT tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest


@pytest.fixture
def same_on_threads() -> Callable[[Callable[[], Any]], bool]:
    """Whether a function returns the same bits on one thread and on two."""

    def same(function: Callable[[], Any]) -> bool:
        if numba.config.NUMBA_NUM_THREADS < 2:
            pytest.skip("numba has one thread here")
        results = []
        before = numba.get_num_threads()
        for threads in (1, 2):
            numba.set_num_threads(threads)
            results.append(np.array(function()))
        numba.set_num_threads(before)
        return results[0].tobytes() == results[1].tobytes()

    return same
