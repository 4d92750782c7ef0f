"""What data objects look like: the facts, a picture, a histogram; at a bounded cost, and as text only."""

from __future__ import annotations

import base64
import io
import re
from html import escape

import dask.array
import numpy as np
import pytest
import xarray
from IPython.core.formatters import DisplayFormatter
from PIL import Image

from daisy_kernel import Engine
from daisy_kernel.io.lazy import RegionArray, to_dataarray
from daisy_kernel.jupyter.display import array_html, register, store_html, store_text
from daisy_kernel.jupyter.sample import central_sample


class Watched(RegionArray):
    """An array on a disk that counts the bytes which are read from it."""

    dtype = np.dtype("float32")

    def __init__(self, shape, chunks) -> None:
        self.shape, self.chunks, self.read = shape, chunks, 0

    def read_into(self, start, out) -> None:
        self.read += out.nbytes
        out[...] = 1.0


def volume(**attrs) -> xarray.DataArray:
    values = np.arange(4 * 6 * 8, dtype=np.float32).reshape(4, 6, 8)
    return xarray.DataArray(values, dims=("row", "y", "x"), name="volume", attrs=attrs)


def picture(html: str) -> Image.Image:
    data = re.search(r"data:image/png;base64,([^\"]+)", html)
    assert data is not None
    return Image.open(io.BytesIO(base64.b64decode(data[1])))


def test_the_facts_of_an_array_are_in_its_table():
    html = array_html(volume(units="1/cm", quantity="attenuation"))
    for fact in ("volume", "row, y, x", "4 × 6 × 8", "1/cm", "float32", "768 B", "attenuation"):
        assert f">{fact}</td>" in html
    assert "row 2" in html
    assert "96 to 143 1/cm, 48 values" in re.sub(r"\.0+\b", "", html)


def test_the_picture_is_the_central_plane_and_the_histogram_counts_it():
    html = array_html(volume())
    assert picture(html).size == (192, 144)
    assert html.count("<rect") == 48


def test_chunks_are_shown_where_there_are_some():
    array = to_dataarray(Watched((10, 20, 30), (1, 20, 30)), ("angle", "row", "column"))
    assert ">1 × 20 × 30</td>" in array_html(array)


def test_of_an_array_on_disk_only_the_central_plane_is_read():
    lazy = Watched((100, 512, 512), (1, 512, 512))
    array_html(to_dataarray(lazy, ("angle", "row", "column")))
    assert 0 < lazy.read <= 512 * 512 * 4


@pytest.mark.parametrize("chunks", [(1, 20000, 20000), (64, 64, 64), None])
def test_of_a_huge_array_no_more_is_read_than_may_be(chunks):
    lazy = Watched((4000, 20000, 20000), chunks)
    sample = central_sample(to_dataarray(lazy, ("row", "y", "x")))
    assert lazy.read <= 64 << 20
    assert (sample is None) == (chunks == (1, 20000, 20000))
    if sample is not None:
        assert "the middle" in sample.where


def test_of_a_dask_array_only_the_central_chunks_are_computed():
    computed = []

    def block(block_info=None):
        computed.append(block_info[None]["chunk-location"])
        return np.ones((1, 8, 8))

    lazy = dask.array.map_blocks(block, chunks=((1,) * 9, (8,), (8,)), dtype=float, meta=np.empty((0, 0, 0)))
    array_html(xarray.DataArray(lazy, dims=("row", "y", "x")))
    assert set(computed) == {(4, 0, 0)}


def test_names_and_metadata_stand_in_html_as_text_only():
    evil = "<script>alert(1)</script>"
    array = volume(units=evil, comment=evil, **{evil: "1"}).rename(evil)
    array = array.rename({"row": evil})
    engine = Engine()
    engine.datastore[evil] = array
    for html in (array_html(array), store_html(engine.datastore)):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "values",
    [
        np.full((3, 3), np.nan),
        np.zeros((3, 3)),
        np.array([[True, False]]),
        np.array([[1 + 2j, np.inf]]),
        np.arange(5),
        np.array(3.0),
        np.empty((0, 4)),
        np.array([["a", "b"]]),
        np.array([[1, 2]], dtype="datetime64[s]"),
    ],
)
def test_any_array_can_be_shown(values):
    dims = ("y", "x")[: values.ndim]
    assert escape(str(values.dtype)) in array_html(xarray.DataArray(values, dims=dims))


def test_what_cannot_be_read_does_not_hide_the_facts():
    class Broken(Watched):
        def read_into(self, start, out) -> None:
            raise OSError("the <file> is gone")

    html = array_html(to_dataarray(Broken((4, 4), None), ("y", "x")))
    assert "4 × 4" in html
    assert "no picture: the &lt;file&gt; is gone" in html


def test_a_data_store_is_shown_without_computing():
    engine = Engine()
    engine.datastore["raw"] = volume(units="1")
    engine.datastore["center"] = 17.5
    engine.datastore.record("later", "no.such")
    assert store_text(engine.datastore).splitlines() == [
        "raw     (row, y, x) 4 × 6 × 8 float32 1",
        "center  17.5",
        "later   computed by no.such",
    ]
    assert "computed by no.such" in store_html(engine.datastore)


def test_the_shell_shows_them_with_text_beside_html():
    formatter = DisplayFormatter()
    register(formatter)
    engine = Engine()
    shown, _ = formatter.format(engine.datastore)
    assert shown == {"text/plain": "no data objects yet", "text/html": "<div>no data objects yet</div>"}
    shown, _ = formatter.format(volume())
    assert "<table>" in shown["text/html"]
    assert "xarray.DataArray" in shown["text/plain"]
