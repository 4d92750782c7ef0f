"""The folder in which runs leave word and the socket of the apps lies."""

from __future__ import annotations

import pytest

from daisy_kernel.jupyter.server import runtime_dir
from daisy_kernel.runs.known import RUNTIME_DIR


@pytest.mark.parametrize("there", [False, True], ids=["new", "open to all before"])
def test_the_folder_is_the_users_alone(tmp_path, monkeypatch, there):
    folder = tmp_path / "daisy"
    if there:
        folder.mkdir()
        folder.chmod(0o777)
    monkeypatch.setenv(RUNTIME_DIR, str(folder))
    assert runtime_dir() == folder
    assert folder.stat().st_mode & 0o777 == 0o700
