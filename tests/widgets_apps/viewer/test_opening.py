"""Files and folders as sources: which array, what it is called, and what goes wrong in words."""

from __future__ import annotations

import os

import h5py
import numpy as np
import pytest
import tifffile
import xarray
import zarr
from PIL import Image

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.io.zarr import zarr_output
from tests.widgets_apps.viewer.requests import Page
from widgets_apps.viewer.opening import open_source

_VOLUME = np.random.default_rng(7).integers(0, 5000, (6, 20, 30)).astype(np.uint16)
_SPEC = ArraySpec(
    _VOLUME.shape,
    "uint16",
    ("row", "y", "x"),
    units="1/cm",
    coords={"y": (np.arange(20) * 0.65, "µm"), "row": np.arange(6)},
)


def _finished(output, values=_VOLUME):
    output.create()
    output.write(0, values)
    output.complete()
    return output.path


def _whole(source):
    box = tuple(slice(0, n) for n in source.shape)
    return np.asarray(source.array[box])


@pytest.mark.parametrize("kind", ["hdf5", "zarr"])
def test_a_result_brings_its_names_units_and_coordinates(tmp_path, kind):
    make = {"hdf5": HDF5Output, "zarr": zarr_output}[kind]
    path = _finished(make(tmp_path / f"rec.{kind}", _SPEC))
    source = open_source(str(path))
    assert source.describe() == {
        "source": "",
        "name": path.name,
        "shape": [6, 20, 30],
        "dims": ["row", "y", "x"],
        "dtype": "uint16",
        "units": "1/cm",
        "path": str(path),
        "coordinates": {
            "row": {"first": 0.0, "last": 5.0, "units": ""},
            "y": {"first": 0.0, "last": pytest.approx(12.35), "units": "µm"},
        },
    }
    assert np.array_equal(_whole(source), _VOLUME)


@pytest.mark.parametrize("kind", ["hdf5", "zarr"])
def test_values_kept_as_integers_are_shown_as_what_they_stand_for(tmp_path, kind):
    make = {"hdf5": HDF5Output, "zarr": zarr_output}[kind]
    spec = ArraySpec((1, 1, 3), "uint8", ("row", "y", "x"), units="1/cm", limits=(-1.0, 4.1))
    path = _finished(make(tmp_path / f"rec.{kind}", spec), np.array([[[0, 50, 255]]], np.uint8))
    page = Page()
    source = page.ask("open", path=str(path))["source"]
    values = [page.ask("value", source=source, axis=0, index=0, row=0, column=c)["value"] for c in range(3)]
    assert values == pytest.approx([-1.0, 0.0, 4.1])
    found = page.ask("range", source=source, axis=0, index=0, percentiles=[0, 100])
    assert [found[k] for k in ("low", "high", "minimum", "maximum")] == pytest.approx([-1.0, 4.1, -1.0, 4.1])
    shape = page.ask("slice", source=source, axis=0, index=0, region=[0, 1, 0, 3], size=[1, 3], low=-1.0, high=4.1)[
        "shape"
    ]
    assert page.pixels(shape).tolist() == [[0, 50, 255]]
    statistics = page.ask("statistics", source=source, axis=0, index=0, region=[0, 1, 0, 3])
    assert statistics["deviation"] == pytest.approx(np.std([-1.0, 0.0, 4.1]))


def test_without_a_default_the_largest_volume_is_shown(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file["a/flats"] = np.zeros((2, 20, 30))
        file["a/frames"] = _VOLUME
        file["a/image"] = np.zeros((500, 500))
        file["a/angles"] = np.arange(6)
    assert np.array_equal(_whole(open_source(str(tmp_path / "scan.h5"))), _VOLUME)
    assert open_source(str(tmp_path / "scan.h5"), "/a/image").shape == (500, 500)


def test_a_volume_behind_a_link_of_an_nxdata_group_is_found(tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["frames"] = _VOLUME
    with h5py.File(tmp_path / "master.h5", "w") as file:
        file["entry/origin"] = np.zeros((1, 2))
        group = file.create_group("entry/tomo/data")
        group.attrs["NX_class"] = "NXdata"
        group["data"] = h5py.ExternalLink("data.h5", "/frames")
    assert open_source(str(tmp_path / "master.h5")).shape == _VOLUME.shape
    (tmp_path / "data.h5").unlink()
    with pytest.raises(DataError, match=r"stored as /frames in data\.h5, which is missing"):
        open_source(str(tmp_path / "master.h5"))


def test_a_default_that_has_no_slices_is_passed_over(tmp_path):
    with h5py.File(tmp_path / "scan.h5", "w") as file:
        file.attrs["default"] = "entry"
        file["entry/curve"] = np.arange(5)
        file["entry"].attrs["signal"] = "curve"
        file["entry/frames"] = _VOLUME
    assert open_source(str(tmp_path / "scan.h5")).shape == _VOLUME.shape


def test_a_link_to_another_file_is_followed_and_watched(tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["frames"] = _VOLUME
    with h5py.File(tmp_path / "master.h5", "w") as file:
        file["frames"] = h5py.ExternalLink("data.h5", "/frames")
    source = open_source(str(tmp_path / "master.h5"), "/frames")
    assert np.array_equal(_whole(source), _VOLUME)
    (tmp_path / "data.h5").unlink()
    with pytest.raises(DataError, match=r"data\.h5 is no longer there"):
        source.check()


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_file_and_a_folder_of_them_are_stacks(tmp_path, compression):
    tifffile.imwrite(tmp_path / "stack.tif", _VOLUME, compression=compression, photometric="minisblack")
    (tmp_path / "folder").mkdir()
    for number, frame in enumerate(_VOLUME):
        tifffile.imwrite(tmp_path / "folder" / f"f_{number}.tif", frame, compression=compression)
    page = Page()
    for place in ("stack.tif", "folder"):
        source = page.ask("open", path=str(tmp_path / place))["source"]
        for axis in range(3):
            plane = np.take(_VOLUME, 2, axis)
            got = page.ask(
                "slice",
                source=source,
                axis=axis,
                index=2,
                region=[0, plane.shape[0], 0, plane.shape[1]],
                size=[99, 99],
                low=0,
                high=255,
            )
            assert np.array_equal(page.pixels(got["shape"]), np.minimum(plane, 255))


def test_a_zarr_store_of_another_program_is_read(tmp_path):
    array = xarray.DataArray(_VOLUME, dims=("t", "v", "u"), coords={"u": np.arange(30.0)}, name="frames")
    for version in (2, 3):
        path = tmp_path / f"v{version}.zarr"
        array.to_zarr(path, zarr_format=version, consolidated=False)
        source = open_source(str(path))
        assert source.dims == ("t", "v", "u")
        assert source.coordinates["u"]["last"] == 29.0
        assert np.array_equal(_whole(source), _VOLUME)
    zarr.save_array(tmp_path / "bare.zarr", _VOLUME)
    assert np.array_equal(_whole(open_source(str(tmp_path / "bare.zarr"))), _VOLUME)
    with pytest.raises(DataError, match=r"has no array frame: it has frames, u"):
        open_source(str(tmp_path / "v3.zarr"), "frame")


@pytest.mark.parametrize("mode", ["L", "I;16", "RGB"])
def test_a_png_is_a_plane(tmp_path, mode):
    Image.new(mode, (7, 5), 128 if mode != "RGB" else (128, 128, 128)).save(tmp_path / "a.png")
    source = open_source(str(tmp_path / "a.png"))
    assert source.shape == (5, 7)
    assert (_whole(source) == 128).all()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("no.h5", None, r"no\.h5 does not exist: check the path"),
        ("text.h5", b"hello", r"text\.h5 is not an HDF5 file"),
        ("bad.png", b"hello", r"bad\.png is no readable picture"),
        ("bad.tif", b"II*\0xxxx", r"bad\.tif is no readable TIFF"),
        ("bad.zarr/zarr.json", b"{", r"bad\.zarr is no readable Zarr store"),
        ("empty/notes.txt", b"", r"empty: no such files \(\.tif, \.tiff\)"),
    ],
)
def test_what_cannot_be_opened_is_told_in_a_sentence(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        open_source(str(tmp_path / name.partition("/")[0]))


def test_a_file_without_a_plane_is_told_so(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["angles"] = np.arange(5)
    with pytest.raises(DataError, match=r"a\.h5 has no array of two or three axes"):
        open_source(str(tmp_path / "a.h5"))


def test_a_dataset_that_is_not_there_is_told_with_the_closest(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["entry/frames"] = _VOLUME
    with pytest.raises(DataError, match=r"has no /entry/frame: did you mean /entry/frames, "):
        open_source(str(tmp_path / "a.h5"), "/entry/frame")


def _asking(page, source):
    return page.error("value", source=source, axis=0, index=0, row=0, column=0)


@pytest.mark.parametrize("kind", ["hdf5", "zarr", "tiff", "png"])
def test_a_file_that_changes_or_vanishes_is_told_in_a_sentence(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "hdf5":
        _finished(HDF5Output(path, _SPEC))
    elif kind == "zarr":
        _finished(zarr_output(path, _SPEC))
    elif kind == "tiff":
        tifffile.imwrite(path, _VOLUME, photometric="minisblack")
    else:
        Image.new("L", (7, 5)).save(path, "PNG")
        path = path.rename(tmp_path / "b.png")
    page = Page()
    source = page.ask("open", path=str(path))["source"]
    watched = path / "zarr.json" if kind == "zarr" else path
    os.utime(watched, ns=(0, 0))
    assert _asking(page, source)["message"] == f"{watched} has changed since it was opened"
    watched.unlink()
    assert _asking(page, source)["message"] == f"{watched} is no longer there"
    assert _asking(page, source)["remedy"] == "open it where it is now"


def test_a_damaged_chunk_of_a_zarr_store_is_told_in_a_sentence(tmp_path):
    zarr.save_array(tmp_path / "a.zarr", _VOLUME)
    for chunk in (tmp_path / "a.zarr").rglob("c/*/*/*"):
        chunk.write_bytes(b"nothing that unfolds")
    page = Page()
    source = page.ask("open", path=str(tmp_path / "a.zarr"))["source"]
    assert _asking(page, source)["message"].startswith("a.zarr is damaged: ")


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(DataError, match=r"pipe\.h5 is neither a file nor a folder"):
        open_source(str(tmp_path / "pipe.h5"))
