"""Compiles every kernel as CuPy would, with the compiler of this image, for devices that need not be here."""

from __future__ import annotations

import cupy
from cupy.cuda import cufft
from cupy_backends.cuda.libs import nvrtc

from daisy_kernel.domains.ct.gpu import kernels

ARCHITECTURES = ("compute_70", "sm_80", "sm_90")


def compile_kernels() -> int:
    """Compile all; returns how many programs, raises NVRTC's error with its log."""
    cases: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in kernels.SOURCES]
    cases += [("lines", (kernels.count_option(dtype),)) for dtype in kernels.COUNTS]
    for name, options in cases:
        for architecture in ARCHITECTURES:
            program = nvrtc.createProgram(kernels.source(name), f"{name}.cu", (), ())
            try:
                nvrtc.compileProgram(program, (f"-arch={architecture}", *kernels.OPTIONS, *options))
            except nvrtc.NVRTCError:
                print(nvrtc.getProgramLog(program))
                raise
            assert all(kernel in nvrtc.getPTX(program).decode() for kernel in kernels.SOURCES[name]), name
    return len(cases) * len(ARCHITECTURES)


if __name__ == "__main__":
    cufft.getVersion()  # loads the library
    print(f"CuPy {cupy.__version__}, NVRTC {nvrtc.getVersion()}: {compile_kernels()} programs compiled")
