"""A preview is the slice of the run, to the bit, and computes no more than a change asks for."""

from __future__ import annotations

import os
from unittest.mock import patch

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.prepare.phase import paganin_halo
from daisy_kernel.errors import DataError
from tests.widgets_apps.ct.conftest import ANGLES, COLUMNS, ROWS
from widgets_apps.ct.checking import previewed
from widgets_apps.ct.preview import CtPreview

_PREPARATIONS = {
    "nothing": {},
    "zingers": {"zingers": 300.0},
    "a floor": {"minimum": 0.05},
    "background": {"background": [3, 9, 0, 8]},
    "air": {"air": 6},
    "crop": {"crop": [8, 90]},
    "binning": {"binning": 2},
    "sorted stripes": {"stripes": "sorting"},
    "stripes by wavelets": {"stripes": "wavelet-fourier"},
    "a filter": {"filter": "hann", "cutoff": 0.7},
    "direct backprojection": {"algorithm": "fbp"},
    "a mask": {"mask": 0.8},
    "all of them": {
        "zingers": 300.0,
        "background": [3, 9, 0, 8],
        "air": 6,
        "crop": [8, 90],
        "binning": 2,
        "stripes": "sorting",
        "filter": "shepp-logan",
        "mask": 0.9,
    },
}


@pytest.mark.parametrize("settings", _PREPARATIONS.values(), ids=_PREPARATIONS.keys())
def test_a_slice_is_the_one_of_the_run_to_the_bit(scan, volume_of, settings):
    given = {"input": str(scan), "center": 50.3, **settings}
    expected = volume_of(**given)
    preview = CtPreview()
    factor = settings.get("binning", 1)
    for row in (0, 15, 16, ROWS - 1):
        slice_ = preview.picture(previewed(given), "slice", row=row).values
        np.testing.assert_array_equal(slice_, expected[row // factor])


def test_phase_retrieval_is_the_runs_to_the_bit_where_it_reaches_over_the_frame(scan, volume_of):
    given = {"input": str(scan), "center": 50.3, "phase": 200.0, "background": [3, 9, 0, 8], "pixel_size": 1.0}
    assert paganin_halo(1.0, 20.0, 0.05, 200.0, 1e-4) >= ROWS
    shown = CtPreview().picture(previewed(given), "slice", row=17).values
    np.testing.assert_array_equal(shown, volume_of(**given)[17])


def test_phase_retrieval_of_high_frames_sees_a_strip_and_differs_by_less_than_a_thousandth(scan, volume_of):
    given = {"input": str(scan), "center": 50.3, "phase": 200.0}
    assert paganin_halo(6000 / COLUMNS, 20.0, 0.05, 200.0, 1e-4) < ROWS // 3
    expected = volume_of(**given)[20]
    shown = CtPreview().picture(previewed(given), "slice", row=20).values
    assert 0 < np.abs(shown - expected).max() < 1e-3 * np.ptp(expected)


def test_an_automatic_center_is_the_one_of_the_run(scan, volume_of):
    given = {"input": str(scan), "stripes": "sorting"}
    shown = CtPreview().picture(previewed(given), "slice", row=30)
    assert shown.center == CtPreview().find_center(previewed(given))[0]
    np.testing.assert_array_equal(shown.values, volume_of(**given)[30])


@pytest.mark.parametrize(
    ("change", "computed"),
    [
        ({"center": 49.0}, {"reconstruct"}),
        ({"stripes": "wavelet-fourier"}, {"stripes", "reconstruct"}),
        ({"mask": 0.5}, {"mask"}),
        ({"minimum": 0.01}, {"normalize", "absorption", "stripes", "reconstruct"}),
    ],
)
def test_a_change_computes_its_step_and_those_after_it_alone(scan, change, computed):
    given = {"input": str(scan), "center": 50.3, "stripes": "sorting"}
    preview = CtPreview()
    preview.picture(previewed(given), "slice", row=5)
    names = _computed(preview, {**given, **change})
    assert names == computed
    assert _computed(preview, {**given, **change}) == set()


def _computed(preview, parameters):
    names = set()
    execute = preview._preview.execute

    def noted(step, inputs):
        names.add(step.name)
        return execute(step, inputs)

    with patch.object(preview._preview, "execute", noted):
        preview.picture(previewed(parameters), "slice", row=5)
    return names


def test_a_scan_that_was_written_anew_is_read_anew(scan, tmp_path):
    copy = tmp_path / "copy.h5"
    copy.write_bytes(scan.read_bytes())
    given = previewed({"input": str(copy), "center": 50.3})
    preview = CtPreview()
    before = preview.picture(given, "slice", row=5).values
    data = bytearray(copy.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40000] = bytes(40000)
    copy.write_bytes(data)
    os.utime(copy, (1, 1))
    assert not np.array_equal(preview.picture(given, "slice", row=5).values, before)


def test_a_prepared_projection_and_a_sinogram_are_parts_of_the_same_data(scan):
    given = previewed({"input": str(scan), "air": 6, "zingers": 300.0})
    preview = CtPreview()
    projection = preview.picture(given, "prepared", row=0, angle=33)
    sinogram = preview.picture(given, "sinogram", row=21)
    assert projection.dims == ("row", "column")
    assert sinogram.dims == ("angle", "column")
    assert projection.values.shape == (ROWS, COLUMNS)
    assert sinogram.values.shape == (ANGLES, COLUMNS)
    np.testing.assert_array_equal(projection.values[21], sinogram.values[33])


def test_a_sinogram_is_shown_after_stripes_were_removed_and_a_prepared_row_before(scan):
    preview = CtPreview()
    plain = previewed({"input": str(scan)})
    cleaned = previewed({"input": str(scan), "stripes": "sorting"})
    prepared = preview.picture(cleaned, "prepared", row=21).values
    np.testing.assert_array_equal(prepared, preview.picture(plain, "sinogram", row=21).values)
    assert not np.array_equal(prepared, preview.picture(cleaned, "sinogram", row=21).values)


def test_candidates_are_slices_of_the_same_row_with_each_center(scan):
    given = {"input": str(scan)}
    preview = CtPreview()
    centers = [48.0, 50.3, 52.0]
    found = preview.candidates(previewed(given), 12, centers)
    assert found.values.shape == (3, COLUMNS, COLUMNS)
    for center, candidate in zip(centers, found.values, strict=True):
        alone = preview.picture(previewed({**given, "center": center}), "slice", row=12).values
        inside = slice(COLUMNS // 4, -COLUMNS // 4)
        scale = alone[inside, inside].std() / candidate[inside, inside].std()
        difference = (scale * candidate - alone)[inside, inside]
        assert np.abs(difference).max() < 1e-3 * np.ptp(alone)


def test_the_window_of_a_preview_holds_most_values(scan):
    shown = CtPreview().picture(previewed({"input": str(scan), "center": 50.3}), "slice", row=12)
    low, high = shown.window
    inside = (shown.values >= low) & (shown.values <= high)
    assert 0.98 < inside.mean() < 1


@pytest.mark.parametrize("row", [-1, ROWS])
def test_a_row_that_is_not_on_the_detector_is_refused_with_those_that_are(scan, row):
    with pytest.raises(DataError, match=rf"row={row} is not on the detector.*0 to 39"):
        CtPreview().picture(previewed({"input": str(scan), "center": 50.3}), "slice", row=row)


def test_a_projection_that_is_not_in_the_scan_is_refused(scan):
    with pytest.raises(DataError, match=r"angle=120 is not in the scan.*0 to 119"):
        CtPreview().picture(previewed({"input": str(scan)}), "prepared", row=0, angle=120)


def test_a_step_that_must_see_too_much_says_so_in_words(scan):
    given = previewed({"input": str(scan), "center": 50.3, "phase": 200.0})
    with patch("widgets_apps.work._WHOLE", 1000), pytest.raises(DataError, match="phase looks at whole frames"):
        CtPreview().picture(given, "slice", row=5)


def test_what_a_step_refuses_is_said_with_its_name(scan):
    given = previewed({"input": str(scan), "center": 500.0})
    with pytest.raises(DataError, match="center=500 is outside the columns 0 to 95"):
        CtPreview().picture(given, "slice", row=5)


def test_a_scan_of_named_datasets_without_darks_is_seen_as_the_run_computes_it(scan, tmp_path, volume_of):
    path = tmp_path / "plain.h5"
    with h5py.File(scan) as file, h5py.File(path, "w") as plain:
        frames, key = file["entry/data/data"][:], file["entry/data/image_key"][:]
        plain["p"], plain["f"] = frames[key == 0], frames[key == 1]
    given = {"input": str(path), "projections": "p", "flats": "f", "angle_range": [0, 178.5], "center": 50.3}
    shown = CtPreview().picture(previewed(given), "slice", row=20).values
    np.testing.assert_array_equal(shown, volume_of(**given)[20])
