"""The folder of the platform on one machine."""

from __future__ import annotations

import stat

import pytest

from hub_config.errors import HubError
from hub_config.local.folder import PlatformFolder


def test_a_secret_stays_the_same_and_is_for_its_owner_alone(tmp_path):
    first = PlatformFolder(tmp_path / "demo").secret("crypt_key")
    assert PlatformFolder(tmp_path / "demo").secret("crypt_key") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "demo/hub/crypt_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "demo/hub").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HubError, match=r"file.* cannot be made: .*: name another folder"):
        PlatformFolder(tmp_path / "file")
