"""The viewer as a page asks for it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import h5py
import numpy as np
import pytest
from PIL import Image

from tests.widgets_apps.viewer.requests import Page

_VOLUME = np.random.default_rng(11).integers(0, 256, (5, 8, 9)).astype(np.uint8)
_AT = {"axis": 0, "index": 1}


@pytest.fixture
def page():
    return Page()


@pytest.fixture
def source(page):
    return page.part.sources.add(_VOLUME, name="scan").id


def test_a_page_opens_looks_and_closes(page, tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["frames"] = _VOLUME
    source = page.ask("open", path=str(tmp_path / "a.h5"))["source"]
    found = page.ask("slice", source=source, **_AT, region=[2, 6, 1, 9], size=[50, 50], low=0, high=255)
    assert found == {"shape": [4, 8], "region": [2, 6, 1, 9]}
    assert np.array_equal(page.pixels([4, 8]), _VOLUME[1, 2:6, 1:9])
    assert page.ask("value", source=source, axis=2, index=3, row=4, column=5) == {"value": float(_VOLUME[4, 5, 3])}
    page.ask("close", source=source)
    assert page.error("value", source=source, **_AT, row=0, column=0) == {
        "message": f"nothing is open as {source!r}",
        "remedy": "open it again",
    }


def test_measures_are_answered(page, source):
    assert page.ask("range", source=source, **_AT, percentiles=[0, 100])["maximum"] == _VOLUME[1].max()
    assert sum(page.ask("histogram", source=source, **_AT, bins=8)["counts"]) == 72
    assert page.ask("profile", source=source, **_AT, start=[0, 0], end=[0, 8]) == {
        "length": 8.0,
        "values": _VOLUME[1, 0].tolist(),
    }
    found = page.ask("statistics", source=source, **_AT, region=[0, 8, 0, 9])
    assert (found["count"], found["mean"]) == (72, pytest.approx(_VOLUME[1].mean()))


def test_two_volumes_are_compared(page, source):
    other = page.part.sources.add(_VOLUME[::-1], name="other").id
    described = page.ask("difference", first=source, second=other)
    assert described["name"] == "scan − other"
    value = page.ask("value", source=described["source"], axis=0, index=0, row=3, column=3)["value"]
    assert value == float(_VOLUME[0, 3, 3]) - float(_VOLUME[4, 3, 3])


def test_a_small_volume_and_a_picture_are_sent_as_bytes(page, source, tmp_path):
    found = page.ask("reduced", source=source, side=160)
    assert found["shape"] == [5, 8, 9]
    assert len(page.buffers[0]) == 360
    page.ask("png", source=source, **_AT, low=0, high=255, colormap="gray")
    (tmp_path / "a.png").write_bytes(page.buffers[0])
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), _VOLUME[1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"index": 5}, "z=5 is outside of scan"),
        ({"axis": 4}, "axis=4 is none of scan"),
        ({"region": [0, 9, 0, 9]}, "region=[0, 9, 0, 9] is empty or outside"),
        ({"size": [0, 5]}, "size=[0, 5] has no pixels"),
        ({"low": 5, "high": 3}, "the window from 5.0 to 3.0 holds nothing"),
        ({"low": float("nan")}, "the window from nan to 255.0 holds nothing"),
        ({"source": "s99"}, "nothing is open as 's99'"),
        ({"region": "all"}, "viewer.slice: region='all' is refused"),
    ],
)
def test_a_wrong_request_is_answered_with_a_sentence(page, source, change, words):
    params = {"source": source, **_AT, "region": [0, 8, 0, 9], "size": [9, 9], "low": 0, "high": 255}
    assert page.error("slice", **{**params, **change})["message"].startswith(words)


def test_a_page_that_is_gone_leaves_nothing_open(page, source):
    page.session.close()
    with pytest.raises(Exception, match=f"nothing is open as '{source}'"):
        page.part.sources.get(source)


@pytest.mark.slow
def test_a_scan_of_100_gb_takes_little_memory(tmp_path):
    path = tmp_path / "sparse.h5"
    shape = (3600, 3712, 3712)  # 99 GB
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((16, 64, 64))
    layout.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    layout.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        h5py.h5d.create(file.id, b"frames", h5py.h5t.NATIVE_UINT16, h5py.h5s.create_simple(shape), layout)
    program = f"""
        from pathlib import Path
        from tests.widgets_apps.viewer.requests import Page
        page = Page()
        opened = page.ask("open", path={str(path)!r})
        assert opened["shape"] == {list(shape)!r}
        for axis in range(3):
            for index in (1700, 1701):
                rows, columns = (n for at, n in enumerate(opened["shape"]) if at != axis)
                page.ask("slice", source=opened["source"], axis=axis, index=index, region=[0, rows, 0, columns],
                         size=[1000, 1000], low=0, high=1)
            page.ask("range", source=opened["source"], axis=axis, index=5, percentiles=[1, 99])
            page.ask("histogram", source=opened["source"], axis=axis, index=5, bins=256)
        status = Path("/proc/self/status").read_text()  # of this program alone; ru_maxrss begins with the parent's
        print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 500, f"{done.stdout} MiB"
