"""Which frames of a scan are projections, flats and darks, and where in the scan each was taken."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.scan.model import References
from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5Array
from daisy_kernel.io.lazy import RegionArray, select_frames

# NXtomo: image_key of a frame.
_PROJECTION, _FLAT, _DARK = 0, 1, 2


class Frames(NamedTuple):
    """Frames by purpose, as indices along axis 0 of the data.

    planned: which frames were meant to be projections, written or not. stored: frames in the data.
    announced: frames that the scan was meant to have.
    """

    projections: NDArray[np.int64]
    flats: NDArray[np.int64]
    darks: NDArray[np.int64]
    planned: NDArray[np.int64]
    stored: int
    announced: int
    warnings: tuple[str, ...]


def sort_frames(array: RegionArray, image_key: ArrayLike, where: str) -> Frames:
    """Sort frames by their image_key; those never written (an aborted scan) or marked invalid are left out.

    Errors: DataError where there are fewer keys than frames.
    """
    count, key = array.shape[0], np.asarray(image_key).ravel()
    if len(key) < count:
        raise DataError(
            f"{where}: image_key has {len(key)} values for {count} frames",
            remedy="name the key that belongs to these frames by image_key=",
        )
    written = array.written_frames() if isinstance(array, Hdf5Array) else None
    if written is None:
        written = np.arange(count)
    projections, flats, darks = (written[key[written] == purpose] for purpose in (_PROJECTION, _FLAT, _DARK))
    warnings = []
    if len(written) < len(key):
        warnings.append(f"aborted scan: {len(written)} of {len(key)} frames were written in {where}")
    if invalid := len(written) - len(projections) - len(flats) - len(darks):
        warnings.append(f"{invalid} of {count} frames are marked invalid by image_key and were left out")
    planned = np.flatnonzero(key == _PROJECTION)
    return Frames(projections, flats, darks, planned, count, len(key), tuple(warnings))


def references(array: RegionArray, frames: Frames) -> References:
    """Flats and darks of a scan, with the number of projections that were taken before each."""
    flats, darks = frames.flats, frames.darks
    return References(
        flats=select_frames(array, flats) if flats.size else None,
        darks=select_frames(array, darks) if darks.size else None,
        flat_positions=np.searchsorted(frames.projections, flats) if flats.size else None,
        dark_positions=np.searchsorted(frames.projections, darks) if darks.size else None,
    )
