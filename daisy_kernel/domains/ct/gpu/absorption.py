"""Absorption from transmission, on the GPU."""

from __future__ import annotations

from typing import Any

import numpy as np

from daisy_kernel.domains.ct.gpu import kernels

_THREADS = 256


def absorption(transmission: Any, *, minimum: float = 1e-6) -> Any:
    """Return -log(T) of a CuPy array of any shape, float32, finite whatever T is.

    T below ``minimum`` (positive), and NaN, count as ``minimum``. Equal to ``ct.absorption`` to 3 units in the
    last place.
    """
    device = kernels.cuda()
    given = device.xp.ascontiguousarray(transmission, dtype=np.float32)
    out = device.xp.empty(given.shape, np.float32)
    if given.size:
        device.launch(
            "absorption",
            (-(-given.size // _THREADS),),
            (_THREADS,),
            given,
            np.float32(minimum),
            np.finfo(np.float32).max,
            np.int64(given.size),
            out,
        )
    return out
