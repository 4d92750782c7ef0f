"""What a download does with folders that are not tidy, and with files that change while they are sent."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_kernel.errors import DataError
from widgets_apps.files.download import stream


def unpacked(folder: Path) -> dict[str, bytes]:
    found = stream(folder)
    data = b"".join(found.pieces)
    assert len(data) == found.size
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_links_to_files_are_copied_and_those_that_lead_nowhere_or_round_are_left_out(tmp_path):
    (tmp_path / "other").write_bytes(b"other")
    folder = tmp_path / "scan"
    (folder / "empty").mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path / "other")
    (folder / "broken").symlink_to("nowhere")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    assert unpacked(folder) == {"scan/empty/": b"", "scan/link": b"other"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.sets(st.binary(min_size=1, max_size=20), max_size=5))
def test_a_zip_holds_files_of_any_name(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("names")
    names = {name.translate(None, b"/\0") for name in raw} - {b"", b".", b".."}
    for name in names:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(name)
    assert sorted(content for content in unpacked(folder).values() if content) == sorted(names)


def test_a_byte_that_is_no_unicode_is_written_in_words(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.h5")).write_bytes(b"1")
    assert list(unpacked(tmp_path)) == [f"{tmp_path.name}/a%FF.h5"]


def test_a_file_that_vanished_grew_or_shrank_ends_the_zip_with_an_error_and_never_with_a_whole_one(tmp_path):
    for change in (Path.unlink, lambda path: path.write_bytes(b"12345678"), lambda path: path.write_bytes(b"")):
        path = tmp_path / "a.h5"
        path.write_bytes(b"1234")
        found = stream(tmp_path)
        change(path)
        received: list[bytes] = []
        with pytest.raises(DataError, match=rf"{tmp_path}.* (changed|grew) while it was sent"):
            received.extend(found.pieces)
        assert sum(map(len, received)) < found.size


def test_a_file_that_was_replaced_or_removed_is_not_sent(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"1234")
    replaced, removed = stream(path), stream(path)
    (tmp_path / "b.h5").write_bytes(b"5678")
    (tmp_path / "b.h5").replace(path)
    with pytest.raises(DataError, match=r"a\.h5 is another file by now"):
        list(replaced.pieces)
    path.unlink()
    with pytest.raises(DataError, match=r"a\.h5 cannot be read any more: No such file"):
        list(removed.pieces)


def test_the_rest_of_a_file_is_sent_from_a_byte_on(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"0123456789")
    found = stream(tmp_path / "a.h5", start=4)
    assert (found.size, b"".join(found.pieces)) == (6, b"456789")
    assert b"".join(stream(tmp_path / "a.h5", start=10).pieces) == b""
    with pytest.raises(DataError, match=r"a\.h5 has 10 bytes, so none at 11"):
        stream(tmp_path / "a.h5", start=11)
    with pytest.raises(DataError, match="not from byte 4"):
        stream(tmp_path, start=4)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_pipe_or_a_device_is_refused_without_waiting(tmp_path, make):
    make(tmp_path / "odd")
    with pytest.raises(DataError, match="odd is no file"):
        stream(tmp_path / "odd")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("scan.h5", "is no whole path"),
        ("", "is no whole path"),
        ("/a\0b", "no name holds a null"),
        ("~x/a", "no whole"),
    ],
)
def test_only_a_whole_path_is_taken(path, sentence):
    with pytest.raises(DataError, match=sentence):
        stream(path)
