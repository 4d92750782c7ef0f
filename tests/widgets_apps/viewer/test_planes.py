"""Slices of each axis, of arrays stored in different ways, against NumPy."""

from __future__ import annotations

import dataclasses

import h5py
import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.io.lazy import RegionArray, to_dataarray
from tests.widgets_apps.viewer.reference import area_means, plane_of, windowed
from widgets_apps.viewer import planes as module
from widgets_apps.viewer.plain import plain
from widgets_apps.viewer.planes import Plane, Planes, Region
from widgets_apps.viewer.source import Sources

_VALUES = np.random.default_rng(3).normal(100, 20, (13, 17, 19)).astype(np.float32)


@dataclasses.dataclass(frozen=True, eq=False)
class Chunked(RegionArray):
    """An array on disk that counts what is read of it."""

    values: np.ndarray
    chunks: tuple[int, ...]
    boxes: list[tuple[tuple[int, ...], tuple[int, ...]]] = dataclasses.field(default_factory=list)

    @property
    def shape(self):
        return self.values.shape

    @property
    def dtype(self):
        return self.values.dtype

    def read_into(self, start, out):
        self.boxes.append((start, out.shape))
        out[...] = self.values[tuple(slice(s, s + n) for s, n in zip(start, out.shape, strict=True))]


def _sources():
    sources = Sources()
    return {
        "memory": sources.add(_VALUES, name="a"),
        "big-endian": sources.add(_VALUES.astype(">f4"), name="b"),
        "chunked": sources.add(Chunked(_VALUES, (4, 5, 6)), name="c"),
        "dataarray": sources.add(to_dataarray(Chunked(_VALUES, (1, 17, 19)), ("z", "y", "x")), name="d"),
    }


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(_sources())), st.integers(0, 2), st.data())
def test_any_region_at_any_size_is_its_mean_in_the_window(kind, axis, data):
    source, planes = _sources()[kind], Planes()
    index = data.draw(st.integers(0, _VALUES.shape[axis] - 1))
    plane = Plane(source, axis, index)
    r0, c0 = (data.draw(st.integers(0, n - 1)) for n in plane.shape)
    region = Region(
        r0,
        data.draw(st.integers(r0 + 1, plane.shape[0])),
        c0,
        data.draw(st.integers(c0 + 1, plane.shape[1])),
    )
    size = data.draw(st.tuples(st.integers(1, 30), st.integers(1, 30)))
    got = planes.windowed(plane, region, size, 60.0, 140.0)
    cut = plane_of(_VALUES, axis, index)[region.r0 : region.r1, region.c0 : region.c1]
    want = windowed(area_means(cut, *size), 60.0, 140.0)
    assert got.shape == want.shape
    assert np.abs(got - want).max() <= 0.51
    assert np.array_equal(planes.read(plane, region), cut)


def test_a_slice_is_never_made_larger():
    planes, source = Planes(), _sources()["memory"]
    plane = Plane(source, 0, 0)
    assert planes.windowed(plane, plane.whole, (4000, 4000), 0, 1).shape == (17, 19)


def test_the_next_slices_of_a_chunk_are_read_once():
    array = Chunked(_VALUES, (4, 5, 6))
    planes, source = Planes(), Sources().add(array, name="c")
    for index in range(6, 12):
        plane = Plane(source, 2, index)
        planes.windowed(plane, plane.whole, (8, 8), 0, 1)
    assert array.boxes == [((0, 0, 6), (13, 17, 6))]


def test_a_region_inside_what_was_read_is_not_read_again():
    array = Chunked(_VALUES, (4, 5, 6))
    planes, source = Planes(), Sources().add(array, name="c")
    plane = Plane(source, 0, 5)
    planes.windowed(plane, plane.whole, (8, 8), 0, 1)
    planes.windowed(plane, Region(3, 9, 2, 5), (8, 8), 0, 1)
    planes.read(Plane(source, 0, 7), Region(0, 1, 0, 1))
    assert array.boxes == [((4, 0, 0), (4, 17, 19))]


def test_what_is_kept_stays_within_its_bounds(monkeypatch):
    monkeypatch.setattr(module, "_CACHE", 8000)
    monkeypatch.setattr(module, "_PIECE", 4000)
    array = Chunked(_VALUES, (13, 17, 19))
    planes, source = Planes(), Sources().add(array, name="c")
    for index in range(13):
        plane = Plane(source, 0, index)
        assert np.array_equal(planes.read(plane, plane.whole), _VALUES[index])
    assert all(np.prod(shape) * 4 <= 4000 for _, shape in array.boxes)
    assert sum(piece.values.nbytes for piece in planes._pieces.values()) <= 8000


def test_a_plane_above_the_bound_is_read_in_bands(monkeypatch):
    monkeypatch.setattr(module, "_PIECE", 1000)
    array = Chunked(_VALUES, (1, 17, 19))
    planes, source = Planes(), Sources().add(array, name="c")
    plane = Plane(source, 0, 3)
    got = planes.windowed(plane, plane.whole, (9, 9), 60, 140)
    assert np.abs(got - windowed(area_means(_VALUES[3], 9, 9), 60, 140)).max() <= 0.51
    assert len(array.boxes) > 1


def test_values_that_replace_others_are_shown_at_once():
    sources, planes = Sources(), Planes()
    old = sources.add(Chunked(_VALUES, (4, 5, 6)), name="c")
    planes.read(Plane(old, 0, 0), Region(0, 1, 0, 1))
    new = sources.replace(old.id, Chunked(_VALUES + 1, (4, 5, 6)))
    assert planes.read(Plane(new, 0, 0), Region(0, 1, 0, 1))[0, 0] == _VALUES[0, 0, 0] + 1
    assert sources.get(old.id) is new


def test_a_dataarray_brings_dims_units_and_coordinates():
    array = xarray.DataArray(
        _VALUES, dims=("row", "y", "x"), coords={"y": np.arange(17) * 0.5}, attrs={"units": "1/cm"}
    )
    array.y.attrs["units"] = "mm"
    described = Sources().add(array, name="rec").describe()
    assert described["dims"] == ["row", "y", "x"]
    assert described["units"] == "1/cm"
    assert described["coordinates"] == {"y": {"first": 0.0, "last": 8.0, "units": "mm"}}


@pytest.mark.parametrize(
    ("axis", "index", "words"),
    [
        (0, 13, "z=13 is outside of a: give 0 to 12"),
        (1, -1, "y=-1 is outside of a: give 0 to 16"),
        (3, 0, "axis=3 is none of a: give 0 to 2"),
    ],
)
def test_a_slice_that_is_not_there_is_refused_with_what_is(axis, index, words):
    with pytest.raises(DataError, match=words):
        Plane(_sources()["memory"], axis, index)


@pytest.mark.parametrize("region", [(0, 0, 0, 5), (5, 3, 0, 5), (0, 18, 0, 5), (-1, 3, 0, 5), (0, 3, 0, 20)])
def test_an_empty_region_and_one_beyond_the_edge_are_refused(region):
    with pytest.raises(DataError, match=r"empty or outside: give rows 0 to 17 and columns 0 to 19"):
        Plane(_sources()["memory"], 0, 0).region(region)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5), r"has the shape \(5,\)"),
        (np.zeros((2, 0)), r"has the shape \(2, 0\)"),
        (np.zeros((2, 2), complex), "complex128, not real numbers"),
        (np.array([["a"]]), "not real numbers"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(array, words):
    with pytest.raises(DataError, match=words):
        Sources().add(array, name="a")


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_of_a_very_large_plane_some_rows_stand_for_all(tmp_path, monkeypatch, axis):
    monkeypatch.setattr(module, "_MOST_PIXELS", 100)
    monkeypatch.setattr(module, "_MOST_ACROSS_LAST", 100)
    smooth = np.add.outer(np.add.outer(np.arange(40), 2 * np.arange(44)), 3 * np.arange(48)).astype(np.float32)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data"] = smooth
    array = plain(Hdf5File(tmp_path / "a.h5").array("data"))
    planes, plane = Planes(), Plane(Sources().add(array, name="a"), axis, 7)
    got = planes.means(plane, plane.whole, (10, 11))
    want = area_means(plane_of(smooth, axis, 7), 10, 11)
    assert np.abs(got - want).max() <= 6  # a pixel spans 4 rows and columns, which rise by at most 3 each
    assert planes.read(plane, plane.whole).shape == plane.shape


def test_who_goes_from_slice_to_slice_has_the_next_chunks_read_ahead_once(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "a.h5", "w", libver=("v110", "v110")) as file:
        file.create_dataset("data", data=np.zeros((64, 20, 20), np.uint16), chunks=(16, 20, 20))
    source = Sources().add(Hdf5File(tmp_path / "a.h5").array("data"), name="a")
    expected = []
    monkeypatch.setattr(type(source.array), "expect", lambda _, axis, layer: expected.append((axis, layer)))
    planes = Planes()

    def look(*indices):
        for index in indices:
            plane = Plane(source, 0, index)
            planes.windowed(plane, plane.whole, (10, 10), 0, 1)
        planes._ahead.submit(int).result()
        return expected

    assert look(3, 40, 5) == []  # jumps
    assert look(6, 7, 8, 15, 14) == [(0, 1)]
    assert look(20, 22) == [(0, 1), (0, 2)]
    assert look(21, 60, 63) == [(0, 1), (0, 2), (0, 0)]
