"""Where a slab is computed: threads of the CPU, and the way to a GPU and back."""

from __future__ import annotations

from typing import Any

from xarray import DataArray


def limit_threads(threads: int | None) -> None:
    """Let numba's kernels use so many threads when called from this thread (None: all)."""
    if threads is not None:
        import numba

        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))


def to_device(value: Any, device: str) -> Any:
    """An array on the device where it shall be computed; other values as they are."""
    if device == "cpu" or not isinstance(value, DataArray) or hasattr(value.data, "get"):
        return value
    import cupy

    return value.copy(deep=False, data=cupy.asarray(value.data))


def to_host(value: Any) -> Any:
    """An array in the memory of the host."""
    if isinstance(value, DataArray) and hasattr(value.data, "get"):
        return value.copy(deep=False, data=value.data.get())
    return value
