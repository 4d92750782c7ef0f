"""Real scans of three facilities, as their instruments wrote them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.errors import DataError

Shared = Callable[[str], Path]
ROCK: dict[str, Any] = {
    "projections": "entry1/tomo_entry/data/data",
    "angles": "entry1/tomo_entry/data/rotation_angle",
    "dims": "row,angle,column",
    "data": "absorption",
}


def test_a_tooth_of_the_advanced_photon_source(shared_data: Shared) -> None:
    path = shared_data("ct/tooth.h5")
    scan = read_scan(path)
    assert (scan.projections.shape, scan.flats.shape, scan.darks.shape) == ((181, 2, 640), (10, 2, 640), (10, 2, 640))
    np.testing.assert_allclose(scan.angles, np.arange(181) * 180 / 181)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(scan.projections[3:7, 1:], file["exchange/data"][3:7, 1:])


def test_a_diamond_scan_whose_frames_lost_their_folder(shared_data: Shared) -> None:
    scan = read_scan(shared_data("ct/k11-18014.nxs"), angle_range=(0, 180))
    assert (scan.projections.shape, scan.flats.shape, scan.darks.shape) == (
        (3001, 22, 26),
        (100, 22, 26),
        (100, 22, 26),
    )
    assert np.unique(scan.flat_positions, return_counts=True)[0].tolist() == [0, 3001]
    assert scan.flats[:].mean() > scan.projections[::100].mean() > 100 * scan.darks[:].mean()
    assert len(scan.warnings) == 1
    assert "points to k11-18014/k11-18014-imaging.h5" in scan.warnings[0]


def test_a_diamond_scan_whose_angles_are_elsewhere_asks_for_them(shared_data: Shared) -> None:
    with pytest.raises(DataError, match=r"k11-18014\.nxs holds no rotation angles: give angles= or angle_range="):
        read_scan(shared_data("ct/k11-18014.nxs"))


def test_a_scan_whose_frames_are_missing_names_their_file_and_dataset(shared_data: Shared) -> None:
    sentence = (
        r"detector/data is stored as entry/instrument/detector/data in /dls/\S+/pco1-24888\.hdf, which is missing"
    )
    with pytest.raises(DataError, match=sentence):
        read_scan(shared_data("ct/24888.nxs"))


def test_a_rock_by_its_datasets_in_radians(shared_data: Shared) -> None:
    scan = read_scan(shared_data("ct/Sinogram_Rock_sample_3D.nxs"), angle_unit="rad", **ROCK)
    assert scan.projections.shape == (120, 5, 400)
    np.testing.assert_allclose(scan.angles[[0, -1]], [-45, 312], rtol=1e-6)
    with h5py.File(scan.path) as file:
        np.testing.assert_array_equal(scan.projections[5:9], file[ROCK["projections"]][:, 5:9].transpose(1, 0, 2))


def test_a_rock_in_unknown_units_asks_for_them(shared_data: Shared) -> None:
    with pytest.raises(DataError, match=r"angles from -0\.7854 to 5\.445 have no unit"):
        read_scan(shared_data("ct/Sinogram_Rock_sample_3D.nxs"), **ROCK)


def test_a_rock_of_no_known_layout_lists_its_datasets(shared_data: Shared) -> None:
    with pytest.raises(DataError, match=r"/entry1/tomo_entry/data/data \(5, 120, 400\)"):
        read_scan(shared_data("ct/Sinogram_Rock_sample_3D.nxs"))


def test_a_txrm_file_is_refused(shared_data: Shared) -> None:
    with pytest.raises(DataError, match=r"txrm_test_chip_tomo\.txrm is neither HDF5 nor TIFF"):
        read_scan(shared_data("ct/txrm_test_chip_tomo.txrm"))
