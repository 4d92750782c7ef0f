"""Previews that take much memory are computed apart, with the same bits; what there is no memory for is refused."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from daisy_kernel.errors import DataError
from widgets_apps.ct.checking import previewed
from widgets_apps.ct.preview import CtPreview
from widgets_apps.ct.previews import CtPreviews


@pytest.fixture
def previews():
    both = CtPreviews()
    yield both
    both.clear()


def test_what_is_computed_apart_is_the_same_to_the_bit(scan, previews, monkeypatch):
    monkeypatch.setattr("widgets_apps.ct.previews._LARGE", 0)
    given, here = previewed({"input": str(scan), "center": 50.3}), CtPreview()
    for stage, angle in (("slice", None), ("sinogram", None), ("prepared", 7)):
        apart = previews.picture(given, stage, row=12, angle=angle)
        same = here.picture(given, stage, row=12, angle=angle)
        np.testing.assert_array_equal(apart.values, same.values)
        assert (apart.dims, apart.window, apart.center) == (same.dims, same.window, same.center)
    assert previews.find_center(given) == here.find_center(given)
    centers = [49.0, 50.3]
    np.testing.assert_array_equal(
        previews.candidates(given, 12, centers).values, here.candidates(given, 12, centers).values
    )


def test_a_small_scan_starts_no_process(scan, previews, monkeypatch):
    monkeypatch.setattr("widgets_apps.apart.subprocess", None)
    assert previews.picture(previewed({"input": str(scan), "center": 50.3}), "slice", row=12).values.any()


def test_a_preview_that_there_is_no_memory_for_says_how_much_it_needs(scan, previews, monkeypatch):
    monkeypatch.setattr("widgets_apps.ct.previews._LARGE", 0)
    monkeypatch.setattr("widgets_apps.ct.previews.memory_limit", lambda: 64 << 20)
    with pytest.raises(DataError, match=r"needs about .* MiB of memory, and this server has 64 MiB.*crop or bin"):
        previews.picture(previewed({"input": str(scan), "center": 50.3}), "slice", row=12)


def test_a_projection_that_is_computed_in_parts_is_the_same_to_the_bit(scan, tmp_path, monkeypatch):
    path = tmp_path / "plain.h5"  # whose frames can be read in parts
    with h5py.File(scan) as file, h5py.File(path, "w") as plain:
        frames, key = file["entry/data/data"][:], file["entry/data/image_key"][:]
        plain["p"], plain["f"] = frames[key == 0], frames[key == 1]
    named = {"input": str(path), "projections": "p", "flats": "f", "angle_range": [0, 178.5]}
    given = previewed({**named, "zingers": 300.0, "air": 6, "binning": 2})
    at_once, needed = (
        CtPreview().picture(given, "prepared", row=0, angle=33),
        CtPreview().bytes(given, "prepared", angle=33),
    )
    monkeypatch.setattr("widgets_apps.work._PART", needed // 5)
    in_parts = CtPreview()
    assert in_parts.bytes(given, "prepared", angle=33) == needed // 5
    np.testing.assert_array_equal(in_parts.picture(given, "prepared", row=0, angle=33).values, at_once.values)
