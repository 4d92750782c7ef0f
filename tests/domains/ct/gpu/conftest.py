"""The devices that the GPU path is tested on: the kernels emulated on the CPU, and CUDA where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_kernel.domains.ct.gpu import kernels
from tests.domains.ct.gpu import emulator


@pytest.fixture(scope="session")
def emulated(tmp_path_factory):
    if emulator.compiler is None:
        pytest.skip("there is no C++ compiler to emulate the kernels with")
    return emulator.Emulator(tmp_path_factory.mktemp("kernels")).device()


@pytest.fixture(scope="session")
def cuda():
    cupy = pytest.importorskip(
        "cupy", reason="CuPy is not installed: kernels were not run on a GPU", exc_type=ImportError
    )
    try:
        cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        pytest.skip(f"there is no CUDA device: kernels were not run on a GPU ({error})")
    return kernels.cuda()


@pytest.fixture(params=["emulated", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request, monkeypatch):
    """A device, which the functions of the package then use."""
    found = request.getfixturevalue(request.param)
    monkeypatch.setattr(kernels, "cuda", lambda: found)
    return found


@pytest.fixture
def to_numpy():
    return lambda array: np.asarray(kernels.on_host(array))
