"""Small files of an app are whole, and written nowhere else."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from daisy_kernel.errors import OutputError
from widgets_apps.state import state_folder
from widgets_apps.writing import write_whole


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
