"""Folders of detectors: many files, stores of many chunks, odd things among them."""

from __future__ import annotations

import os
import time

import pytest

from daisy_kernel.errors import DataError
from widgets_apps.files import listing
from widgets_apps.files.listing import list_folder, search
from widgets_apps.files.part import FilesPart


def test_only_what_is_shown_of_a_large_folder_is_looked_at(tmp_path, monkeypatch):
    for number in range(listing.MOST_LISTED + 50):
        (tmp_path / f"scan_{number}.tif").touch()
    (tmp_path / "zz").mkdir()
    looked = []
    entry_of = listing.entry_of
    monkeypatch.setattr(listing, "entry_of", lambda path: looked.append(path) or entry_of(path))
    found = list_folder(tmp_path)
    assert [entry.name for entry in found.entries[:3]] == ["zz", "scan_0.tif", "scan_1.tif"]
    assert (len(looked), found.more) == (listing.MOST_LISTED, True)


def test_a_search_stays_out_of_the_inside_of_zarr_stores_and_hidden_folders(tmp_path):
    for folder in ("volume.zarr/c/scan", ".cache/scan", "day/scan"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "volume.zarr/zarr.json").touch()
    assert [entry.path for entry in search(tmp_path, "scan").entries] == [str(tmp_path / "day/scan")]
    assert [entry.kind for entry in search(tmp_path, "volume").entries] == ["zarr"]


def test_a_search_ends_within_one_large_folder(tmp_path, monkeypatch):
    for number in range(20):
        (tmp_path / str(number)).touch()
    clock = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    found = search(tmp_path, "1", seconds=5)
    assert (len(found.entries) < 5, found.more) == (True, True)


def test_a_search_gives_at_most_so_many_and_says_whether_there_are_more(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "MOST_FOUND", 3)
    for number in range(3):
        (tmp_path / f"a{number}").touch()
    assert (len(search(tmp_path, "a").entries), search(tmp_path, "a").more) == (3, False)
    (tmp_path / "a3").touch()
    assert (len(search(tmp_path, "a").entries), search(tmp_path, "a").more) == (3, True)


def test_nothing_to_search_for_is_said(tmp_path):
    with pytest.raises(DataError, match="nothing to search for: type a part of a name"):
        search(tmp_path, "  ")


def test_a_pipe_is_shown_as_something_that_cannot_be_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (entry,) = list_folder(tmp_path).entries
    assert entry.readable is False


@pytest.mark.parametrize("path", ["", "scans", "./scans", "~somebody/scans"])
def test_a_path_that_depends_on_where_the_server_runs_is_refused(path):
    with pytest.raises(DataError, match="is no whole path: begin it with /"):
        list_folder(path)


def test_the_way_up_leads_up_and_home_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").mkdir()
    part = FilesPart()
    assert part.list(f"{tmp_path}/a/..")["path"] == str(tmp_path)
    assert part.list("~/a")["parent"] == str(tmp_path)
