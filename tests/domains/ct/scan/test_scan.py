"""A scan is read the same from every format: arrays, angles, positions, pixel size, energy, distance."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import pytest

from daisy_kernel.domains.ct.scan.readers import read_scan
from tests.domains.ct.scan.scan_files import (
    ANGLES,
    DARKS,
    FLATS,
    FRAME_ANGLES,
    FRAMES,
    IMAGE_KEY,
    PROJECTIONS,
    assert_is_the_scan,
    quantity,
    write_dxchange,
    write_nxtomo,
    write_virtual,
)

RANGE = (0.0, 180.0)


def test_nxtomo(tmp_path: Path) -> None:
    scan = read_scan(write_nxtomo(tmp_path / "a.nxs"))
    assert_is_the_scan(scan)
    assert scan.flat_positions.tolist() == [0, 0, 8]
    assert scan.dark_positions.tolist() == [0, 0, 8]
    assert (scan.format, scan.kind, scan.warnings) == ("NXtomo", "counts", ())
    np.testing.assert_allclose([scan.pixel_size, scan.energy, scan.distance], [1.5, 20, 0.05])


def test_nxtomo_compressed_by_a_plugin(tmp_path: Path) -> None:
    assert_is_the_scan(read_scan(write_nxtomo(tmp_path / "a.nxs", chunks=(1, 6, 10), **hdf5plugin.Bitshuffle())))


def test_nxtomo_with_frames_in_another_file(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    (tmp_path / "raw").mkdir()
    with h5py.File(tmp_path / "raw" / "b.h5", "w") as raw, h5py.File(path, "r+") as file:
        raw["data"] = FRAMES
        del file["entry/instrument/detector/data"]
        file["entry/instrument/detector/data"] = h5py.ExternalLink("raw/b.h5", "data")
    assert_is_the_scan(read_scan(path))


def test_nxtomo_with_flats_in_the_middle_knows_where_they_were_taken(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    key = IMAGE_KEY.copy()
    key[[7, 8, 9]] = 1, 3, 2  # frames 4 to 6 are projections, then flat, invalid, dark, then two more
    with h5py.File(path, "r+") as file:
        file["entry/instrument/detector/image_key"][:] = key
    scan = read_scan(path)
    np.testing.assert_array_equal(scan.projections[:], FRAMES[key == 0])
    np.testing.assert_allclose(scan.angles, ANGLES[[0, 1, 2, 6, 7]])
    assert scan.flat_positions.tolist() == [0, 0, 3, 5]
    assert scan.dark_positions.tolist() == [0, 0, 3, 5]
    assert scan.warnings == ("1 of 14 frames are marked invalid by image_key and were left out",)


def test_nxtomo_angles_in_radians_become_degrees(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        angles = np.deg2rad(file["entry/sample/rotation_angle"])
        quantity(file["entry/sample"], "rotation_angle", angles, "rad")
    assert_is_the_scan(read_scan(path))


def test_nxtomo_the_default_of_several_entries_is_read(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        file.copy("entry", "entry0001")
        file["entry/instrument/detector/data"][:] = 0
        file.attrs["default"] = "entry0001"
    assert_is_the_scan(read_scan(path))
    assert read_scan(path, entry="entry").projections[:].max() == 0


def test_nxtomo_as_a_subentry_is_found(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        file.move("entry", "entry1/tomo_entry")
    scan = read_scan(path)
    assert scan.format == "NXtomo"
    np.testing.assert_array_equal(scan.flats[:], FLATS)


def test_nxtomo_without_a_key_takes_all_frames_and_says_so(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        del file["entry/instrument/detector/image_key"]
    scan = read_scan(path)
    assert (scan.projections.shape[0], scan.flats, scan.darks) == (14, None, None)
    assert scan.warnings == ("/entry has no image_key: all 14 frames are taken for projections",)


def test_a_number_without_a_unit_is_left_out_with_a_warning(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        quantity(file["entry/instrument/detector"], "x_pixel_size", 1.5, None)
        quantity(file["entry/instrument/detector"], "distance", "unknown", None)
    scan = read_scan(path, distance=0.2)
    assert (scan.pixel_size, scan.distance) == (None, 0.2)
    assert scan.warnings[0].endswith("detector/x_pixel_size has no unit")
    assert "distance was left out" in scan.warnings[1]


def test_dxchange(tmp_path: Path) -> None:
    scan = read_scan(write_dxchange(tmp_path / "a.h5"))
    assert_is_the_scan(scan)
    assert (scan.format, scan.flat_positions, scan.dark_positions) == ("Data Exchange", None, None)
    assert (scan.pixel_size, scan.energy, scan.distance) == (pytest.approx(1.5), 20, None)


@pytest.mark.parametrize(("mode", "positions"), [("Start", [0, 0, 0]), ("End", [8, 8, 8]), ("Both", [0, 0, 8])])
def test_dxchange_flats_are_where_their_mode_says(tmp_path: Path, mode: str, positions: list[int]) -> None:
    path = write_dxchange(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        file["process/acquisition/flat_fields/flat_field_mode"] = [mode]
    assert read_scan(path).flat_positions.tolist() == positions


def test_dxchange_without_flats_and_darks(tmp_path: Path) -> None:
    path = write_dxchange(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file["exchange/data_white"], file["exchange/data_dark"]
    scan = read_scan(path)
    assert (scan.flats, scan.darks, scan.warnings) == (None, None, ())


def test_flats_of_another_file_are_taken_when_named(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(tmp_path / "flats.h5", "w") as file:
        file["data"] = FLATS + 1
    scan = read_scan(path, flats="flats.h5:/data", darks="entry/data/data")
    np.testing.assert_array_equal(scan.flats[:], FLATS + 1)
    assert (scan.darks.shape, scan.flat_positions) == (FRAMES.shape, None)


ORDERS = {
    "angle,row,column": (0, 1, 2),
    "row,angle,column": (1, 0, 2),
    "column, row, angle": (2, 1, 0),
    "row,column,angle": (1, 2, 0),
}


@pytest.mark.parametrize("chunks", [None, True])
@pytest.mark.parametrize("dims", ORDERS)
def test_any_hdf5_in_any_order(tmp_path: Path, dims: str, chunks: bool | None) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name, part in (("p", PROJECTIONS), ("f", FLATS), ("d", DARKS)):
            file.create_dataset(f"x/{name}", data=part.transpose(ORDERS[dims]), chunks=chunks)
        file["x/angles"] = ANGLES
    scan = read_scan(
        tmp_path / "a.h5",
        projections="x/p",
        flats="x/f",
        darks="x/d",
        angles="x/angles",
        dims=dims,
        pixel_size=2,
    )
    assert_is_the_scan(scan)
    assert (scan.format, scan.pixel_size, scan.energy) == ("HDF5", 2, None)


def test_any_hdf5_flats_may_keep_the_order_of_frames(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["p"], file["f"] = PROJECTIONS.transpose(1, 0, 2), FLATS
    scan = read_scan(tmp_path / "a.h5", projections="p", flats="f", dims="row,angle,column", angle_range=RANGE)
    np.testing.assert_array_equal(scan.flats[:], FLATS)


def test_any_hdf5_with_an_image_key(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["p"], file["key"] = FRAMES, IMAGE_KEY
    scan = read_scan(tmp_path / "a.h5", projections="p", image_key="key", angle_range=RANGE)
    assert_is_the_scan(scan)
    assert scan.flat_positions.tolist() == [0, 0, 8]


def test_a_virtual_dataset(tmp_path: Path) -> None:
    path = write_virtual(tmp_path / "a.h5")
    scan = read_scan(path, projections="frames", angle_range=RANGE)
    np.testing.assert_array_equal(scan.projections[2:12, 1:3], FRAMES[2:12, 1:3])


def aborted_short(path: Path) -> None:
    """Fewer frames in the file than keys and angles."""
    with h5py.File(path, "r+") as file:
        del file["entry/instrument/detector/data"]
        file["entry/instrument/detector/data"] = FRAMES[:9]


def aborted_unwritten(path: Path) -> None:
    """Frames that were announced; their chunks never came."""
    with h5py.File(path, "r+") as file:
        del file["entry/instrument/detector/data"]
        data = file["entry/instrument/detector"].create_dataset("data", FRAMES.shape, "u2", chunks=(1, 6, 10))
        data[:9] = FRAMES[:9]


@pytest.mark.parametrize("abort", [aborted_short, aborted_unwritten])
@pytest.mark.parametrize("angles", [{}, {"angle_range": RANGE}, {"angles": ANGLES}])
def test_an_aborted_scan_is_read_as_far_as_it_goes(
    tmp_path: Path, abort: Callable[[Path], None], angles: dict[str, object]
) -> None:
    abort(write_nxtomo(tmp_path / "a.nxs"))
    scan = read_scan(tmp_path / "a.nxs", **angles)
    np.testing.assert_array_equal(scan.projections[:], PROJECTIONS[:5])
    np.testing.assert_allclose(scan.angles, ANGLES[:5])
    assert (scan.flats.shape[0], scan.flat_positions.tolist()) == (2, [0, 0])
    assert len(scan.warnings) == 1
    assert scan.warnings[0].startswith("aborted scan: 9 of 14 frames were written in ")


def test_a_scan_aborted_after_as_many_frames_as_projections_were_planned(tmp_path: Path) -> None:
    path = write_nxtomo(tmp_path / "a.nxs")
    with h5py.File(path, "r+") as file:
        del file["entry/instrument/detector/data"]
        file["entry/instrument/detector/data"] = FRAMES[:8]
        quantity(file["entry/sample"], "rotation_angle", FRAME_ANGLES[:8], "deg")
    np.testing.assert_allclose(read_scan(path).angles, ANGLES[:4])
    np.testing.assert_allclose(read_scan(path, angles=ANGLES).angles, ANGLES[:4])


def test_an_aborted_dxchange_scan_has_more_angles_than_frames(tmp_path: Path) -> None:
    path = write_dxchange(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file["exchange/data"]
        file["exchange/data"] = PROJECTIONS[:5]
    scan = read_scan(path)
    np.testing.assert_allclose(scan.angles, ANGLES[:5])
    assert scan.warnings[0].startswith("aborted scan: 5 of 8 frames")


def test_an_aborted_virtual_scan_never_gives_what_was_not_measured(tmp_path: Path) -> None:
    path = write_virtual(tmp_path / "a.h5", written=4)
    scan = read_scan(path, projections="frames", angle_range=RANGE)
    np.testing.assert_array_equal(scan.projections[:], FRAMES[:11])
    assert scan.warnings[0].startswith("aborted scan: 11 of 14 frames")


@pytest.mark.parametrize("kind", ["transmission", "absorption"])
def test_flats_and_darks_belong_to_counts_only(tmp_path: Path, kind: str) -> None:
    scan = read_scan(write_nxtomo(tmp_path / "a.nxs"), data=kind)
    assert (scan.kind, scan.flats, scan.darks, scan.flat_positions) == (kind, None, None, None)


@pytest.mark.parametrize("suffix", [".npy", ".txt", ".csv"])
def test_angles_from_a_file(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"angles{suffix}"
    if suffix == ".npy":
        np.save(file, ANGLES)
    else:
        file.write_text((", " if suffix == ".csv" else "\n").join(map(str, ANGLES)))
    path = write_dxchange(tmp_path / "a.h5")
    assert_is_the_scan(read_scan(path, angles=str(file)))
    assert_is_the_scan(read_scan(path, angles=file.name))


def test_angles_are_kept_in_their_order(tmp_path: Path) -> None:
    angles = [10, -350, 720, 0, 5, 5, 90, -45]
    np.testing.assert_array_equal(read_scan(write_dxchange(tmp_path / "a.h5"), angles=angles).angles, angles)


def test_a_scan_is_pickled_and_read_by_a_process_with_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_nxtomo(tmp_path / "a.nxs")
    monkeypatch.chdir(tmp_path)
    sent = pickle.dumps(read_scan("a.nxs"))
    monkeypatch.chdir("/")
    assert_is_the_scan(pickle.loads(sent))
