"""The kernels' very text, compiled by a C++ compiler and run on the CPU; NumPy stands for CuPy."""

from __future__ import annotations

import ctypes
import itertools
import shutil
import subprocess
from pathlib import Path

import numpy as np

from daisy_kernel.domains.ct.gpu import kernels

_HEADER = Path(__file__).with_name("emulator.h")
_TYPES = {np.dtype(np.int32), np.dtype(np.int64), np.dtype(np.float32)}

compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")


class Emulator:
    """Compiles into a folder, and launches as ``kernels.Device`` does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._libraries: dict[tuple[str, ...], ctypes.CDLL] = {}
        self._seeds = itertools.count()

    def device(self) -> kernels.Device:
        return kernels.Device(np, self.launch)

    def launch(self, kernel, blocks, threads, *arguments, options=()):
        assert np.prod(threads) <= 1024
        assert all(1 <= count <= limit for count, limit in zip(blocks, (2**31 - 1, 65535, 65535), strict=False))
        library = self._library(kernels.source_of(kernel), options)
        pointers, held = [], []
        for argument in arguments:
            held.append(_as_argument(argument))
            pointers.append(ctypes.cast(ctypes.pointer(held[-1]), ctypes.c_void_p))
        sizes = (ctypes.c_int * 32)()
        count = getattr(library, f"sizes_{kernel}")(sizes)
        assert [ctypes.sizeof(one) for one in held] == sizes[:count], f"arguments of {kernel}"
        size = (ctypes.c_uint * 6)(*(*blocks, 1, 1)[:3], *(*threads, 1, 1)[:3])
        ran = getattr(library, f"run_{kernel}")(next(self._seeds), size, (ctypes.c_void_p * count)(*pointers))
        assert ran, f"threads of {kernel} part at a barrier"

    def _library(self, name, options):
        key = (name, *options)
        if key not in self._libraries:
            path = self._folder / f"{len(self._libraries)}.so"
            text = "\n".join(
                [f'#include "{_HEADER}"', kernels.source(name), *(f"EMULATED({one})" for one in kernels.SOURCES[name])]
            )
            flags = ["-x", "c++", "-std=c++17", "-O2", "-ffp-contract=off", "-shared", "-fPIC", *options]
            made = subprocess.run(
                [compiler, *flags, "-", "-o", str(path)], input=text, text=True, capture_output=True, timeout=120
            )
            assert made.returncode == 0, made.stderr
            self._libraries[key] = ctypes.CDLL(str(path))
        return self._libraries[key]


def _as_argument(value):
    if isinstance(value, np.ndarray):
        assert value.flags.c_contiguous
        return ctypes.c_void_p(value.ctypes.data)
    assert isinstance(value, np.generic), f"{value!r} has no size of its own"
    assert value.dtype in _TYPES
    return np.ctypeslib.as_ctypes_type(value.dtype)(value.item())
