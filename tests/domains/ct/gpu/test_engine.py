"""What an engine says where there is no GPU."""

from __future__ import annotations

import builtins
import sys
from types import SimpleNamespace

import pytest

from daisy_kernel import Engine
from daisy_kernel.errors import ParameterError


class NoDriverError(RuntimeError):
    """As CuPy's, where there is no device."""


def test_a_gpu_without_cupy_is_refused(monkeypatch):
    real = builtins.__import__

    def without_cupy(name, *rest):
        if name == "cupy":
            raise ImportError("No module named 'cupy'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_cupy)
    with pytest.raises(
        ParameterError, match=r"device=gpu needs CuPy.*No module named 'cupy'.*install daisy-daas\[gpu\]"
    ):
        Engine(device="gpu")


def test_a_gpu_that_is_not_there_is_refused(monkeypatch):
    def count():
        raise NoDriverError("cudaErrorNoDevice: no CUDA-capable device is detected")

    runtime = SimpleNamespace(getDeviceCount=count, CUDARuntimeError=NoDriverError)
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=SimpleNamespace(runtime=runtime)))
    with pytest.raises(ParameterError, match=r"no CUDA device.*cudaErrorNoDevice.*device=cpu"):
        Engine(device="gpu")


def test_another_device_is_refused():
    with pytest.raises(ParameterError, match=r"device=tpu is not known: give cpu or gpu"):
        Engine(device="tpu")
