"""HDF5 read from outside: regions, links, virtual datasets, filters, and each way to be broken."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import pytest

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5Array, Hdf5File

DATA = np.arange(12 * 6 * 10, dtype="u2").reshape(12, 6, 10)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.h5"


def write(path: Path, name: str = "entry/data", **options: object) -> Path:
    with h5py.File(path, "a") as file:
        file.create_dataset(name, data=DATA, **options)
    return path


STORAGE = {
    "contiguous": {},
    "chunked": {"chunks": (1, 6, 10)},
    "narrow chunks": {"chunks": (3, 2, 4)},
    "gzip and shuffle": {"chunks": (2, 6, 10), "compression": "gzip", "shuffle": True},
    "bitshuffle": {"chunks": (2, 6, 10), **hdf5plugin.Bitshuffle()},
    "Blosc": {"chunks": (2, 6, 10), **hdf5plugin.Blosc()},
    "Zstandard": {"chunks": (2, 6, 10), **hdf5plugin.Zstd()},
    "big-endian": {"dtype": ">u2"},
}


@pytest.mark.parametrize("options", STORAGE.values(), ids=STORAGE.keys())
def test_a_region_is_read_from_any_storage(path: Path, options: dict[str, object]) -> None:
    array = Hdf5File(write(path, **options)).array("entry/data")
    assert (array.shape, array.dtype, array.chunks) == (DATA.shape, np.dtype("u2"), options.get("chunks"))
    np.testing.assert_array_equal(array[2:7, 1:3, 4:9], DATA[2:7, 1:3, 4:9])
    np.testing.assert_array_equal(array[::5, 1::2, 3:], DATA[::5, 1::2, 3:])
    assert array[:, :, :].dtype.isnative


def test_an_array_is_pickled_as_a_name_and_read_in_another_thread(path: Path) -> None:
    array = pickle.loads(pickle.dumps(Hdf5File(write(path)).array("entry/data")))
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda row=row: results.append(np.array_equal(array[:, row], DATA[:, row])))
        for row in [slice(n, n + 1) for n in range(6)] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 24


def test_a_file_that_was_read_can_be_written_again_at_once(path: Path) -> None:
    array = Hdf5File(write(path)).array("entry/data")
    assert array[0:1, 0:1, 0:1][0, 0, 0] == 0
    with h5py.File(path, "r+") as file:
        file["entry/data"][0, 0, 0] = 7
    assert array[0:1, 0:1, 0:1][0, 0, 0] == 7


def test_a_file_that_is_open_elsewhere_in_the_process_is_read(path: Path) -> None:
    write(path)
    with h5py.File(path):
        assert Hdf5File(path).array("entry/data")[0:1].shape == (1, 6, 10)


def test_links_are_followed_through_files(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    write(tmp_path / "raw" / "b.h5")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["group/far"] = h5py.ExternalLink("raw/b.h5", "/entry")
        file["soft"] = h5py.SoftLink("group/far/data")
    array = Hdf5File(tmp_path / "a.h5").array("soft")
    assert (array.path, array.name, array.note) == (tmp_path / "raw" / "b.h5", "/entry/data", "")
    np.testing.assert_array_equal(array[3:4], DATA[3:4])


def test_a_linked_file_that_lost_its_folder_is_found_beside_and_said(tmp_path: Path) -> None:
    write(tmp_path / "b.h5")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = h5py.ExternalLink("raw/b.h5", "/entry/data")
    array = Hdf5File(tmp_path / "a.h5").array("data")
    assert "a.h5:/data points to raw/b.h5; " in array.note
    np.testing.assert_array_equal(array[:1], DATA[:1])


def test_a_broken_link_names_the_missing_file_and_its_dataset(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["data"] = h5py.ExternalLink("raw/b.h5", "/entry/data")
    with pytest.raises(DataError, match=r"/data is stored as /entry/data in raw/b.h5, which is missing: put b.h5"):
        Hdf5File(path).array("data")
    assert Hdf5File(path).has("data")


def test_a_circle_of_links_ends(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["a"] = h5py.SoftLink("/b")
        file["b"] = h5py.SoftLink("/a")
    with pytest.raises(DataError, match=r"a.h5:/?a is a circle of links"):
        Hdf5File(path).array("a")


def test_a_wrong_name_gets_the_closest_one(path: Path) -> None:
    with pytest.raises(DataError, match=r"has no /entry/dta: did you mean /entry/data"):
        Hdf5File(write(path)).array("entry/dta")


def test_a_group_is_no_array(path: Path) -> None:
    with pytest.raises(DataError, match=r"a.h5:/entry is a group"):
        Hdf5File(write(path)).array("entry")


def test_text_is_no_array(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["title"] = "tooth"
    with pytest.raises(DataError, match="/title holds values of type object, not numbers"):
        Hdf5File(path).array("title")


def test_values_come_with_their_unit(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["angles"] = np.array([0, 1.5])
        file["angles"].attrs["units"] = np.bytes_(b"deg")
    values, units = Hdf5File(path).values("angles")
    assert (values.tolist(), units) == ([0, 1.5], "deg")


def test_values_that_claim_too_much_are_not_read(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("angles", (1 << 50,), "f8", chunks=(1024,))
    with pytest.raises(DataError, match="claims 1125899906842624 values; at most 10000000 are expected"):
        Hdf5File(path).values("angles")


@pytest.mark.parametrize("text", ["NXtomo", np.bytes_(b"NXtomo"), np.array([b"NXtomo"]), ["NXtomo"]])
def test_text_is_read_in_any_of_its_forms(path: Path, text: object) -> None:
    with h5py.File(path, "w") as file:
        file["definition"] = text
        file.attrs["default"] = text
    assert Hdf5File(path).text("definition") == "NXtomo"
    assert Hdf5File(path).attribute("/", "default") == "NXtomo"
    assert Hdf5File(path).text("title") == ""


def test_frames_that_were_never_written_are_known(path: Path) -> None:
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("data", DATA.shape, "u2", chunks=(2, 3, 10))
        dataset[:5] = DATA[:5]
        dataset[8:10, :3] = 1  # half of that pair of frames
    np.testing.assert_array_equal(Hdf5File(path).array("data").written_frames(), range(6))
    assert Hdf5File(write(path, "whole", chunks=(2, 3, 10))).array("whole").written_frames() is None


def test_data_that_were_announced_but_never_written_are_refused(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("data", DATA.shape, "u2")
    with pytest.raises(DataError, match="/data is empty: 1440 bytes were announced, none was written"):
        Hdf5File(path).array("data")


def test_a_chunk_that_cannot_be_is_refused_before_it_is_allocated(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("data", (100, 40000, 40000), "u2", chunks=(1, 40000, 40000))
    with pytest.raises(DataError, match="/data is damaged: it claims chunks of 3200000000 bytes"):
        Hdf5File(path).array("data")


def test_a_filter_that_is_not_here_is_named(path: Path) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((1, 6, 10))
    plist.set_filter(h5py.h5z.FILTER_SHUFFLE)
    with h5py.File(path, "w") as file:
        h5py.h5d.create(file.id, b"data", h5py.h5t.NATIVE_UINT16, h5py.h5s.create_simple(DATA.shape), plist)
    raw = path.read_bytes()
    at = raw.index(b"shuffle") - 8  # the filter's id stands eight bytes before its name
    path.write_bytes(raw[:at] + (30999).to_bytes(2, "little") + raw[at + 2 :])
    with pytest.raises(DataError, match="/data needs HDF5 filter 30999, which is not here"):
        Hdf5File(path).array("data")


def test_raw_data_in_a_file_of_their_own_are_read_from_beside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.with_name("raw.bin").write_bytes(DATA.tobytes())
    with h5py.File(path, "w") as file:
        file.create_dataset("data", DATA.shape, "u2", external=[("raw.bin", 0, h5py.h5f.UNLIMITED)])
    array = Hdf5File(path).array("data")
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(array[4:5], DATA[4:5])
    path.with_name("raw.bin").unlink()
    with pytest.raises(DataError, match=r"/data is stored in raw.bin, which is missing"):
        Hdf5File(path).array("data")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "a.h5 does not exist"),
    "truncated": (truncate, r"a.h5 is truncated: it has 3000 of \d+ bytes: copy the file again"),
    "text": (lambda path: path.write_text("angle,row\n" * 99), "a.h5 is not an HDF5 file"),
    "empty": (lambda path: path.write_bytes(b""), "a.h5 is not an HDF5 file"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "a.h5 is a folder, not an HDF5 file"),
}


@pytest.mark.parametrize(("break_it", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_told_in_a_sentence(path: Path, break_it: Callable[[Path], object], sentence: str) -> None:
    break_it(write(path))
    with pytest.raises(DataError, match=sentence):
        Hdf5File(path).array("entry/data")


def test_a_file_that_shrinks_after_it_was_opened_is_told(path: Path) -> None:
    array = Hdf5File(write(path)).array("entry/data")
    truncate(path)
    with pytest.raises(DataError, match=r"a.h5 is truncated"):
        array[:]


def test_a_damaged_heap_of_texts_does_not_hang(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["angles"] = np.arange(3.0)
        file["angles"].attrs["units"] = "degrees"  # a text of variable length lives in the global heap
    raw = bytearray(path.read_bytes())
    heap = raw.index(b"GCOL")
    assert Hdf5File(path).values("angles").units == "degrees"
    raw[heap + 40 :] = bytes(len(raw) - heap - 40)  # zeros from a copy that lost its end
    path.write_bytes(raw)
    with pytest.raises(DataError, match=f"the global heap at byte {heap} is damaged"):
        Hdf5File(path).values("angles")


def test_an_array_on_disk_compares_by_its_place(path: Path) -> None:
    one, other = (Hdf5File(write(path, f"d{n}")).array("d0") for n in range(2))
    assert one == other
    assert isinstance(one, Hdf5Array)
