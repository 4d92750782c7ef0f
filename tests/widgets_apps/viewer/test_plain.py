"""Datasets that are read past the HDF5 library, against the library."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from widgets_apps.viewer import plain as module
from widgets_apps.viewer.plain import plain


def _array(path, name="data"):
    return Hdf5File(path).array(name)


def _write(path, values, **options):
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file.create_dataset("data", data=values, **options)
    return values


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A volume with ragged edges as a run writes it."""
    path = tmp_path_factory.mktemp("written") / "volume.h5"
    values = np.random.default_rng(1).integers(0, 65536, (37, 130, 70), dtype=np.uint16)
    output = HDF5Output(path, ArraySpec(values.shape, "uint16", ("row", "y", "x")))
    output.create()
    output.write(0, values)
    output.complete()
    return plain(_array(path, "/entry/data/volume")), values


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_region_of_a_runs_volume_is_what_was_written(written, data):
    array, values = written
    assert array is not None
    box = []
    for length in values.shape:
        begin = data.draw(st.integers(0, length - 1))
        step = data.draw(st.sampled_from([1, 1, 2, 5, 50]))
        box.append(slice(begin, data.draw(st.integers(begin + 1, length)), step))
    assert np.array_equal(array[tuple(box)], values[tuple(box)])


@pytest.mark.parametrize("dtype", ["u1", "<i2", ">u2", "<f4", ">f8", "i8"])
@pytest.mark.parametrize("shape", [(5, 6, 7), (40, 9), (1, 1, 3)])
def test_a_contiguous_dataset_is_one_chunk(tmp_path, dtype, shape):
    values = _write(tmp_path / "a.h5", (np.arange(np.prod(shape)).reshape(shape) % 100).astype(dtype))
    array = plain(_array(tmp_path / "a.h5"))
    assert array is not None
    assert array[:,].dtype.isnative
    for axis in range(len(shape)):
        box = tuple(slice(n // 2, n // 2 + 1) if at == axis else slice(None) for at, n in enumerate(shape))
        assert np.array_equal(array[box], values[box])


def test_long_rows_and_wide_gaps_are_read_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_BUFFER", 64)
    values = _write(tmp_path / "a.h5", np.random.default_rng(0).normal(size=(6, 8, 5000)))
    array = plain(_array(tmp_path / "a.h5"))
    assert np.array_equal(array[1:5, 2:7, 10:4000], values[1:5, 2:7, 10:4000])
    assert np.array_equal(array[:, :, 7:8], values[:, :, 7:8])


@pytest.mark.parametrize("chunks", [None, (1, 2, 2)])
def test_a_file_with_a_user_block_is_read_behind_it(tmp_path, chunks):
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=512) as file:
        file.create_dataset("data", data=np.arange(24).reshape(2, 3, 4), chunks=chunks)
    array = plain(_array(tmp_path / "a.h5"))
    assert array is None or np.array_equal(array[:,], np.arange(24).reshape(2, 3, 4))


@pytest.mark.parametrize(
    "options",
    [
        {"chunks": (2, 3, 4), "compression": "gzip"},
        {"chunks": (2, 3, 4), "maxshape": (None, 6, 8)},
        {"chunks": (2, 3, 4), "shuffle": True},
    ],
)
def test_what_is_stored_otherwise_is_left_to_the_library_or_read_the_same(tmp_path, options):
    values = _write(tmp_path / "a.h5", np.arange(4 * 6 * 8).reshape(4, 6, 8), **options)
    array = plain(_array(tmp_path / "a.h5"))
    assert array is None or np.array_equal(array[:,], values)


def test_frames_that_two_writers_wrote_in_turns_are_left_to_the_library(tmp_path):
    values = np.arange(300 * 4 * 5).reshape(300, 4, 5)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("data", values.shape, values.dtype, chunks=(1, 4, 5))
        order = np.arange(300)
        order[[122, 123]] = 123, 122
        for frame in order:
            dataset[frame] = values[frame]
    assert plain(_array(tmp_path / "a.h5")) is None


def test_frames_in_order_are_read_past_the_library(tmp_path):
    values = np.arange(30 * 4 * 5).reshape(30, 4, 5)
    with h5py.File(tmp_path / "a.h5", "w", libver="latest") as file:
        dataset = file.create_dataset("data", values.shape, values.dtype, chunks=(1, 4, 5))
        for frame in range(30):
            dataset[frame] = values[frame]
    array = plain(_array(tmp_path / "a.h5"))
    assert array is not None
    assert np.array_equal(array[:,], values)


def test_chunks_with_a_gap_are_left_to_the_library(tmp_path):
    values = np.arange(4 * 6 * 8).reshape(4, 6, 8)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("data", values.shape, values.dtype, chunks=(2, 6, 8), maxshape=(None, 6, 8))
        dataset[2:] = values[2:]
        file["other"] = np.arange(100)
        dataset[:2] = values[:2]
    assert plain(_array(tmp_path / "a.h5")) is None


def test_a_file_that_was_cut_short_is_told_and_ends_no_process(written, tmp_path):
    array, _ = written
    short = tmp_path / "short.h5"
    short.write_bytes(array.path.read_bytes()[: array.offset + 100])
    moved = type(array)(short, array.shape, array.stored, array.chunk, array.offset)
    with pytest.raises(Exception, match=r"short\.h5 has become shorter"):
        moved[:,]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_chunks_of_the_next_planes_are_read_ahead_and_no_others(written, axis, monkeypatch):
    array, values = written
    advised = set()
    monkeypatch.setattr(
        module.os, "posix_fadvise", lambda _, at, length, how: advised.update(range(at, at + length, 64))
    )
    monkeypatch.setattr(module, "_ADVISED", 64)
    last = values.shape[axis] - 1
    layer = array.layer(axis, last)
    array.expect(axis, layer)
    wanted = set()
    with h5py.File(array.path) as file:
        dataset = file["entry/data/volume"]
        for number in range(dataset.id.get_num_chunks()):
            info = dataset.id.get_chunk_info(number)
            if info.chunk_offset[axis] <= last < info.chunk_offset[axis] + dataset.chunks[axis]:
                wanted |= set(range(info.byte_offset, info.byte_offset + info.size, 64))
    assert advised == wanted


def test_frames_one_after_another_are_read_ahead_in_groups_but_not_what_lies_across_them(tmp_path, monkeypatch):
    _write(tmp_path / "a.h5", np.zeros((50, 64, 64), np.uint16))
    array = plain(_array(tmp_path / "a.h5"))
    advised = []
    monkeypatch.setattr(module.os, "posix_fadvise", lambda _, at, length, how: advised.append((at, length)))
    monkeypatch.setattr(module, "_TOGETHER", 4 * 64 * 64 * 2)
    monkeypatch.setattr(module, "_ADVISED", 1 << 30)
    assert (array.layer(0, 9), array.layer(0, 12)) == (2, 3)
    array.expect(0, 2)
    assert [at - array.offset for at, _ in advised] == [8 * 64 * 64 * 2]
    array.expect(1, 5)
    monkeypatch.setattr(module, "_MOST_EXPECTED", 1000)
    array.expect(0, 3)
    assert len(advised) == 1


def test_reading_ahead_of_a_file_that_is_gone_is_left_to_who_reads_it(tmp_path):
    _write(tmp_path / "a.h5", np.zeros((5, 6, 7)))
    array = plain(_array(tmp_path / "a.h5"))
    (tmp_path / "a.h5").unlink()
    array.expect(0, 0)
