"""Stacks of files are found and put in the order of their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from daisy_kernel.errors import DataError
from daisy_kernel.io.numbered_files import find_files, missing_numbers

SUFFIXES = (".tif", ".tiff")


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


def found(place: Path, pattern: str | None = None) -> list[str]:
    return [path.name for path in find_files(place, pattern, suffixes=SUFFIXES)]


def test_files_are_sorted_by_number_not_by_letter(tmp_path: Path) -> None:
    touch(tmp_path, "p_10.tif", "p_9.TIF", "p_2.tiff", "p_1.txt", "._p_1.tif")
    (tmp_path / "p_3.tif").mkdir()
    assert found(tmp_path, "p_*.[tT]*") == ["p_1.txt", "p_2.tiff", "p_9.TIF", "p_10.tif"]
    assert found(tmp_path / "p_*.tif") == ["p_10.tif"]


def test_numbers_anywhere_in_the_name_count(tmp_path: Path) -> None:
    touch(tmp_path, "scan2_10.tif", "scan2_9.tif", "scan10_1.tif")
    assert found(tmp_path, "*.tif") == ["scan2_9.tif", "scan2_10.tif", "scan10_1.tif"]


def test_one_file_is_a_stack_by_itself(tmp_path: Path) -> None:
    assert found(touch(tmp_path, "odd[1]name.dat") / "odd[1]name.dat") == ["odd[1]name.dat"]


def test_several_series_in_a_folder_are_named_not_mixed(tmp_path: Path) -> None:
    touch(tmp_path, "flat_1.tif", "flat_2.tif", "proj_1.tif", "proj_2.tif", "proj_3.tif")
    with pytest.raises(DataError, match=r"several series: flat_\*\.tif \(2\), proj_\*\.tif \(3\): say which"):
        found(tmp_path)
    assert len(found(tmp_path, "proj_*")) == 3


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no such files \(\.tif, \.tiff\)"):
        found(tmp_path)


def test_a_pattern_that_finds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"q_\*: no such files"):
        found(touch(tmp_path, "p_1.tif"), "q_*")


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [([1, 2, 3], []), ([1, 2, 4, 5], [3]), ([0, 10, 20, 50], [30, 40]), ([7], []), ([3, 3, 3], [])],
)
def test_numbers_left_out_are_found(numbers: list[int], missing: list[int]) -> None:
    assert missing_numbers([Path(f"a_{number:04d}.tif") for number in numbers]) == missing


def test_names_without_numbers_miss_none() -> None:
    assert missing_numbers([Path("a.tif"), Path("b.tif"), Path("c.tif")]) == []
