"""NVRTC by ctypes: compiles for an architecture that is named, so that no device is needed."""

from __future__ import annotations

import ctypes
from importlib.util import find_spec
from pathlib import Path


def compile_cuda(text: str, options: tuple[str, ...]) -> tuple[str, bytes]:
    """PTX, and the machine code where a real architecture (sm_) was asked for; the compiler's log on failure."""
    nvrtc = ctypes.CDLL(str(_library()))
    program = ctypes.c_void_p()
    assert nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"kernel.cu", 0, None, None) == 0
    words = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
    status = nvrtc.nvrtcCompileProgram(program, len(options), words)
    assert status == 0, _get(nvrtc, program, "ProgramLog").decode()
    return _get(nvrtc, program, "PTX").decode(), _get(nvrtc, program, "CUBIN")


def _library() -> Path:
    spec = find_spec("nvidia.cuda_nvrtc")
    assert spec is not None, "nvidia-cuda-nvrtc-cu12 is not installed"
    for folder in spec.submodule_search_locations or ():
        for path in Path(folder, "lib").glob("libnvrtc.so.*"):
            return path
    raise AssertionError(f"{spec.submodule_search_locations} holds no libnvrtc")


def _get(nvrtc: ctypes.CDLL, program: ctypes.c_void_p, what: str) -> bytes:
    size = ctypes.c_size_t()
    if getattr(nvrtc, f"nvrtcGet{what}Size")(program, ctypes.byref(size)) != 0 or not size.value:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    assert getattr(nvrtc, f"nvrtcGet{what}")(program, buffer) == 0
    return buffer.raw
