"""What the app says of a scan before anything is computed."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest
import tifffile

from tests.widgets_apps.ct.conftest import ANGLES, COLUMNS, ROWS
from widgets_apps.ct.scan import open_scan
from widgets_apps.session import FieldErrors
from widgets_apps.viewer.source import Sources


def test_a_demo_scan_is_described_with_units_and_its_arrays_can_be_seen(scan):
    sources = Sources()
    found = open_scan(scan, {}, sources)
    assert found.details["format"] == "NXtomo"
    assert found.details["shape"] == [ANGLES, ROWS, COLUMNS]
    assert found.details["dtype"] == "uint16"
    assert found.details["angles"] == "0° to 178.5°"
    assert found.details["flats"] == found.details["darks"] == 20
    assert found.details["energy"] == "20 keV"
    assert found.details["pixel_size"] == "62.5 µm"
    assert found.details["file_size"] == scan.stat().st_size
    shown = sources.get(found.sources["projections"]["source"])
    assert shown.dims == ("angle", "row", "column")
    with h5py.File(scan) as file:
        frames = file["entry/data/data"][file["entry/data/image_key"][:] == 0]
    np.testing.assert_array_equal(shown.array[7:8, :, :][0], frames[7])
    json.dumps([found.details, found.sources])


def test_tiff_files_are_opened_by_folder_and_by_pattern(tmp_path):
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(6):
        tifffile.imwrite(folder / f"tomo_{number:03}.tif", np.arange(40, dtype=np.uint16).reshape(5, 8))
    for path in (folder, folder / "tomo_*.tif"):
        found = open_scan(path, {"angle_range": [0, 180], "data": "transmission"}, Sources())
        assert found.details["shape"] == [6, 5, 8]
        assert found.sources["flats"] is None
    assert open_scan(folder, {"angle_range": "0:180"}, Sources()).output == tmp_path / "frames_rec.h5"


def test_hdf5_of_no_known_format_asks_for_the_dataset_and_lists_those_there_are(tmp_path):
    path = tmp_path / "plain.h5"
    with h5py.File(path, "w") as file:
        file["measured/frames"] = np.arange(60, dtype="u2").reshape(4, 3, 5)
    with pytest.raises(FieldErrors, match="neither NXtomo nor Data Exchange") as error:
        open_scan(path, {}, Sources())
    assert "measured/frames (4, 3, 5)" in error.value.fields["projections"]
    found = open_scan(path, {"projections": "measured/frames", "angle_range": [0, 135]}, Sources())
    assert found.details["shape"] == [4, 3, 5]


def test_a_scan_that_is_not_there_is_said_at_its_field(tmp_path):
    with pytest.raises(FieldErrors, match=r"nowhere\.h5 does not exist") as error:
        open_scan(tmp_path / "nowhere.h5", {}, Sources())
    assert list(error.value.fields) == ["input"]


def test_an_option_that_says_nothing_of_reading_is_refused(scan):
    with pytest.raises(FieldErrors, match="stripes says nothing about how a scan is read"):
        open_scan(scan, {"stripes": "sorting"}, Sources())
