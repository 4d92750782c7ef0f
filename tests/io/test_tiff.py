"""TIFF stacks: files of one page or many, plain or compressed, and each way to be broken."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import tifffile

from daisy_kernel.errors import DataError
from daisy_kernel.io.tiff import is_tiff, open_stack

DATA = np.random.default_rng(3).integers(0, 250, (7, 6, 10))
REGION = (slice(1, 6), slice(2, 4), slice(3, 9))

STORAGE = {
    "plain": {},
    "deflate": {"compression": "zlib"},
    "LZW with predictor": {"compression": "lzw", "predictor": True},
    "strips of two rows": {"rowsperstrip": 2},
    "tiles": {"tile": (16, 16)},
    "big-endian": {"byteorder": ">"},
    "BigTIFF": {"bigtiff": True},
}


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "u4", "f4"])
@pytest.mark.parametrize("storage", STORAGE.values(), ids=STORAGE.keys())
def test_a_region_of_one_file_of_many_pages_is_read(tmp_path: Path, dtype: str, storage: dict[str, object]) -> None:
    data = DATA.astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", data, photometric="minisblack", **storage)
    stack = pickle.loads(pickle.dumps(open_stack([tmp_path / "a.tif"])))
    assert (stack.shape, stack.dtype) == (data.shape, np.dtype(dtype))
    part = stack[REGION]
    np.testing.assert_array_equal(part, data[REGION])
    assert part.dtype.isnative


def test_a_region_of_many_files_is_read(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.tif" for number in range(7)]
    for file, frame in zip(files, DATA.astype("u2"), strict=True):
        tifffile.imwrite(file, frame)
    stack = open_stack(files)
    np.testing.assert_array_equal(stack[REGION], DATA[REGION])
    assert stack.chunks is None


def test_files_of_several_pages_follow_each_other(tmp_path: Path) -> None:
    parts = {"a.tif": DATA[:3], "b.tif": DATA[3:5], "c.tif": DATA[5:]}
    for name, part in parts.items():
        tifffile.imwrite(tmp_path / name, part.astype("u1"), photometric="minisblack")
    stack = open_stack([tmp_path / name for name in parts])
    np.testing.assert_array_equal(stack[REGION], DATA[REGION])


def test_an_imagej_stack_with_one_page_description_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, DATA.astype("u2"), imagej=True)
    with tifffile.TiffFile(path) as tif:
        assert len(tif.pages) == 7
        second = tif.pages[0].tags  # ImageJ above 4 GiB writes the first description alone
        place = tif.pages[0].offset + 2 + 12 * len(second)
    raw = bytearray(path.read_bytes())
    raw[place : place + 4] = bytes(4)
    path.write_bytes(raw)
    np.testing.assert_array_equal(open_stack([path])[REGION], DATA[REGION])


def test_a_compressed_frame_is_a_chunk(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", DATA.astype("u2"), photometric="minisblack", compression="zlib")
    assert open_stack([tmp_path / "a.tif"]).chunks == (1, 6, 10)


def test_colours_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((6, 10, 3), "u1"), photometric="rgb")
    with pytest.raises(DataError, match=r"a\.tif holds uint8 pages of shape \(6, 10, 3\), not gray values"):
        open_stack([tmp_path / "a.tif"])


def test_a_file_of_another_size_is_named_with_both(tmp_path: Path) -> None:
    for name, shape in (("a.tif", (6, 10)), ("b.tif", (6, 11))):
        tifffile.imwrite(tmp_path / name, np.zeros(shape, "u2"))
    stack = open_stack([tmp_path / "a.tif", tmp_path / "b.tif"])
    sentence = r"b\.tif has a page \(6, 11\) of uint16, the first one was \(6, 10\) of uint16"
    with pytest.raises(DataError, match=sentence):
        stack[1:2]


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        tifffile.imwrite(tmp_path / name, np.zeros((6, 10), "u2"))
    stack = open_stack([tmp_path / "a.tif", tmp_path / "b.tif"])
    (tmp_path / "b.tif").unlink()
    with pytest.raises(DataError, match=r"b\.tif does not exist"):
        stack[:]


def test_a_truncated_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, DATA[0].astype("u2"))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"a\.tif is truncated in page 0"):
        open_stack([path])[:]


def test_a_page_that_cannot_be_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, DATA[0].astype("u2"), compression="zlib")
    with tifffile.TiffFile(path, mode="r+") as tif:
        for tag in ("ImageWidth", "ImageLength"):
            tif.pages[0].tags[tag].overwrite(60000, dtype="H")
    with pytest.raises(DataError, match=r"is damaged: it claims a page of 7200000000 bytes"):
        open_stack([path])


def test_what_is_no_tiff_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"II*\0" + bytes(20))
    with pytest.raises(DataError, match=re.escape(str(path)) + " is no readable TIFF"):
        open_stack([path])


def test_tiff_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a", DATA[0].astype("u2"), bigtiff=True, byteorder=">")
    (tmp_path / "b.tif").write_text("no")
    assert is_tiff(tmp_path / "a")
    assert not is_tiff(tmp_path / "b.tif")
