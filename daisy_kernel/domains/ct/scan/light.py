"""Whether a scan holds anything at all: a few frames are looked at before a run begins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.scan.model import Scan
from daisy_kernel.errors import DataError
from daisy_kernel.io.lazy import RegionArray


def check_light(scan: Scan) -> None:
    """Refuse a dead detector, and flats without light. Three frames of each are read.

    Raises DataError. One frame may have been dropped and hold one value; three may not. Values that are not finite
    are left to those who repair them.
    """
    if all(frame.min() == frame.max() for frame in _frames(scan.projections)):
        raise DataError(
            f"{scan.path}: every pixel of the first, the middle and the last projection has the same value",
            remedy="check the dataset that holds the projections, and the detector",
        )
    if scan.flats is None:
        return
    brightest = reduce(np.fmax, _frames(scan.flats))
    dark = 0 if scan.darks is None else reduce(np.fmin, _frames(scan.darks))
    if not np.any(brightest > dark):
        raise DataError(
            f"{scan.path}: no pixel of the flats is brighter than the darks",
            remedy="check which frames are flats and darks, or give others with flats= and darks=",
        )


def _frames(array: RegionArray) -> Iterator[NDArray[Any]]:
    """The first, the middle and the last frame, as far as there are three: one after the other, as they are stored."""
    count = array.shape[0]
    with array.held():
        for index in sorted({0, count // 2, count - 1}):
            yield array[(slice(index, index + 1),)][0]
