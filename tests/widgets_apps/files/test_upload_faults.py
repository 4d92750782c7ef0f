"""Uploads whose page, disk or file system fails them."""

from __future__ import annotations

import errno
import os
import time

import pytest

from daisy_kernel.errors import OutputError
from widgets_apps.files.part import FilesPart
from widgets_apps.files.upload import Upload

ASKED = {"name": "scan.h5", "size": 6, "key": "k1"}


def no_piece_for(seconds, folder):
    (part,) = folder.glob(".*.upload")
    then = time.time() - seconds
    os.utime(part, (then, then))


def test_a_page_that_was_loaded_again_goes_on_though_its_old_session_is_kept(tmp_path):
    old, new = FilesPart(), FilesPart()
    first = old.upload_begin(folder=str(tmp_path), **ASKED)
    old.upload_chunk(first["upload"], 0, [b"abc"])
    with pytest.raises(OutputError, match=r"scan\.h5 is being uploaded by another page: .* in 10 seconds"):
        new.upload_begin(folder=str(tmp_path), **ASKED)
    no_piece_for(11, tmp_path)
    second = new.upload_begin(folder=str(tmp_path), **ASKED)
    assert second["offset"] == 3
    new.upload_chunk(second["upload"], 3, [b"def"])
    with pytest.raises(OutputError, match="for byte 3 came, but 6 bytes are there"):
        old.upload_chunk(first["upload"], 3, [b"xyz"])
    assert new.upload_end(second["upload"]) == {"path": str(tmp_path / "scan.h5")}
    changed = (tmp_path / "scan.h5").stat().st_mtime
    old.close()
    new.close()
    assert (tmp_path / "scan.h5").read_bytes() == b"abcdef"
    assert (tmp_path / "scan.h5").stat().st_mtime == changed


def test_a_page_that_was_closed_lets_go_at_once(tmp_path):
    old, new = FilesPart(), FilesPart()
    first = old.upload_begin(folder=str(tmp_path), **ASKED)
    old.upload_chunk(first["upload"], 0, [b"abc"])
    old.close()
    assert new.upload_begin(folder=str(tmp_path), **ASKED)["offset"] == 3
    new.close()


def test_of_a_piece_that_the_disk_did_not_take_nothing_stays(tmp_path, monkeypatch):
    upload = Upload.begin(tmp_path, **ASKED)
    upload.write(0, b"ab")
    write = os.pwrite

    def full(descriptor, view, offset):
        if offset == 2:
            return write(descriptor, view[:1], offset)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OutputError, match=r"no space for .*scan\.h5: 4 B needed"):
        upload.write(2, b"cdef")
    assert upload.offset == 2
    monkeypatch.undo()
    upload.write(2, b"cdef")
    assert upload.end().read_bytes() == b"abcdef"


def test_a_file_system_without_hard_links_is_enough(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refused)
    upload = Upload.begin(tmp_path, **ASKED)
    upload.write(0, b"abcdef")
    (tmp_path / "scan.h5").write_bytes(b"meanwhile")
    with pytest.raises(OutputError, match=r"scan\.h5 exists already"):
        upload.end()
    (tmp_path / "scan.h5").unlink()
    assert upload.end().read_bytes() == b"abcdef"
    assert [path.name for path in tmp_path.iterdir()] == ["scan.h5"]


def test_an_empty_file_arrives_and_a_length_below_nothing_is_refused(tmp_path):
    assert Upload.begin(tmp_path, "empty", 0, "k").end().read_bytes() == b""
    with pytest.raises(OutputError, match="cannot have -1 bytes"):
        Upload.begin(tmp_path, "x", -1, "k")


def test_a_link_in_the_place_of_the_part_is_not_followed(tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / ".scan.h5.k1.upload").symlink_to(tmp_path / "precious")
    os.utime(tmp_path / ".scan.h5.k1.upload", (0, 0), follow_symlinks=False)
    with pytest.raises(OutputError, match=r"scan\.h5 cannot be written"):
        Upload.begin(tmp_path, **ASKED)
    assert (tmp_path / "precious").read_bytes() == b"precious"
