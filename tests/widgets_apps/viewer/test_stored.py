"""How arrays on disk are read, and that their files are watched."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.io.lazy import select_frames
from daisy_kernel.io.tiff import open_stack
from widgets_apps.viewer.plain import PlainArray
from widgets_apps.viewer.source import Sources
from widgets_apps.viewer.stored import faster

_VALUES = np.arange(8 * 4 * 5, dtype=np.uint16).reshape(8, 4, 5)


@pytest.fixture
def frames(tmp_path):
    """Some frames of a dataset, as a scan has them."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = _VALUES
    return select_frames(Hdf5File(tmp_path / "a.h5").array("data"), [1, 2, 5, 7])


def test_frames_of_a_plain_dataset_are_read_past_the_library(frames):
    chosen = faster(frames)
    assert isinstance(chosen.base, PlainArray)
    assert np.array_equal(chosen[:, 1:3, 2:3], _VALUES[[1, 2, 5, 7], 1:3, 2:3])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3))
def test_every_so_many_frames_and_rows_are_those_of_numpy(frames, start, stop, step, rows):
    chosen = faster(frames)[start:stop:step, 1::rows, 2:3]
    assert np.array_equal(chosen, _VALUES[[1, 2, 5, 7]][start:stop:step, 1::rows, 2:3])


def test_the_file_of_a_scan_is_watched(frames, tmp_path):
    source = Sources().add(frames, name="scan")
    source.check()
    (tmp_path / "a.h5").unlink()
    with pytest.raises(DataError, match=r"a\.h5 is no longer there"):
        source.check()


def test_rows_of_a_tiff_page_count_as_its_chunks(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", _VALUES, photometric="minisblack")
    assert Sources().add(open_stack([tmp_path / "a.tif"]), name="a").chunks == (1, 1, 5)
