"""The kernels of this package and the way to a CUDA device; CuPy is imported on use.

The sources are compiled by NVRTC when they are first launched, and kept by CuPy. They include nothing and know
no device, so that they compile where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

# No multiply and add become one instruction, so that normalisation gives the bits of the CPU.
OPTIONS: Final = ("--std=c++17", "--fmad=false")

SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "lines": ("normalize", "repair"),
    "absorption": ("absorption",),
    "grid": ("to_lanes", "spread", "to_images"),
}
"""Kernels by source file."""

COUNTS: Final[dict[str, str]] = {
    "uint8": "unsigned char",
    "int8": "signed char",
    "uint16": "unsigned short",
    "int16": "short",
    "uint32": "unsigned int",
    "int32": "int",
    "uint64": "unsigned long long",
    "int64": "long long",
    "float32": "float",
    "float64": "double",
}
"""Types of counts, as CUDA calls them."""

Size = tuple[int, ...]
Launch = Callable[..., None]
"""``launch(kernel, blocks, threads, *arguments, options=())``; scalars are NumPy's, of the kernel's very type."""


@dataclass(frozen=True)
class Device:
    """An array module, and the way to launch a kernel of this package on its arrays."""

    xp: Any
    launch: Launch


def cuda() -> Device:
    """Return the current CUDA device, by CuPy."""
    import cupy

    return Device(cupy, _launch)


def source(name: str) -> str:
    """Return the text of a source file."""
    return (Path(__file__).parent / f"{name}.cu").read_text(encoding="utf-8")


def count_option(dtype: DTypeLike) -> str:
    """Return the compiler's option for counts of this type.

    >>> count_option("uint16")
    '-DCOUNT=unsigned short'
    """
    return f"-DCOUNT={COUNTS[np.dtype(dtype).name]}"


def source_of(kernel: str) -> str:
    """Return the name of the source file that holds a kernel.

    >>> source_of("repair")
    'lines'
    """
    return next(name for name, kernels in SOURCES.items() if kernel in kernels)


def on_device(array: Any) -> bool:
    """Whether an array lies in the memory of a CUDA device.

    >>> on_device(np.zeros(3))
    False
    """
    return hasattr(array, "__cuda_array_interface__")


def on_host(array: Any) -> Any:
    """Return an array in the memory of the host; None stays None.

    >>> on_host(np.ones(2))
    array([1., 1.])
    """
    return array.get() if on_device(array) else array


def _launch(kernel: str, blocks: Size, threads: Size, *arguments: Any, options: tuple[str, ...] = ()) -> None:
    _module(source_of(kernel), options).get_function(kernel)(blocks, threads, arguments)


@lru_cache(maxsize=32)
def _module(name: str, options: tuple[str, ...]) -> Any:
    import cupy

    return cupy.RawModule(code=source(name), options=(*OPTIONS, *options))
