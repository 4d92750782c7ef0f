"""Downloads as streams."""

from __future__ import annotations

import io
import itertools
import os
import zipfile

import psutil
import pytest

from daisy_kernel.errors import DataError
from widgets_apps.files.download import stream


def test_a_file_is_sent_as_it_is(tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 9000)
    found = stream(tmp_path / "a.bin")
    assert b"".join(found.pieces) == (tmp_path / "a.bin").read_bytes()
    assert (found.filename, found.size) == ("a.bin", 256 * 9000)


def test_a_folder_is_a_zip_of_known_size_that_others_read(tmp_path):
    store = tmp_path / "volume.zarr"
    (store / "c/0").mkdir(parents=True)
    (store / "zarr.json").write_text("{}")
    (store / "c/0/0").write_bytes(os.urandom(5000))
    found = stream(store)
    data = b"".join(found.pieces)
    assert (found.filename, found.size) == ("volume.zarr.zip", len(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.read("volume.zarr/c/0/0") == (store / "c/0/0").read_bytes()


def test_memory_stays_flat_whatever_the_size(tmp_path):
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(3 << 30)
    before = psutil.Process().memory_info().rss
    found = stream(tmp_path / "large.bin")
    assert found.size == 3 << 30
    assert sum(len(piece) for piece in itertools.islice(found.pieces, 300)) == 300 << 20
    assert psutil.Process().memory_info().rss - before < 50 << 20


def test_a_file_that_became_shorter_ends_with_an_error(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(3 << 20))
    pieces = stream(path).pieces
    next(pieces)
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"a\.bin became shorter"):
        list(pieces)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(DataError, match="none does not exist"):
        stream(tmp_path / "none")
