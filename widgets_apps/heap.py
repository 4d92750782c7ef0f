"""How this process asks for memory and gives it back."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_MMAP_THRESHOLD = -3  # of mallopt, as malloc.h has it
_OWN_PAGES = 4 << 20  # bytes


def give_back_arrays() -> None:
    """Have the pages of an array returned to the system when it goes.

    glibc otherwise learns to keep arrays of up to 32 MiB for itself, 80 MB with a scan of 4096 columns.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _OWN_PAGES)
