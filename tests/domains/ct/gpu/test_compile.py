"""Every kernel compiles for real architectures by NVRTC, without a device."""

from __future__ import annotations

import re

import pytest

from daisy_kernel.domains.ct.gpu import kernels
from tests.domains.ct.gpu.nvrtc import compile_cuda

_CASES = [(name, ()) for name in kernels.SOURCES] + [
    ("lines", (kernels.count_option(dtype),)) for dtype in kernels.COUNTS
]


@pytest.mark.parametrize("architecture", ["compute_70", "sm_80", "sm_90"])
@pytest.mark.parametrize(("name", "options"), _CASES)
def test_a_source_compiles_and_holds_its_kernels(name, options, architecture):
    ptx, code = compile_cuda(kernels.source(name), (f"-arch={architecture}", *kernels.OPTIONS, *options))
    assert sorted(re.findall(r"\.entry (\w+)\(", ptx)) == sorted(kernels.SOURCES[name])
    if architecture.startswith("sm_"):
        assert code.startswith(b"\x7fELF")
        for kernel in kernels.SOURCES[name]:
            assert f".text.{kernel}".encode() in code


def test_an_error_shows_the_compilers_log():
    with pytest.raises(AssertionError, match=r'kernel.cu\(1\): error: identifier "nothing" is undefined'):
        compile_cuda("__global__ void f(int* x) { *x = nothing; }", ("-arch=sm_80",))


def test_every_kernel_of_the_sources_is_listed():
    for name, listed in kernels.SOURCES.items():
        assert tuple(re.findall(r"__global__ void (\w+)\(", kernels.source(name))) == listed
