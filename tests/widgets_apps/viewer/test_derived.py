"""Difference, small volume and PNG."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

import widgets_apps
from daisy_kernel.errors import DataError
from tests.widgets_apps.viewer.reference import area_means, windowed
from widgets_apps.viewer import derived
from widgets_apps.viewer.derived import difference, png, small_volume
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import Source, Sources

_VOLUME = np.random.default_rng(9).normal(10, 3, (12, 30, 45)).astype(np.float32)


def _source(values, name="a"):
    return Sources().add(values, name=name)


@pytest.mark.parametrize(
    ("first", "second"), [("u1", "u1"), ("u2", "u1"), ("f4", "f4"), ("i8", "u4"), (">f4", "u2"), ("?", "?")]
)
def test_a_difference_is_first_less_second_and_never_wraps_round(first, second):
    values = np.array([[0, 1], [1, 0]])
    source = difference(_source(values.astype(first)), _source((1 - values).astype(second), "b"))
    plane = Plane(source, 0, 0)
    assert Planes().read(plane, plane.whole).tolist() == [[-1, 1], [1, -1]]
    assert source.name == "a − b"


def test_a_difference_is_of_true_values():
    halves = Source(np.array([[2, 4]], np.uint8), "a", ("y", "x"), "mm", scale=0.5, offset=10.0)
    plane = Plane(difference(halves, Source(np.array([[1.0, 1.0]]), "b", ("y", "x"))), 0, 0)
    assert Planes().read(plane, plane.whole).tolist() == [[10.0, 11.0]]


def test_a_difference_of_two_shapes_is_refused():
    with pytest.raises(DataError, match=r"a has the shape \(2, 3\), b \(3, 2\): compare arrays of one shape"):
        difference(_source(np.zeros((2, 3))), _source(np.zeros((3, 2)), "b"))


def test_a_small_volume_is_the_mean_over_blocks():
    found = small_volume(Planes(), _source(_VOLUME), 15)
    assert found.values.shape == (4, 10, 15)
    assert found.scale == (3.0, 3.0, 3.0)
    means = _VOLUME.reshape(4, 3, 10, 3, 15, 3).mean(axis=(1, 3, 5))
    low, high = np.percentile(means, (0.5, 99.9))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-5)
    assert np.abs(found.values - windowed(means, low, high)).max() <= 0.6


def test_a_volume_that_is_small_already_keeps_its_voxels():
    assert small_volume(Planes(), _source(_VOLUME), 160).values.shape == _VOLUME.shape


def test_a_large_volume_is_known_from_some_slices_of_each_block(monkeypatch):
    monkeypatch.setattr(derived, "_READ", 4 * 30 * 45 * 4)
    found = small_volume(Planes(), _source(_VOLUME), 15)
    means = np.stack([area_means(_VOLUME[middle], 10, 15) for middle in (1, 4, 7, 10)])
    assert found.low == pytest.approx(np.percentile(means, 0.5), rel=1e-5)


def test_a_volume_of_nothing_finite_is_black():
    assert not small_volume(Planes(), _source(np.full((3, 3, 3), np.nan)), 8).values.any()


@pytest.mark.parametrize(("shape", "side", "words"), [((3, 3), 8, "has 2 axes"), ((3, 3, 3), 161, "give 1 to 160")])
def test_what_is_no_small_volume_is_refused(shape, side, words):
    with pytest.raises(DataError, match=words):
        small_volume(Planes(), _source(np.zeros(shape)), side)


@pytest.mark.parametrize("colormap", derived.COLORMAPS)
def test_a_png_has_each_pixel_in_its_colour(colormap):
    plane = Plane(_source(_VOLUME), 0, 5)
    picture = Image.open(io.BytesIO(png(Planes(), plane, 4.0, 16.0, colormap)))
    assert picture.size == (45, 30)
    levels = Planes().windowed(plane, plane.whole, plane.shape, 4.0, 16.0)
    want = colormaps[colormap](levels, bytes=True)[..., :3]
    assert np.abs(np.asarray(picture.convert("RGB")).astype(int) - want).max() <= 1


def test_every_colour_map_of_the_page_can_be_saved():
    page = Path(widgets_apps.__file__).parent / "frontend/src/viewer/colors.ts"
    offered = re.findall(r'^  (\w+): "[0-9a-f]{6} ', page.read_text(), re.MULTILINE)
    assert "gray_r" in offered
    assert set(offered) <= set(derived.COLORMAPS)


def test_an_unknown_colour_map_is_told_with_the_known_ones():
    plane = Plane(_source(_VOLUME), 0, 0)
    with pytest.raises(DataError, match="colormap=rainbow is unknown: use one of gray, viridis"):
        png(Planes(), plane, 0, 1, "rainbow")


def test_a_png_of_too_many_pixels_is_refused():
    values = np.broadcast_to(np.uint8(0), (20_000, 20_000))
    with pytest.raises(DataError, match="20000 × 20000 pixels are too many"):
        png(Planes(), Plane(_source(values), 0, 0), 0, 1, "gray")
