"""Uploads whose page, disk or file system fails them."""

from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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


@pytest.mark.parametrize("make", ["pipe", "hard link", "of another user"])
def test_a_part_that_somebody_else_may_have_put_there_is_not_gone_on_with(tmp_path, monkeypatch, make):
    part = tmp_path / ".scan.h5.k1.upload"
    if make == "pipe":
        os.mkfifo(part)
    else:
        (tmp_path / "mine").write_bytes(b"abc")
        os.link(tmp_path / "mine", part)
        if make == "of another user":
            (tmp_path / "mine").unlink()
            monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    os.utime(part, (0, 0))
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OutputError, match=r"\.scan\.h5\.k1\.upload is no part of an upload of this user"):
        Upload.begin(tmp_path, **ASKED)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors
    if make == "hard link":
        assert (tmp_path / "mine").read_bytes() == b"abc"


def test_a_page_that_is_closed_waits_for_the_piece_that_is_being_written(tmp_path, monkeypatch):
    """A descriptor that is closed meanwhile is soon one of another file, and the rest of the piece lands in that."""
    upload = Upload.begin(tmp_path, **ASKED)
    writing, go_on, write = threading.Event(), threading.Event(), os.pwrite

    def slow(descriptor, view, offset):
        writing.set()
        assert go_on.wait(10)
        return write(descriptor, view[:2], offset)

    monkeypatch.setattr(os, "pwrite", slow)
    with ThreadPoolExecutor(2) as pool:
        piece = pool.submit(upload.write, 0, b"abcdef")
        assert writing.wait(10)
        closing = pool.submit(upload.close)
        with pytest.raises(TimeoutError):
            closing.result(0.2)
        go_on.set()
        piece.result(10)
        closing.result(10)
    (part,) = tmp_path.iterdir()
    assert part.read_bytes() == b"abcdef"
    for call in (upload.end, lambda: upload.write(6, b"x")):
        with pytest.raises(OutputError, match=r"the upload of scan\.h5 was let go of"):
            call()
    upload.close()
