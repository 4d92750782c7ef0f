"""Folders, search, recent files and places."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_kernel.errors import DataError
from widgets_apps.files.listing import MOST_LISTED, list_folder, natural, search
from widgets_apps.files.recent import places, recent, remember
from widgets_apps.server.socket import decode, encode


def names(listing):
    return [entry.name for entry in listing.entries]


def test_folders_come_first_and_numbers_sort_by_value(tmp_path):
    for name in ("scan_10.h5", "scan_2.h5", "Scan_1.h5", ".hidden"):
        (tmp_path / name).write_bytes(b"12")
    (tmp_path / "z").mkdir()
    found = list_folder(tmp_path)
    assert names(found) == ["z", "Scan_1.h5", "scan_2.h5", "scan_10.h5"]
    assert found.parent == str(tmp_path.parent)
    assert (found.entries[1].kind, found.entries[1].size, found.entries[0].size) == ("file", 2, None)
    assert ".hidden" in names(list_folder(tmp_path, hidden=True))


@pytest.mark.parametrize("mark", ["zarr.json", ".zgroup", ".zarray"])
def test_a_zarr_store_is_one_thing(tmp_path, mark):
    (tmp_path / "volume.zarr").mkdir()
    (tmp_path / "volume.zarr" / mark).write_text("{}")
    assert list_folder(tmp_path).entries[0].kind == "zarr"


def test_of_a_very_large_folder_the_first_are_listed_and_it_says_so(tmp_path):
    for number in range(MOST_LISTED + 1):
        (tmp_path / str(number)).touch()
    found = list_folder(tmp_path)
    assert (len(found.entries), found.more, found.entries[-1].name) == (MOST_LISTED, True, str(MOST_LISTED - 1))


def test_a_broken_link_is_shown_as_something_that_cannot_be_read(tmp_path):
    (tmp_path / "gone.h5").symlink_to(tmp_path / "nowhere")
    (entry,) = list_folder(tmp_path).entries
    assert (entry.readable, entry.size) == (False, None)


@pytest.mark.parametrize(
    ("name", "sentence"), [("none", "does not exist"), ("file", "is a file, no folder"), ("a\0b", "cannot be read")]
)
def test_what_is_no_folder_is_said_in_words(tmp_path, name, sentence):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=sentence):
        list_folder(tmp_path / name)


@pytest.mark.parametrize("raw", [b"\xff\xfe.h5", b"<img src=x onerror=alert(1)>.h5", "数据.h5".encode()])
def test_any_name_survives_the_way_to_the_page_and_back(tmp_path, raw):
    path = os.fsencode(tmp_path) + b"/" + raw
    Path(os.fsdecode(path)).write_bytes(b"1")
    (entry,) = list_folder(tmp_path).entries
    header, _ = decode(encode({"path": entry.path}, []))
    assert os.fsencode(header["path"]) == path


def test_a_search_finds_the_nearest_first_whatever_the_case(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "Tooth.h5").touch()
    (tmp_path / "tooth.tif").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = search(tmp_path, "TOOTH")
    assert (names(found), found.more) == (["tooth.tif", "Tooth.h5"], False)


def test_a_search_ends_when_its_time_is_over(tmp_path):
    for number in range(5):
        (tmp_path / str(number)).mkdir()
    assert search(tmp_path, "x", seconds=-1).more is True


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), max_size=8)))
def test_natural_order_is_an_order_of_any_names(found):
    ordered = sorted(found, key=natural)
    assert sorted(ordered, key=natural) == ordered


def test_recent_files_are_kept_newest_first_without_what_is_gone(tmp_path, monkeypatch):
    monkeypatch.setenv("DAISY_STATE_DIR", str(tmp_path / "state"))
    paths = [tmp_path / f"{number}.h5" for number in range(3)]
    for path in paths:
        path.touch()
        remember(path)
    remember(paths[0])
    paths[2].unlink()
    assert [entry.name for entry in recent()] == ["0.h5", "1.h5"]
    (tmp_path / "state/files/recent.json").write_text("{damaged")
    assert recent() == []


def test_places_of_the_facility_are_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("DAISY_PLACES", f"Beamline B2={tmp_path}:Gone={tmp_path / 'no'}")
    assert ("Beamline B2", tmp_path) in places()
    assert "Gone" not in dict(places())
