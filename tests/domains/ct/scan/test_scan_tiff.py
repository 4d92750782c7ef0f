"""A scan of TIFF files, whose flats, darks and angles a person names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from daisy_kernel.domains.ct.scan.readers import read_scan
from tests.domains.ct.scan.scan_files import ANGLES, DARKS, FLATS, PROJECTIONS, assert_is_the_scan, write_tiff_folder

RANGE = (0.0, 180.0)


def test_a_tiff_folder_with_flats_and_darks_in_folders(tmp_path: Path) -> None:
    write_tiff_folder(tmp_path / "proj")
    write_tiff_folder(tmp_path / "flat", FLATS, "flat{}.tiff")
    tifffile.imwrite(tmp_path / "dark.tif", DARKS, photometric="minisblack")
    np.savetxt(tmp_path / "angles.txt", ANGLES, header="degrees")
    scan = read_scan(
        tmp_path / "proj",
        flats=str(tmp_path / "flat"),
        darks="../dark.tif",
        angles=tmp_path / "angles.txt",
    )
    assert_is_the_scan(scan)
    assert (scan.format, scan.flat_positions, scan.warnings) == ("TIFF", None, ())


def test_tiff_files_of_one_folder_by_their_names(tmp_path: Path) -> None:
    for part, name in ((PROJECTIONS, "p_{}.tif"), (FLATS, "f_{}.tif"), (DARKS, "d_{}.tif")):
        write_tiff_folder(tmp_path, part, name)
    assert_is_the_scan(read_scan(tmp_path, pattern="p_*", flats="f_*", darks="d_*.tif", angle_range=RANGE))
    assert_is_the_scan(read_scan(tmp_path / "p_*.tif", flats="f_*", darks="d_*", angle_range=RANGE))


def test_a_tiff_file_of_many_pages(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "p.tif", PROJECTIONS.astype("f4"), photometric="minisblack")
    scan = read_scan(tmp_path / "p.tif", data="absorption", angle_range=(0, 3), angle_unit="rad")
    np.testing.assert_array_equal(scan.projections[:], PROJECTIONS)
    assert scan.angles[-1] == pytest.approx(np.rad2deg(3))


def test_a_number_left_out_of_tiff_names_is_a_warning(tmp_path: Path) -> None:
    (write_tiff_folder(tmp_path / "p") / "proj_5.tif").unlink()
    scan = read_scan(tmp_path / "p", angle_range=RANGE)
    assert scan.warnings == ("1 numbers are missing between proj_0.tif and proj_7.tif: 5",)
