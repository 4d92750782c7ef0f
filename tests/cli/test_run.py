"""``daisy run ct``: what a person can do, and what scripts can rely on."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image

from daisy_kernel.graph import Graph
from tests.cli.conftest import volume


def png_width(path) -> int:
    with Image.open(path) as picture:
        return picture.size[0]


@pytest.fixture(scope="module")
def whole(demo, daisy, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "rec.h5"
    done = daisy("run", "ct", f"input={demo}", f"output={path}", "--json")
    assert done.code == 0, done.err
    return path, done.json


def test_one_object_says_what_was_done(whole, demo):
    path, said = whole
    with h5py.File(demo) as file:
        true = float(file["entry"].attrs["phantom_center"])
    assert said["output"] == str(path)
    assert said["shape"] == [48, 96, 96]
    assert said["center"] == pytest.approx(true, abs=0.1)
    assert set(said["seconds"]) >= {"read", "normalize", "center", "reconstruct", "write"}
    assert said["engine"] == "local"
    assert any("dead or saturated pixels" in text for text in said["warnings"])
    assert png_width(said["preview"]) > 100
    assert said["run"] == f"{path}.run"


def test_the_volume_says_what_it_is_and_how_it_was_made(whole):
    path, said = whole
    with h5py.File(path) as file:
        assert file.attrs["default"] == "entry"
        signal = file["entry/data/volume"]
        assert signal.attrs["units"] == "1/cm"
        assert np.isfinite(signal[()]).all()
        made = [name for name, group in file["entry"].items() if group.attrs.get("NX_class") == "NXprocess"]
        assert len(made) == 7
    assert said["center"] > 0


def test_a_person_reads_where_everything_is(demo, daisy, tmp_path):
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "center=49")
    assert done.code == 0
    assert "48 x 96 x 96" in done.out
    assert "provenance" in done.out
    assert done.err == ""


def test_rows_are_rows_of_the_whole(whole, demo, daisy, tmp_path):
    path, said = whole
    words = ["run", "ct", f"input={demo}", f"center={said['center']}", "rows=9:40"]
    assert daisy(*words, f"output={tmp_path}/a.h5").code == 0
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), volume(path)[9:40])
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["entry/data/row"], np.arange(9, 40))


def test_a_crop_leaves_the_center_what_it_is(demo, daisy, tmp_path):
    found = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "crop=8:92", "--json").json
    with h5py.File(demo) as file:
        true = float(file["entry"].attrs["phantom_center"])
    assert found["center"] == pytest.approx(true, abs=0.3)
    assert found["shape"] == [48, 84, 84]


def test_binning_leaves_center_and_attenuation_what_they_are(whole, demo, daisy, tmp_path):
    path, said = whole
    found = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "binning=2", "--json").json
    assert found["shape"] == [24, 48, 48]
    assert found["center"] == pytest.approx(said["center"], abs=0.3)
    fine, coarse = volume(path)[16:32], volume(tmp_path / "a.h5")[8:16]
    assert coarse[:, 12:36, 12:36].mean() == pytest.approx(fine[:, 24:72, 24:72].mean(), rel=0.05)


def test_zarr_holds_the_same_numbers(whole, demo, daisy, tmp_path):
    path, said = whole
    daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.zarr", f"center={said['center']}")
    np.testing.assert_array_equal(zarr.open_group(tmp_path / "a.zarr", mode="r")["volume"][:], volume(path))


@pytest.mark.parametrize("dtype", ["float32", "uint16", "uint8"])
def test_tiff_files_hold_the_same_numbers_or_their_integers(whole, demo, daisy, tmp_path, dtype):
    path, said = whole
    words = [f"input={demo}", f"output={tmp_path}/slices", f"center={said['center']}", f"dtype={dtype}"]
    done = daisy("run", "ct", *words, "--json")
    assert done.code == 0, done.out
    found = np.stack([tifffile.imread(f) for f in sorted((tmp_path / "slices").glob("*.tif"))])
    wanted = volume(path)
    assert found.dtype == dtype
    if dtype == "float32":
        np.testing.assert_array_equal(found, wanted)
        return
    low, high = done.json["range"]
    assert (low, high) == (wanted.min(), wanted.max())
    top = np.iinfo(dtype).max
    np.testing.assert_allclose(found * ((high - low) / top) + low, wanted, atol=0.51 * (high - low) / top)


@pytest.mark.parametrize("rows", ["3:9", "5:38"])
def test_some_rows_have_a_range_of_their_own_wherever_they_begin(whole, demo, daisy, tmp_path, rows):
    path, said = whole
    words = [f"input={demo}", f"output={tmp_path}/a.h5", f"center={said['center']}", f"rows={rows}", "dtype=uint16"]
    done = daisy("run", "ct", *words, "--json")
    assert done.code == 0, done.out
    wanted = volume(path)[slice(*map(int, rows.split(":")))]
    low, high = done.json["range"]
    assert (low, high) == (wanted.min(), wanted.max())
    step = (high - low) / 65535
    np.testing.assert_allclose(volume(tmp_path / "a.h5") * step + low, wanted, atol=0.51 * step)


def test_integers_may_have_given_limits(demo, daisy, tmp_path):
    words = [f"input={demo}", f"output={tmp_path}/a.h5", "center=49", "dtype=uint8", "limits=0:5"]
    assert daisy("run", "ct", *words).code == 0
    assert volume(tmp_path / "a.h5").dtype == np.uint8


def test_a_range_of_centers_makes_a_contact_sheet(demo, daisy, tmp_path):
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.png", "center=46:52:0.5", "--json")
    assert done.json["shape"] == [13, 96, 96]
    assert png_width(tmp_path / "a.png") > 300


@pytest.mark.parametrize(
    "setting",
    [
        "stripes=sorting",
        "stripes=wavelet-fourier",
        "algorithm=fbp",
        "filter=hann",
        "mask=0.9",
        "zingers=5000",
        "air=4",
        "angle_range=0:120",
    ],
)
def test_every_option_changes_the_volume_and_keeps_it_finite(whole, demo, daisy, tmp_path, setting):
    path, said = whole
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", f"center={said['center']}", setting)
    assert done.code == 0, done.err
    found = volume(tmp_path / "a.h5")
    assert np.isfinite(found).all()
    assert (found != volume(path)).any()


@pytest.mark.parametrize("setting", ["phase=200", "background=0:8,0:6"])
def test_what_needs_whole_frames_goes_through_the_store(demo, daisy, tmp_path, setting):
    setting = setting.replace("0:8,0:6", "0:8:0:6")
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "center=49", setting)
    assert done.code == 0, done.err
    assert np.isfinite(volume(tmp_path / "a.h5")).all()
    assert list((tmp_path / "a.h5.run/data").iterdir())


def test_parameters_from_a_file_can_be_amended(demo, daisy, tmp_path):
    (tmp_path / "beamline.yaml").write_text("center: 40\nrows: 0:16\nfilter: hann\n")
    words = [f"@{tmp_path}/beamline.yaml", f"input={demo}", f"output={tmp_path}/a.h5", "center=49"]
    found = daisy("run", "ct", *words, "--json").json
    assert (found["center"], found["shape"]) == (49.0, [16, 96, 96])
    assert "center" not in found["seconds"]  # nothing is read and computed for what is known


def test_a_graph_file_runs_with_another_scan(whole, demo, daisy, tmp_path):
    path, said = whole
    graph = Graph.read(path.with_name("rec.h5.run") / "graph.json")
    graph.nodes["load"].parameters["input"] = "/not/there.h5"
    (tmp_path / "my.daisy.json").write_text(graph.to_json())
    words = [f"load.input={demo}", f"save.output={tmp_path}/a.h5", f"center.center={said['center']}"]
    assert daisy("run", tmp_path / "my.daisy.json", *words).code == 0
    np.testing.assert_array_equal(volume(tmp_path / "a.h5"), volume(path))


def test_a_dry_run_writes_nothing_and_says_what_would_be(demo, daisy, tmp_path):
    found = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "--dry-run", "--json").json
    assert [section["along"] for section in found["sections"]] == [None, "row"]
    assert found["disk"]["output"] == 48 * 96 * 96 * 4
    assert 0 < found["seconds"] < 60
    assert found["memory"] <= found["budget"]
    assert list(tmp_path.iterdir()) == []
    words = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "--dry-run").out
    assert "48 rows in" in words
    assert "GiB" in words


def test_a_plot_shows_why(demo, daisy, tmp_path):
    found = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "--plot", "--json").json
    assert [png_width(path) > 300 for path in found["plots"]] == [True]


def test_what_is_to_be_kept_is_kept(demo, daisy, tmp_path):
    words = [f"input={demo}", f"output={tmp_path}/a.h5", "center=49", "--keep", "absorption.output"]
    assert daisy("run", "ct", *words).code == 0
    assert (tmp_path / "a.h5.run/data/absorption.output.zarr").is_dir()
