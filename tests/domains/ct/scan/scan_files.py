"""Small scans in every format, which the tests break in one way at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import tifffile

from daisy_kernel.domains.ct.scan.readers import Scan

# Two darks, two flats, eight projections, one flat, one dark: frame by frame as they were taken.
FRAMES = np.random.default_rng(5).integers(100, 60000, (14, 6, 10)).astype("u2")
IMAGE_KEY = np.array([2, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2])
PROJECTIONS, FLATS, DARKS = (FRAMES[key == IMAGE_KEY] for key in (0, 1, 2))
ANGLES = np.linspace(0, 180, 8)
FRAME_ANGLES = np.concatenate([[0, 0, 0, 0], ANGLES, [180, 180]])


def assert_is_the_scan(scan: Scan) -> None:
    np.testing.assert_array_equal(scan.projections[:], PROJECTIONS)
    np.testing.assert_array_equal(scan.flats[:], FLATS)
    np.testing.assert_array_equal(scan.darks[:], DARKS)
    np.testing.assert_allclose(scan.angles, ANGLES)


def write_nxtomo(path: Path, **storage: Any) -> Path:
    with h5py.File(path, "w") as file:
        file["entry/definition"] = "NXtomo"
        file["entry"].attrs["NX_class"] = "NXentry"
        detector = file.create_group("entry/instrument/detector")
        detector["image_key"] = IMAGE_KEY
        detector.create_dataset("data", data=FRAMES, **storage)
        quantity(detector, "x_pixel_size", 0.0015, "mm")
        quantity(detector, "distance", 5.0, "cm")
        quantity(file["entry"], "instrument/beam/incident_energy", 20000.0, "eV")
        quantity(file["entry"], "sample/rotation_angle", FRAME_ANGLES, "deg")
        file["entry/data/data"] = h5py.SoftLink("/entry/instrument/detector/data")
    return path


def write_dxchange(path: Path, **storage: Any) -> Path:
    with h5py.File(path, "w", libver="latest") as file:
        for name, part in (("data", PROJECTIONS), ("data_white", FLATS), ("data_dark", DARKS)):
            file.create_dataset(f"exchange/{name}", data=part, **storage)
        quantity(file, "exchange/theta", ANGLES, "degrees")
        file["measurement/instrument/detection_system/objective/resolution"] = [1.5]
        file["measurement/instrument/monochromator/energy"] = [20.0]
    return path


def write_virtual(path: Path, sources: int = 2, frames: int = 7, written: int = 7) -> Path:
    """A virtual dataset of ``sources`` files, the last of which holds only ``written`` of its frames."""
    layout = h5py.VirtualLayout((sources * frames, *FRAMES.shape[1:]), "u2")
    for number in range(sources):
        part = FRAMES[number * frames : (number + 1) * frames]
        source = path.with_name(f"{path.stem}_{number}.h5")
        with h5py.File(source, "w") as file:
            file["data"] = part[:written] if number == sources - 1 else part
        layout[number * frames : (number + 1) * frames] = h5py.VirtualSource(source.name, "data", part.shape)
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("frames", layout)
    return path


def write_tiff_folder(folder: Path, frames: np.ndarray = PROJECTIONS, name: str = "proj_{}.tif") -> Path:
    folder.mkdir(exist_ok=True)
    for number, frame in enumerate(frames):
        tifffile.imwrite(folder / name.format(number), frame)
    return folder


def quantity(group: h5py.Group, name: str, value: Any, units: str | None) -> None:
    if name in group:
        del group[name]
    group[name] = value
    if units is not None:
        group[name].attrs["units"] = units
