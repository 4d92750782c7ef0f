"""HDF5/NeXus: many processes at once, the NeXus structure, and a kill while the file is completed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from pathlib import Path

import h5py
import numpy as np
import pytest

from daisy_kernel.io import _nexus
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Provenance
from tests.io.specs import DIMS, provenance, random, spec


def write_slabs(output: HDF5Output, values: np.ndarray, starts: range, barrier: object) -> None:
    barrier.wait(60)
    for start in starts:
        output.write(start, values[start : start + 16])


def test_two_processes_that_write_at_once_give_the_right_file(tmp_path: Path) -> None:
    values = random((160, 150, 130))
    output = HDF5Output(tmp_path / "rec.h5", spec(values))
    output.create()
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [
        context.Process(target=write_slabs, args=(output, values, range(first, 160, 32), barrier)) for first in (0, 16)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        assert worker.exitcode == 0
    output.complete()
    with h5py.File(output.path) as file:
        np.testing.assert_array_equal(file["entry/data/volume"][:], values)


@pytest.mark.parametrize(
    ("shape", "dims"),
    [
        ((70, 100, 130), DIMS),
        ((16, 64, 64), DIMS),
        ((1, 1, 1), DIMS),
        ((33, 7000), ("angle", "column")),
        ((20, 17, 18, 19), ("row", "y", "x", "channel")),
    ],
    ids=["edges in all dims", "one chunk", "one element", "two dims", "four dims"],
)
@pytest.mark.parametrize("dtype", ["float32", "uint16", "uint8"])
def test_every_shape_and_dtype_is_read_back_by_h5py(
    shape: tuple[int, ...], dims: tuple[str, ...], dtype: str, tmp_path: Path
) -> None:
    values = random(shape, dtype)
    output = HDF5Output(tmp_path / "rec.h5", spec(values, dims))
    output.create()
    output.write(0, values)
    output.complete()
    with h5py.File(output.path) as file:
        stored = file["entry/data/volume"]
        assert stored.dtype == dtype
        np.testing.assert_array_equal(stored[:], values)


def test_slabs_need_not_be_cut_at_chunks(tmp_path: Path) -> None:
    values = random((50, 70, 66))
    output = HDF5Output(tmp_path / "rec.h5", spec(values))
    output.create()
    for start, stop in [(33, 50), (0, 11), (11, 33)]:
        output.write(start, values[start:stop])
    np.testing.assert_array_equal(output.read(0, 50), values)


def test_a_slab_may_be_a_view_in_any_order_of_memory(tmp_path: Path) -> None:
    values = random((20, 70, 66)).transpose(0, 2, 1)
    output = HDF5Output(tmp_path / "rec.h5", spec(values))
    output.create()
    output.write(0, values)
    np.testing.assert_array_equal(output.read(0, 20), values)


def test_the_default_chain_leads_to_the_volume_with_its_axes_and_units(tmp_path: Path) -> None:
    values = random((4, 5, 6))
    coords = {"row": np.arange(100, 104), "x": (np.arange(6) * 0.5, "mm")}
    output = HDF5Output(tmp_path / "rec.nxs", spec(values, coords=coords))
    output.create()
    output.write(0, values)
    output.complete()
    with h5py.File(output.path) as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        classes = [group.attrs["NX_class"] for group in (file, entry, data)]
        assert classes == ["NXroot", "NXentry", "NXdata"]
        assert list(data.attrs["axes"]) == ["row", ".", "x"]
        assert (data.attrs["row_indices"], data.attrs["x_indices"]) == (0, 2)
        np.testing.assert_array_equal(data["row"][:], coords["row"])
        assert data["x"].attrs["units"] == "mm"
        volume = data[data.attrs["signal"]]
        assert volume.attrs["units"] == "1/cm"
        assert [dim.label for dim in volume.dims] == ["row", "y", "x"]


def test_integers_come_with_the_scale_and_offset_that_give_the_values(tmp_path: Path) -> None:
    values = random((2, 3, 4), "uint16")
    output = HDF5Output(tmp_path / "rec.h5", spec(values, limits=(-1.0, 3.0)))
    output.create()
    output.write(0, values)
    output.complete()
    with h5py.File(output.path) as file:
        data = file["entry/data"]
        assert data["volume_offset"][()] == -1.0
        assert data["volume_offset"][()] + 65535 * data["volume_scaling_factor"][()] == pytest.approx(3.0)


def test_each_step_is_an_nxprocess_and_the_whole_provenance_is_there(tmp_path: Path) -> None:
    values = random((2, 3, 4))
    output = HDF5Output(tmp_path / "rec.h5", spec(values))
    output.create()
    output.write(0, values)
    output.complete(provenance())
    with h5py.File(output.path) as file:
        entry = file["entry"]
        step = entry["process_2_rec_grid"]
        assert step.attrs["NX_class"] == "NXprocess"
        assert step["program"].asstr()[()] == "ct.Grid"
        assert step["version"].asstr()[()] == "3"
        assert step["sequence_index"][()] == 2
        assert step["date"].asstr()[()] == "2026-01-02T03:04:05+00:00"
        assert json.loads(step["parameters/data"].asstr()[()]) == {"center": 296.0}
        assert step["duration"][()] == 1.5
        assert json.loads(entry["graph/data"].asstr()[()])["name"] == "ct"
        assert entry["software/numpy"].asstr()[()] == "2.0"
        assert entry["warnings"].asstr()[0] == "3 frames were dropped"
        assert Provenance.from_json(entry["provenance/data"].asstr()[()]) == provenance()


def die_while_completing(output: HDF5Output) -> None:
    def write_half(file: h5py.File, _: Provenance) -> None:
        file["entry"].create_dataset("half", data=np.arange(1000))
        file["entry/data"].attrs["signal"] = "nothing"
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    _nexus.write_provenance = write_half
    output.complete(provenance())


def test_a_kill_while_the_file_is_completed_loses_nothing(tmp_path: Path) -> None:
    values = random((40, 70, 66))
    output = HDF5Output(tmp_path / "rec.h5", spec(values))
    output.create()
    output.write(0, values)
    before = output.part.read_bytes()
    worker = multiprocessing.get_context("spawn").Process(target=die_while_completing, args=(output,))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    assert output.part.read_bytes() != before
    assert not output.path.exists()
    output.complete(provenance())
    assert [entry.name for entry in tmp_path.iterdir()] == ["rec.h5"]
    with h5py.File(output.path) as file:
        assert "half" not in file["entry"]
        assert file["entry/data"].attrs["signal"] == "volume"
        np.testing.assert_array_equal(file["entry/data/volume"][:], values)


def test_an_array_without_elements_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match=r"two or more dims and elements, not \(0, 3, 3\)"):
        HDF5Output(Path("rec.h5"), ArraySpec((0, 3, 3), "float32", DIMS))
