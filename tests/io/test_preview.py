"""The preview: the right planes, the right way round, and nothing else is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from daisy_kernel.errors import OutputError
from daisy_kernel.io.drawing import grey_image, grey_window, inside_circle, round_length
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.io.preview import Planes, central_planes, save_preview, save_volume_preview
from tests.io.specs import DIMS, random, spec

LEFT, TOP = 28, 78  # of the plane z in the picture


def reader(volume: NDArray, seen: list[int]):
    def read(start: int, stop: int, *within: slice) -> NDArray:
        part = volume[(slice(start, stop), *within)]
        seen.append(part.size)
        return part

    return read


def picture(path: Path) -> NDArray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_only_the_three_central_planes_are_read() -> None:
    volume, seen = random((10, 20, 30)), []
    planes = central_planes(reader(volume, seen), (10, 20, 30))
    np.testing.assert_array_equal(planes.z, volume[5])
    np.testing.assert_array_equal(planes.y, volume[:, 10])
    np.testing.assert_array_equal(planes.x, volume[:, :, 15])
    assert sum(seen) == 20 * 30 + 10 * 30 + 10 * 20


def test_each_plane_lies_so_that_it_shares_its_axes_with_the_others(tmp_path: Path) -> None:
    planes = Planes(np.zeros((100, 100)), np.zeros((60, 100)), np.zeros((60, 100)))
    planes.z[:20, 80:] = 1  # small y, large x: upper right
    planes.y[:10, :20] = 1  # small z, small x: upper left of the plane below
    planes.x[40:, 90:] = 1  # large z, large y: lower right of the plane to the right
    save_preview(tmp_path / "p.png", planes)
    shown = picture(tmp_path / "p.png")
    scale = 6
    side, deep, gap = 100 * scale, 60 * scale, 34
    right, below = LEFT + side + gap, TOP + side + gap
    half = 5 * scale
    assert shown[TOP + half, LEFT + side - half, 0] == 255
    assert shown[TOP + side - half, LEFT + half, 0] == 0
    assert shown[below + half, LEFT + half, 0] == 255
    assert shown[below + deep - half, LEFT + side - half, 0] == 0
    assert shown[TOP + side - half, right + deep - half, 0] == 255
    assert shown[TOP + half, right + half, 0] == 0


def test_the_grey_window_leaves_out_extremes_and_the_corners() -> None:
    image = np.linspace(0, 1, 100 * 100).reshape(100, 100)
    image[:10, :10] = 1e6  # a corner, outside the circle
    image[50, 50] = -1e6
    low, high = grey_window([inside_circle(image)])
    assert 0 < low < 0.1
    assert 0.9 < high < 1


def test_a_larger_plane_is_averaged_and_not_sampled() -> None:
    board = np.indices((64, 64)).sum(0) % 2
    shrunk = np.asarray(grey_image(board.astype(float), (0.0, 1.0), (16, 16)))
    assert set(shrunk.ravel()) <= {127, 128}


@pytest.mark.parametrize(
    "shape",
    [(2, 640, 640), (1, 1, 1), (64, 3000, 3000), (3000, 8, 8), (40, 20, 90)],
    ids=["two rows", "one voxel", "larger than a screen", "a needle", "not square"],
)
def test_every_shape_gives_a_picture_that_fits_a_screen(shape: tuple[int, int, int], tmp_path: Path) -> None:
    depth, height, width = shape
    planes = Planes(np.ones((height, width)), np.ones((depth, width)), np.ones((depth, height)))
    save_preview(tmp_path / "p.png", planes, units="1/cm", pixel_size=0.65)
    shown = picture(tmp_path / "p.png")
    assert shown.shape[0] <= 2000
    assert shown.shape[1] <= 2400


def test_an_output_is_drawn_from_its_values_whatever_it_stores(tmp_path: Path) -> None:
    values = random((20, 30, 30), "uint16")
    integers = HDF5Output(tmp_path / "a.h5", spec(values, limits=(0.0, 65535.0)))
    floats = HDF5Output(tmp_path / "b.h5", ArraySpec(values.shape, "float32", DIMS, units="1/cm"))
    for output, stored in ((integers, values), (floats, values.astype(np.float32))):
        output.create()
        output.write(0, stored)
        save_volume_preview(output.path.with_suffix(".png"), output)
    # Their titles differ by one letter, the rest is the same.
    np.testing.assert_array_equal(picture(tmp_path / "a.png")[40:], picture(tmp_path / "b.png")[40:])


def test_a_preview_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    planes = Planes(np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(OutputError, match=r"the folder .*absent does not exist"):
        save_preview(tmp_path / "absent" / "p.png", planes)


@pytest.mark.parametrize(("length", "expected"), [(999, 500), (1000, 1000), (0.019, 0.01), (2.5, 2)])
def test_the_scale_bar_has_a_round_length(length: float, expected: float) -> None:
    assert round_length(length) == pytest.approx(expected)
