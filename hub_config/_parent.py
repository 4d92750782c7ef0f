"""A process that ends with the one that started it, however that one ends. Linux."""

from __future__ import annotations

import ctypes
import signal

_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
    """Ask for SIGTERM when the parent dies; called in the child, before or after its program starts."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
