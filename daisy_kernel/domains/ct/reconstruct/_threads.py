"""How many threads a numba function may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numba


@contextmanager
def numba_threads(threads: int | None) -> Iterator[int]:
    """Let numba use this many threads inside the block (None: as many as now, at most those it was started with)."""
    before = numba.get_num_threads()
    count = before if threads is None else min(threads, numba.config.NUMBA_NUM_THREADS)
    numba.set_num_threads(count)
    try:
        yield count
    finally:
        numba.set_num_threads(before)
