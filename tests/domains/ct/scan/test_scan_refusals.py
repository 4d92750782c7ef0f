"""A good scan, broken in one way at a time: one sentence with the value and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.errors import DataError, ParameterError
from tests.domains.ct.scan.scan_files import (
    FLATS,
    FRAMES,
    PROJECTIONS,
    quantity,
    write_dxchange,
    write_nxtomo,
    write_tiff_folder,
)

DETECTOR = "entry/instrument/detector"


def edited(edit: Callable[[h5py.File], object]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = write_nxtomo(folder / "a.nxs")
        with h5py.File(path, "r+") as file:
            edit(file)
        return path

    return write


def replaced(name: str, value: Any, units: str | None = None) -> Callable[[Path], Path]:
    return edited(lambda file: quantity(file, name, value, units))


def nan_angle(file: h5py.File) -> None:
    file["entry/sample/rotation_angle"][6] = np.nan


def no_dxchange_angles(folder: Path) -> Path:
    path = write_dxchange(folder / "a.h5")
    with h5py.File(path, "r+") as file:
        del file["exchange/theta"]
    return path


def dxchange_with(name: str, value: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = write_dxchange(folder / "a.h5")
        with h5py.File(path, "r+") as file:
            quantity(file, name, value, "degrees" if name.endswith("theta") else None)
        return path

    return write


def unknown_hdf5(folder: Path) -> Path:
    with h5py.File(folder / "a.h5", "w") as file:
        file["x/frames"] = FRAMES
    return folder / "a.h5"


def text(folder: Path) -> Path:
    (folder / "a.txt").write_text("projections")
    return folder / "a.txt"


def empty(folder: Path) -> Path:
    (folder / "a.h5").touch()
    return folder / "a.h5"


def tiff(folder: Path) -> Path:
    return write_tiff_folder(folder / "p")


def small_flats(folder: Path) -> Path:
    write_tiff_folder(folder / "f", FLATS[:, :5])
    return tiff(folder)


def good(folder: Path) -> Path:
    return write_dxchange(folder / "a.h5")


KEY = f"{DETECTOR}/image_key"
THETA = "entry/sample/rotation_angle"
CASES: dict[str, tuple[Callable[[Path], Path], dict[str, Any], str]] = {
    "no such file": (lambda folder: folder / "none.h5", {}, r"none\.h5 does not exist: check the path"),
    "no such pattern": (lambda folder: folder / "p_*.tif", {}, r"p_\*\.tif: no such files"),
    "an empty folder": (lambda folder: folder, {}, r": no such files \(\.tif, \.tiff\)"),
    "an empty file": (empty, {}, r"a\.h5 is empty"),
    "a text file": (text, {}, r"a\.txt is neither HDF5 nor TIFF: export it"),
    "HDF5 of no known layout": (unknown_hdf5, {}, r"neither NXtomo nor Data Exchange: .*x/frames \(14, 6, 10\)"),
    "format of another file": (text, {"format": "nxtomo"}, r"a\.txt is not an HDF5 file"),
    "no entry": (good, {"format": "nxtomo"}, r"a\.h5 has no NXtomo entry"),
    "unknown entry": (edited(lambda file: None), {"entry": "entry9"}, r"/entry9/instrument/detector/data"),
    "several entries": (
        edited(lambda file: file.copy("entry", "entry2")),
        {},
        r"several scans: /entry, /entry2: choose one by entry=",
    ),
    "no projection": (replaced(KEY, np.ones(14, int)), {}, r"has 0 projection\(s\)"),
    "one projection": (replaced(KEY, [0] + [1] * 13), {}, r"has 1 projection\(s\); .* at least two"),
    "short key": (replaced(KEY, [0, 0, 0]), {}, r"image_key has 3 values for 14 frames"),
    "no angles": (edited(lambda file: file.pop(THETA)), {}, r"holds no rotation angles: give angles= or angle_range="),
    "no angles in Data Exchange": (no_dxchange_angles, {}, "holds no rotation angles"),
    "too few angles": (replaced(THETA, [0.0, 90.0], "deg"), {}, r"2 angles for 8 projections"),
    "NaN among angles": (edited(nan_angle), {}, r"angle 2 is nan"),
    "all angles the same": (dxchange_with("exchange/theta", np.zeros(8)), {}, r"all 8 angles are 0"),
    "radians or degrees": (
        replaced(THETA, np.linspace(0, 3.1, 14)),
        {},
        r"angles from 0\.9538 to 2\.623 have no unit: give angle_unit=deg or angle_unit=rad",
    ),
    "unknown unit": (replaced(THETA, np.linspace(0, 3.1, 14), "turns"), {}, r"unit 'turns', which is unknown"),
    "angles of text": (good, {"angles": ["a", "b"]}, r"angles are no list of numbers"),
    "missing angle file": (good, {"angles": "none.txt"}, r"none\.txt does not exist"),
    "two dimensions": (replaced(f"{DETECTOR}/data", FRAMES[0]), {}, r"detector/data has shape \(6, 10\); three axes"),
    "text for frames": (replaced(f"{DETECTOR}/data", "none"), {}, r"holds values of type object, not numbers"),
    "flats of another shape": (
        dxchange_with("exchange/data_white", FLATS[:, :, :7]),
        {},
        r"flats have shape \(3, 6, 7\), projections \(8, 6, 10\)",
    ),
    "darks of two dimensions": (dxchange_with("exchange/data_dark", FLATS[0]), {}, r"darks have shape \(6, 10\)"),
    "TIFF flats of another shape": (
        small_flats,
        {"flats": "../f", "angle_range": (0, 180)},
        r"flats have shape \(3, 5, 10\), projections \(8, 6, 10\)",
    ),
    "TIFF without angles": (tiff, {}, r"holds no rotation angles: give angles= or angle_range="),
    "TIFF with angles of HDF5": (tiff, {"angles": "exchange/theta"}, r"exchange/theta does not exist: give a text"),
    "no such flats": (
        good,
        {"flats": "exchange/data_whit"},
        r"has no /exchange/data_whit: did you mean /exchange/data_wh",
    ),
    "no such file of flats": (good, {"flats": "none.h5:/data"}, r"none\.h5 does not exist"),
    "no such projections": (
        good,
        {"projections": "data", "angle_range": (0, 1)},
        r"has no /data: did you mean /exchange/data",
    ),
}


@pytest.mark.parametrize(("write", "options", "sentence"), CASES.values(), ids=CASES.keys())
def test_a_scan_that_cannot_be_used(
    tmp_path: Path, write: Callable[[Path], Path], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DataError, match=sentence) as caught:
        read_scan(write(tmp_path), **options)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


ARGUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "format": ({"format": "edf"}, r"format='edf' is unknown: use one of hdf5, nxtomo, dxchange, tiff"),
    "data": ({"data": "phase"}, r"data='phase' is unknown: use one of counts, transmission, absorption"),
    "angle_unit": ({"angle_unit": "gon"}, r"angle_unit='gon' is unknown: use deg or rad"),
    "dims": ({"projections": "exchange/data", "dims": "z,y,x"}, r"dims='z,y,x' is no order of angle, row, column"),
    "two kinds of angles": ({"angles": [0], "angle_range": (0, 1)}, r"angles= and angle_range= are both given"),
    "endless range": ({"angle_range": (0, np.inf)}, r"angle_range=\(0, inf\) is no pair"),
    "pixel size of nothing": ({"pixel_size": 0}, r"pixel_size=0 is not a positive number"),
    "pixel size of no detector": ({"pixel_size": 1e-300}, r"pixel_size=1e-300 is no measure of an instrument"),
    "an option of another format": ({"pattern": "*"}, r"pattern= means nothing to Data Exchange"),
}


@pytest.mark.parametrize(("options", "sentence"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_an_argument_that_means_nothing(tmp_path: Path, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        read_scan(good(tmp_path), **options)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"0 1 2\n3 4 5\n", r"holds \(2, 3\) numbers, not one list"),
        (b"zero\none\n", r"angles\.txt cannot be read as angles"),
        (b"\xff\xfe\x00", r"angles\.txt cannot be read as angles"),
    ],
)
def test_an_angle_file_that_is_none(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "angles.txt").write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        read_scan(good(tmp_path), angles="angles.txt")


def test_an_angle_file_that_claims_too_much_is_not_read(tmp_path: Path) -> None:
    np.save(tmp_path / "angles.npy", np.zeros(8))
    raw = (tmp_path / "angles.npy").read_bytes().replace(b"(8,), }        ", b"(999999999999,),}"[:17].ljust(15))
    (tmp_path / "angles.npy").write_bytes(raw)
    with pytest.raises(DataError, match=r"angles\.npy cannot be read as angles"):
        read_scan(good(tmp_path), angles="angles.npy")


def test_a_truncated_scan_says_how_much_is_missing(tmp_path: Path) -> None:
    path = good(tmp_path)
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: size // 2])
    with pytest.raises(DataError, match=rf"a\.h5 is truncated: it has {size // 2} of {size} bytes"):
        read_scan(path)


def test_frames_that_no_detector_has_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        data = file.create_dataset("exchange/data", (4, 1 << 40, 8), "u2", chunks=(1, 64, 8))
        data[:2, :1] = PROJECTIONS[:2, :1, :8]
        file["exchange/theta"] = [0.0, 30, 60, 90]
    with pytest.raises(DataError, match=r"have shape \(0, 1099511627776, 8\), which no detector has"):
        read_scan(tmp_path / "a.h5")
