"""Virtual datasets: sources that are missing, short or small are told, never read as zeros."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File

DATA = np.arange(1, 12 * 6 * 10 + 1, dtype="u2").reshape(12, 6, 10)
EVEN, ODD = DATA[::2], DATA[1::2]


def write(folder: Path, even: np.ndarray = EVEN, odd: np.ndarray = ODD) -> Path:
    """Two detector files that took turns, six frames each, as one dataset."""
    layout = h5py.VirtualLayout(DATA.shape, "u2")
    for number, part in enumerate((even, odd)):
        with h5py.File(folder / f"part{number}.h5", "w") as file:
            file["data"] = part
        layout[number::2] = h5py.VirtualSource(f"part{number}.h5", "data", (8, 6, 10))[:6]
    with h5py.File(folder / "scan.h5", "w") as file:
        file.create_virtual_dataset("frames", layout)
    return folder / "scan.h5"


def test_frames_are_read_from_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = Hdf5File(write(tmp_path)).array("frames")
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(array[3:9, 2:4], DATA[3:9, 2:4])
    assert array.written_frames() is None


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "part1.h5").unlink()
    with pytest.raises(DataError, match=r"/frames is virtual and takes data from part1.h5, which is missing"):
        Hdf5File(path).array("frames")


def test_a_source_without_its_dataset_is_named(tmp_path: Path) -> None:
    path = write(tmp_path)
    with h5py.File(tmp_path / "part1.h5", "r+") as file:
        del file["data"]
    with pytest.raises(DataError, match=r"/frames is virtual and .*part1.h5 has no data"):
        Hdf5File(path).array("frames")


def test_frames_that_a_short_source_lacks_are_known(tmp_path: Path) -> None:
    array = Hdf5File(write(tmp_path, odd=ODD[:4])).array("frames")
    np.testing.assert_array_equal(array.written_frames(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10])


def test_a_source_of_smaller_frames_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, odd=ODD[:, :5])
    with pytest.raises(DataError, match=r"part1.h5:data \(6, 5, 10\) is too small"):
        Hdf5File(path).array("frames")


def test_one_frame_a_file_is_read(tmp_path: Path) -> None:
    layout = h5py.VirtualLayout((3, 6, 10), "u2")
    for number in range(3):
        with h5py.File(tmp_path / f"{number}.h5", "w") as file:
            file["data"] = DATA[number]
        layout[number] = h5py.VirtualSource(f"{number}.h5", "data", (6, 10))
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file.create_virtual_dataset("frames", layout)
    array = Hdf5File(tmp_path / "scan.h5").array("frames")
    np.testing.assert_array_equal(array[:], DATA[:3])
    assert array.written_frames() is None


def test_an_unlimited_mapping_takes_its_length_from_its_source(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "part.h5", "w") as file:
        file.create_dataset("data", data=DATA, maxshape=(None, 6, 10))
    layout = h5py.VirtualLayout((1, 6, 10), "u2", maxshape=(None, 6, 10))
    source = h5py.VirtualSource("part.h5", "data", (1, 6, 10), maxshape=(None, 6, 10))
    layout[: h5py.h5s.UNLIMITED] = source[: h5py.h5s.UNLIMITED]
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file.create_virtual_dataset("frames", layout)
    array = Hdf5File(tmp_path / "scan.h5").array("frames")
    assert array.shape == DATA.shape
    np.testing.assert_array_equal(array[10:], DATA[10:])


def test_a_damaged_mapping_is_refused_before_hdf5_crashes_on_it(tmp_path: Path) -> None:
    path = write(tmp_path)
    raw = bytearray(path.read_bytes())
    name = raw.index(b"part1.h5")
    raw[name + len("part1.h5") + 12] ^= 1  # within the selection that follows the names
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"the mapping of a virtual dataset at byte \d+ is damaged"):
        Hdf5File(path).array("frames")


@pytest.mark.parametrize("first", ["units", "frames"])
def test_a_mapping_is_found_after_a_user_block_and_beside_texts(tmp_path: Path, first: str) -> None:
    layout = h5py.VirtualLayout(DATA.shape, "u2")
    layout[:] = h5py.VirtualSource(".", "raw", DATA.shape)
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["raw"], file["angles"] = DATA, np.arange(12.0)
        file["angles"].attrs["units"] = "deg"
        file.create_virtual_dataset("frames", layout)
    file = Hdf5File(path)
    reads = {"units": lambda: file.values("angles").units, "frames": lambda: file.array("frames").shape}
    with file.held():
        found = {name: reads[name]() for name in sorted(reads, key=lambda name: name != first)}
    assert found == {"units": "deg", "frames": DATA.shape}
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"raw\0", raw.index(b"GCOL")) + 14] ^= 1
    path.write_bytes(raw)
    with file.held(), pytest.raises(DataError, match="the mapping of a virtual dataset"):
        _ = [reads[name]() for name in sorted(reads, key=lambda name: name != first)]
