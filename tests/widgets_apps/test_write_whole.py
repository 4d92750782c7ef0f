"""Names for results take the place of nothing; small files are whole, and written nowhere else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from daisy_kernel.errors import OutputError
from widgets_apps.state import state_folder
from widgets_apps.writing import free_output, write_whole


def test_a_link_that_waits_under_the_name_of_a_part_is_not_followed(tmp_path):
    """As anybody could put one into a shared folder."""
    (tmp_path / "precious").write_text("precious")
    for name in (f".a.json.{os.getpid()}.part", ".a.json.part", "a.json.part", f".a.json.{os.getpid()}"):
        (tmp_path / name).symlink_to(tmp_path / "precious")
    (tmp_path / "a.json").symlink_to(tmp_path / "precious")
    write_whole(tmp_path / "a.json", "new")
    assert (tmp_path / "precious").read_text() == "precious"
    assert (tmp_path / "a.json").read_text() == "new"
    assert not (tmp_path / "a.json").is_symlink()


def test_threads_that_write_one_file_do_not_hinder_each_other(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: write_whole(tmp_path / "a.json", str(number) * 10_000), [*range(8)] * 20))
    assert len(set((tmp_path / "a.json").read_text())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_name_that_is_too_long_is_one_sentence(tmp_path):
    with pytest.raises(OutputError, match="cannot be written: File name too long"):
        write_whole(tmp_path / ("n" * 256), "text")
    assert list(tmp_path.iterdir()) == []


def test_the_state_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("DAISY_STATE_DIR", str(tmp_path))
    assert state_folder("jobs") == tmp_path / "jobs"
    monkeypatch.delenv("DAISY_STATE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder("jobs") == tmp_path / ".local/share/daisy/jobs"


def test_a_name_for_the_result_is_free_and_beside_the_scan(tmp_path):
    scan = tmp_path / "a scan.h5"
    assert free_output(scan, "_rec") == tmp_path / "a scan_rec.h5"
    (tmp_path / "a scan_rec.h5").touch()
    (tmp_path / "a scan_rec2.h5.run").mkdir()
    assert free_output(scan, "_rec") == tmp_path / "a scan_rec3.h5"
    assert free_output(scan, "_rec", taken=frozenset({tmp_path / "a scan_rec3.h5"})) == tmp_path / "a scan_rec4.h5"


def test_a_scan_in_a_folder_that_is_read_only_goes_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("widgets_apps.writing.os.access", lambda *_: False)
    assert free_output(tmp_path / "data" / "scan.h5", "_rec") == tmp_path / "home" / "scan_rec.h5"


def test_a_pattern_gives_a_name_without_its_signs(tmp_path):
    assert free_output(tmp_path / "tomo_*.tif", "_rec") == tmp_path / "tomo_rec.h5"
