"""Data Exchange, the HDF5 layout of the Advanced Photon Source.

Source: De Carlo et al. 2014, J. Synchrotron Rad. 21:1224.
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.scan.angles import given_angles, projection_angles
from daisy_kernel.domains.ct.scan.explicit import replace_references
from daisy_kernel.domains.ct.scan.geometry import Name, read_geometry
from daisy_kernel.domains.ct.scan.image_key import sort_frames
from daisy_kernel.domains.ct.scan.model import Reader, References, Scan, ScanOptions, make_scan
from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.io.lazy import select_frames

_PLACES: dict[Name, tuple[str, ...]] = {
    "pixel_size": ("measurement/instrument/detection_system/objective/resolution",),
    "energy": ("measurement/instrument/monochromator/energy",),
}


def _recognises(path: Path, _options: ScanOptions) -> bool:
    return path.is_file() and h5py.is_hdf5(path) and Hdf5File(path).has("exchange/data")


def _read(path: Path, options: ScanOptions) -> Scan:
    file = Hdf5File(path)
    data = file.array("exchange/data")
    asked = options.angles is not None or options.angle_range is not None
    stored = file.values("exchange/theta") if not asked and file.has("exchange/theta") else None
    angles = given_angles(path, options) if asked else stored
    if options.image_key:
        key = file.values(options.image_key).values
    else:
        key = np.zeros(max(data.shape[0], 0 if angles is None else angles.values.size), np.int64)
    frames = sort_frames(data, key, f"{path}:exchange/data")
    found = _references(file, len(frames.projections))
    return make_scan(
        path,
        READER.name,
        options,
        projections=select_frames(data, frames.projections),
        references=replace_references(path, options, found),
        angles=projection_angles(path, options, stored, frames),
        geometry=read_geometry(file, _PLACES, {"pixel_size": "um", "energy": "keV"}),
        warnings=(*frames.warnings, *filter(None, [data.note])),
    )


def _references(file: Hdf5File, projections: int) -> References:
    flats = file.array("exchange/data_white") if file.has("exchange/data_white") else None
    darks = file.array("exchange/data_dark") if file.has("exchange/data_dark") else None
    return References(
        flats=flats,
        darks=darks,
        flat_positions=_positions(file, "flat", flats.shape[0], projections) if flats else None,
        dark_positions=_positions(file, "dark", darks.shape[0], projections) if darks else None,
    )


def _positions(file: Hdf5File, purpose: str, count: int, projections: int) -> NDArray[np.int64] | None:
    """Places of flats or darks by the mode that TomoScan records: Start, End or Both (half each)."""
    mode = file.text(f"process/acquisition/{purpose}_fields/{purpose}_field_mode").lower()
    if mode not in ("start", "end", "both"):
        return None
    after = {"start": 0, "end": count, "both": count // 2}[mode]
    return np.repeat(np.array([0, projections]), [count - after, after])


READER = Reader("Data Exchange", _recognises, _read, refuses=("dims", "entry", "pattern"))
