"""Uploads in pieces."""

from __future__ import annotations

from collections import namedtuple

import pytest

from daisy_kernel.errors import DataError, OutputError
from widgets_apps.files.part import FilesPart
from widgets_apps.files.upload import Upload


def begin(folder, name="scan.h5", size=6, key="k1"):
    return Upload.begin(folder, name, size, key)


def test_a_file_arrives_in_pieces_and_only_a_whole_one_has_its_name(tmp_path):
    upload = begin(tmp_path)
    upload.write(0, b"abc")
    assert not (tmp_path / "scan.h5").exists()
    upload.write(3, b"def")
    assert upload.end().read_bytes() == b"abcdef"
    assert [path.name for path in tmp_path.iterdir()] == ["scan.h5"]


def test_an_upload_goes_on_where_it_stopped(tmp_path):
    first = begin(tmp_path)
    first.write(0, b"abcd")
    first.close()
    second = begin(tmp_path)
    assert second.offset == 4
    second.write(4, b"ef")
    assert second.end().read_bytes() == b"abcdef"


def test_another_file_of_the_same_name_does_not_go_on_with_it(tmp_path):
    first = begin(tmp_path)
    first.write(0, b"abcd")
    first.close()
    other = begin(tmp_path, key="k2")
    assert other.offset == 0
    other.close()


def test_a_piece_that_is_not_the_next_one_is_refused(tmp_path):
    upload = begin(tmp_path)
    with pytest.raises(OutputError, match="for byte 3 came, but 0 bytes are there"):
        upload.write(3, b"x")
    with pytest.raises(OutputError, match="longer than the 6 bytes"):
        upload.write(0, b"1234567")
    with pytest.raises(OutputError, match="0 of 6 bytes"):
        upload.end()
    upload.close()


def test_two_pages_do_not_write_one_upload(tmp_path):
    first = begin(tmp_path)
    with pytest.raises(OutputError, match=r"scan\.h5 is being uploaded by another page"):
        begin(tmp_path)
    first.close()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", "a\0b", "n" * 201])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(OutputError, match="is no name for a file here"):
        begin(tmp_path, name=name)


def test_what_is_there_is_never_replaced(tmp_path):
    (tmp_path / "scan.h5").write_bytes(b"old")
    with pytest.raises(OutputError, match=r"scan\.h5 exists already"):
        begin(tmp_path)
    (tmp_path / "scan.h5").unlink()
    upload = begin(tmp_path, size=1)
    upload.write(0, b"x")
    (tmp_path / "scan.h5").write_bytes(b"meanwhile")
    with pytest.raises(OutputError, match="exists already"):
        upload.end()
    assert (tmp_path / "scan.h5").read_bytes() == b"meanwhile"
    upload.close()


def test_a_disk_without_space_is_said_before_anything_is_sent(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10, 7, 3))
    with pytest.raises(OutputError, match=r"3 B free, but scan\.h5 needs 6 B"):
        begin(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError, match="none does not exist"):
        begin(tmp_path / "none")


def test_a_page_that_lost_its_way_begins_again_in_its_own_session(tmp_path):
    part = FilesPart()
    asked = {"folder": str(tmp_path), "name": "a.bin", "size": 4, "key": "k"}
    first = part.upload_begin(**asked)
    part.upload_chunk(first["upload"], 0, [b"ab"])
    again = part.upload_begin(**asked)
    assert again["offset"] == 2
    with pytest.raises(DataError, match="not known here any more"):
        part.upload_chunk(first["upload"], 2, [b"cd"])
    part.upload_chunk(again["upload"], 2, [b"c", b"d"])
    assert part.upload_end(again["upload"]) == {"path": str(tmp_path / "a.bin")}
    assert (tmp_path / "a.bin").read_bytes() == b"abcd"
    part.close()
