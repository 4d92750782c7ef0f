"""Where a slab is computed: threads of the CPU, and the way to a GPU and back."""

from __future__ import annotations

from typing import Any

from xarray import DataArray

from daisy_kernel.errors import ParameterError

_SHARE = 0.7


def limit_threads(threads: int | None) -> None:
    """Let numba's kernels use so many threads when called from this thread (None: all)."""
    if threads is not None:
        import numba

        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))


def check_device(device: str) -> None:
    """Raise `ParameterError` unless this process can compute on ``device``: cpu, or a gpu that is there.

    >>> check_device("cpu")
    """
    if device == "cpu":
        return
    if device != "gpu":
        raise ParameterError(f"device={device} is not known", remedy="give cpu or gpu")
    try:
        import cupy
    except ImportError as error:
        raise ParameterError(
            f"device=gpu needs CuPy, which cannot be imported ({error})",
            remedy="install daisy-daas[gpu], or compute with device=cpu",
        ) from error
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise ParameterError(
            f"device=gpu, but this machine has no CUDA device that can be used ({error})",
            remedy="compute with device=cpu, or on a machine with a GPU",
        ) from error


def device_budget() -> int:
    """Bytes: 70 % of what is free on the GPU; the rest is for plans and for the work space of transforms."""
    import cupy

    return int(cupy.cuda.Device().mem_info[0] * _SHARE)


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
