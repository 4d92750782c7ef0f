"""Bad input gets one sentence with the value and the remedy, the right exit code, and leaves nothing."""

from __future__ import annotations

import os
import shutil
import subprocess

import h5py
import numpy as np
import pytest

from tests.cli.conftest import volume


def broken(demo, folder, change):
    """A copy of the demo scan, broken one way."""
    path = folder / "broken.h5"
    shutil.copy(demo, path)
    with h5py.File(path, "r+") as file:
        change(file)
    return path


PLACES = {
    "data": "entry/instrument/detector/data",
    "image_key": "entry/instrument/detector/image_key",
    "rotation_angle": "entry/sample/rotation_angle",
}


def replace(name, make):
    """Replace a dataset, which is there under two names, by something made from it."""

    def change(file):
        data, attrs = file[PLACES[name]][()], dict(file[PLACES[name]].attrs)
        for path in (PLACES[name], f"entry/data/{name}"):
            del file[path]
        file[PLACES[name]] = make(data)
        file[PLACES[name]].attrs.update(attrs)
        file[f"entry/data/{name}"] = file[PLACES[name]]

    return change


def floats_with_nan(share):
    def make(data):
        data = data.astype(np.float32)
        some = np.random.default_rng(0).random(data.shape) < share
        data[some] = np.nan
        return data

    return make


SETTINGS = {
    "an unknown name": (["centr=49"], r"no parameter 'centr': did you mean 'center'? allowed: "),
    "a wrong value": (["stripes=sortin"], "stripes='sortin' is refused"),
    "a center outside": (["center=3000"], "center=3000 is outside the columns 0 to 95"),
    "rows outside": (["rows=0:480"], "rows=0:480 is not inside 0:48"),
    "a crop outside": (["crop=90:200"], "crop=90:200 is not inside 0:96"),
    "too much binning": (["binning=64"], "binning 64 x 64 leaves nothing of (48, 96)"),
    "a range without a picture": (["center=40:50"], "center=40:50:0.5 and output="),
    "a picture of too many centers": (["center=0:90:0.01", "output=TMP/a.png"], "9001 centers are more than"),
    "centers outside": (["center=80:120:20", "output=TMP/a.png"], "center=100 is outside the columns 0 to 95"),
    "a search outside": (["center=auto", "search=500:600"], "search=500:600 is not inside the columns 0 to 95"),
    "a search from right to left": (["center=auto", "search=80:10"], "search=80:10 is not inside"),
    "a background outside": (["background=0:100:0:5"], "the region (0, 100, 0, 5) is not in frames of (48, 96)"),
    "no row of background": (["background=5:5:0:5"], "the region (5, 5, 0, 5) is not in frames of (48, 96)"),
    "more air than scan": (["air=49"], "columns is 49 for projections of 96 columns"),
    "limits that are no range": (["dtype=uint8", "limits=5:5"], "limits=(5.0, 5.0) are no range"),
    "no number": (["center=nan"], "center='nan' is refused"),
    "no word": (["center"], "'center' is no setting: write name=value"),
    "no file of settings": (["@/not/there.yaml"], "/not/there.yaml cannot be read"),
    "a format that is not there": (["format=nxtomoo"], "the formats are hdf5, nxtomo, dxchange, tiff"),
    "data that are not there": (["--keep", "normalise.output"], "did you mean 'normalize.output'?"),
    "no folder for the output": (["output=TMP/none/a.h5"], "/none does not exist: make it: mkdir -p "),
    "an output with no writer": (["output=TMP/a.doc"], "has the suffix '.doc', for which there is no writer"),
    "an output that is no file": (["output=/"], "output='/' is refused: it names no file"),
    "a name too long": ([f"output=TMP/{'x' * 300}.h5"], "of more than 255 bytes"),
    "an input with too long a name": ([f"input={'x' * 300}"], "of more than 255 bytes"),
    "an input that is a folder": (["input=/"], "/: no such files"),
    "no units of angles": (["angle_range=0:0"], "all 96 angles are 0"),
    "no unit of memory": (["--memory", "8 apples"], "'8 apples' is no amount of memory: write it as 8GiB"),
    "too little memory": (["center=49", "--memory", "300MiB"], "needs 0."),
    "an engine that is no address": (["--engine", "cluster"], "engine 'cluster' is no address"),
    "two places to compute": (["--engine", "tcp://127.0.0.1:9", "--workers", "2"], "--workers 2 and --engine"),
    "a step that is not there": (["laod.input=x"], "did you mean 'load'"),
    "another device": (["--device", "tpu"], "tpu"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting(demo, daisy, tmp_path, name):
    words, text = SETTINGS[name]
    words = [word.replace("TMP", str(tmp_path)) for word in words]
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", *words)
    assert (done.code, done.out) == (2, "")
    assert text in done.err
    assert done.err.startswith("daisy: ")
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


SCANS = {
    "no projections": (replace("image_key", lambda key: np.ones_like(key)), 2, "has 0 projection(s)"),
    "one projection": (
        replace("image_key", lambda key: np.where(np.arange(len(key)) == len(key) // 2, 0, 3)),
        2,
        "has 1 projection(s); a reconstruction needs at least two",
    ),
    "no flats": (replace("image_key", lambda key: np.where(key == 1, 3, key)), 2, "the scan has no flats"),
    "too many angles missing": (replace("rotation_angle", lambda angles: angles[:-7]), 2, "129"),
    "no angles": (replace("rotation_angle", lambda angles: angles[:0]), 2, ""),
    "one angle for all": (replace("rotation_angle", lambda angles: angles * 0), 2, "all 96 angles are 0"),
    "a key for other frames": (replace("image_key", lambda key: key[:-3]), 2, "has 133 values for 136 frames"),
    "a key that says nothing": (replace("image_key", lambda key: key + 9), 2, "has 0 projection(s)"),
    "no columns": (replace("data", lambda data: data[:, :, :0]), 2, "(96, 48, 0), which no detector has"),
    "no numbers": (replace("data", lambda data: np.full(data.shape, b"x")), 2, "|S1, not numbers"),
    "nothing that is finite": (replace("data", lambda data: data * np.float32(np.nan)), 2, "no pixel of the flats is"),
    "an angle that is none": (
        replace("rotation_angle", lambda angles: np.where(angles > 90, np.nan, angles)),
        2,
        "nan",
    ),
    "too much that is not finite": (replace("data", floats_with_nan(0.05)), 1, "%"),
    "no dims of a scan": (replace("data", lambda data: data[0]), 2, "three axes are needed (frame, row, column)"),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_wrong_scan(demo, daisy, tmp_path, name):
    change, code, text = SCANS[name]
    path = broken(demo, tmp_path, change)
    done = daisy("run", "ct", f"input={path}", f"output={tmp_path}/a.h5", "center=49")
    assert done.code in (code, 2)
    assert done.code != 0
    assert done.err.startswith("daisy: ")
    assert text in done.err
    assert "internal error" not in done.err
    assert not (tmp_path / "a.h5").exists()


def test_a_little_that_is_not_finite_is_repaired_with_a_warning(demo, daisy, tmp_path):
    path = broken(demo, tmp_path, replace("data", floats_with_nan(0.002)))
    done = daisy("run", "ct", f"input={path}", f"output={tmp_path}/a.h5", "center=49", "--json")
    assert done.code == 0, done.out
    assert any("non-finite values" in text for text in done.json["warnings"])
    assert np.isfinite(volume(tmp_path / "a.h5")).all()


def test_what_is_refused_leaves_nothing_even_where_a_scan_had_to_be_read(demo, daisy, tmp_path):
    path = broken(demo, tmp_path, replace("data", lambda data: np.where(np.arange(len(data[0]))[:, None], 7, data)))
    done = daisy("run", "ct", f"input={path}", f"output={tmp_path}/a.h5")
    assert done.code == 2
    assert "center: projections are the same everywhere" in done.err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("word", ["--resume", ""])
def test_a_file_that_no_run_wrote_is_replaced_by_no_run(demo, daisy, tmp_path, word):
    (tmp_path / "a.h5").write_text("somebody's")
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "center=49", *filter(None, [word]))
    assert (done.code, "a.h5 exists already: use --overwrite" in done.err) == (2, True)
    assert (tmp_path / "a.h5").read_text() == "somebody's"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_file(daisy, tmp_path):
    done = daisy("run", "ct", f"input={tmp_path}/none.h5", f"output={tmp_path}/a.h5")
    assert (done.code, "none.h5 does not exist" in done.err) == (2, True)


def test_a_truncated_file(demo, daisy, tmp_path):
    path = tmp_path / "short.h5"
    path.write_bytes(demo.read_bytes()[: demo.stat().st_size // 2])
    done = daisy("run", "ct", f"input={path}", f"output={tmp_path}/a.h5")
    assert done.code == 2
    assert "short.h5" in done.err
    assert "internal error" not in done.err


def test_a_broken_link_names_the_missing_file(daisy, tmp_path, shared_data):
    done = daisy("run", "ct", f"input={shared_data('ct/24888.nxs')}", f"output={tmp_path}/a.h5")
    assert done.code == 2
    assert "pco1-24888.hdf, which is missing" in done.err


def test_failure_is_one_object_too(daisy, tmp_path):
    done = daisy("run", "ct", f"input={tmp_path}/none.h5", f"output={tmp_path}/a.h5", "--json")
    assert done.code == 2
    assert set(done.json) == {"error", "remedy", "exit_code"}


def test_an_unknown_workflow_gives_the_close_match(daisy):
    done = daisy("run", "cta")
    assert (done.code, "did you mean 'ct'" in done.err) == (2, True)


def test_debug_shows_where(daisy, tmp_path):
    words = ["run", "ct", f"input={tmp_path}/none.h5", f"output={tmp_path}/a.h5", "--debug"]
    done = daisy(*words)
    assert done.code != 0
    assert "daisy: " not in done.err


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_without_room_is_refused_before_the_start(demo, daisy, small_disk):
    done = daisy("run", "ct", f"input={demo}", f"output={small_disk}/a.h5", "center=49")
    assert done.code == 2
    assert "free, but the run needs" in done.err
    assert not (small_disk / "a.h5").exists()


def test_a_disk_that_fills_up_stops_the_run_which_goes_on_when_there_is_room(
    demo, daisy, small_disk, monkeypatch, tmp_path
):
    class Plenty:
        free = 1 << 40

    words = ["run", "ct", f"input={demo}", f"output={small_disk}/a.h5", "center=49"]
    with monkeypatch.context() as patched:
        patched.setattr("shutil.disk_usage", lambda _: Plenty)
        done = daisy(*words)
    assert done.code == 1
    assert "a.h5" in done.err
    assert "internal error" not in done.err
    assert not (small_disk / "a.h5").exists()
    subprocess.run(["mount", "-o", "remount,size=64M", str(small_disk)], check=True)
    assert daisy(*words, "--resume").code == 0
    daisy("run", "ct", f"input={demo}", f"output={tmp_path}/b.h5", "center=49")
    np.testing.assert_array_equal(volume(small_disk / "a.h5"), volume(tmp_path / "b.h5"))


def test_a_read_only_disk_is_refused(demo, daisy, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = daisy("run", "ct", f"input={demo}", f"output={small_disk}/a.h5", "center=49")
    assert done.code == 2
    assert "read-only" in done.err
