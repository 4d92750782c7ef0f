"""The demo scan."""

from __future__ import annotations

import tracemalloc

import h5py
import numpy as np
import pytest

from daisy_kernel.domains.ct.demo import scan as demo
from daisy_kernel.domains.ct.demo.ellipsoids import project_ellipsoids
from daisy_kernel.domains.ct.demo.flower import flower
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.domains.ct.prepare.absorption import absorption
from daisy_kernel.domains.ct.prepare.normalize import normalize
from daisy_kernel.domains.ct.scan.readers import read_scan
from daisy_kernel.errors import OutputError, ParameterError

SMALL = {"rows": 12, "columns": 64, "angles": 30}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "scan.h5"
    return path, write_demo_scan(path, **SMALL)


def test_it_has_what_nxtomo_asks_for(small):
    path, _ = small
    with h5py.File(path) as file:
        entry = file["entry"]
        assert entry["definition"].asstr()[()] == "NXtomo"
        assert entry["instrument/source/probe"].asstr()[()] == "x-ray"
        frames = len(entry["instrument/detector/image_key"])
        assert entry["instrument/detector/data"].shape == (frames, 12, 64)
        assert entry["instrument/detector/data"].dtype == np.uint16
        assert entry["sample/rotation_angle"].attrs["units"] == "degree"
        assert entry["data/data"] == entry["instrument/detector/data"]
        for kind in ("NXinstrument", "NXsample", "NXdata"):
            assert kind in {group.attrs.get("NX_class") for group in entry.values()}
        signal = file[file.attrs["default"]]
        assert signal[signal.attrs["default"]].attrs["signal"] == "data"


def test_a_reader_finds_the_facts(small):
    path, facts = small
    scan = read_scan(path)
    assert scan.projections.shape == (30, 12, 64)
    assert scan.pixel_size == pytest.approx(facts["pixel_size"])
    assert (scan.energy, scan.distance) == (facts["energy"], facts["distance"])
    assert scan.flat_positions.tolist() == [0] * 10 + [30] * 10
    assert scan.dark_positions.tolist() == [0] * 10 + [30] * 10
    np.testing.assert_allclose(scan.angles, np.arange(30) * 6.0)
    assert scan.warnings == ()


def test_the_absorption_is_that_of_the_flower_about_the_center(small):
    path, facts = small
    scan = read_scan(path)
    measured = absorption(
        normalize(
            scan.projections[:, :, :],
            scan.flats[:, :, :],
            scan.darks[:, :, :],
            flat_positions=scan.flat_positions,
            dark_positions=scan.dark_positions,
        )
    )
    lengths = project_ellipsoids(flower(), scan.angles, 12, 64, center=facts["center"])
    expected = 3.0 * lengths * facts["pixel_size"] * 1e-4  # 3 per cm
    assert facts["center"] == 33.4
    assert np.median(np.abs(measured - expected)) < 0.01
    with h5py.File(path) as file:
        assert file["entry"].attrs["phantom_center"] == facts["center"]


def test_the_same_seed_is_the_same_scan_however_it_is_cut(small, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_BLOCK", 5 * 12 * 64)
    write_demo_scan(tmp_path / "again.h5", **SMALL, chunks=(4, 6, 32))
    write_demo_scan(tmp_path / "other.h5", **SMALL, seed=1)
    name = "entry/instrument/detector/data"
    with h5py.File(small[0]) as first, h5py.File(tmp_path / "again.h5") as again:
        assert again[name].chunks == (4, 6, 32)
        np.testing.assert_array_equal(first[name][()], again[name][()])
    with h5py.File(small[0]) as first, h5py.File(tmp_path / "other.h5") as other:
        assert (first[name][()] != other[name][()]).any()


def test_memory_does_not_grow_with_the_scan(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_BLOCK", 8 * 32 * 64)
    peaks = []
    for angles in (32, 320):
        tracemalloc.start()
        write_demo_scan(tmp_path / "scan.h5", rows=32, columns=64, angles=angles)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 200_000  # the counts of the larger one are 1.4 MB


def test_one_angle_one_row_and_a_given_center_are_taken(tmp_path):
    facts = write_demo_scan(tmp_path / "scan.h5", rows=1, columns=8, angles=1, center=3)
    assert (facts["angles"], facts["rows"], facts["center"]) == (1, 1, 3.0)


def test_no_file_looks_finished_after_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "make_detector", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_demo_scan(tmp_path / "scan.h5", **SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_and_a_scan_of_nothing_are_refused(tmp_path):
    with pytest.raises(OutputError, match="nowhere does not exist: make it"):
        write_demo_scan(tmp_path / "nowhere" / "scan.h5", **SMALL)
    with pytest.raises(ParameterError, match="a scan of 30 angles, 0 rows and 64 columns"):
        write_demo_scan(tmp_path / "scan.h5", **{**SMALL, "rows": 0})
