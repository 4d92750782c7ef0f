"""TIFF: one file for each row, which other programs read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from daisy_kernel.errors import OutputError
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.io.tiff_write import TIFFOutput
from tests.io.specs import DIMS, provenance, random, spec


def finished(folder: Path, values: np.ndarray, **more: object) -> TIFFOutput:
    output = TIFFOutput(folder / "rec", spec(values, **more))
    output.create()
    output.write(0, values)
    output.complete(provenance())
    return output


@pytest.mark.parametrize("dtype", ["float32", "uint16", "uint8"])
def test_each_row_is_a_file_that_two_readers_agree_on(dtype: str, tmp_path: Path) -> None:
    values = random((12, 30, 31), dtype)
    output = finished(tmp_path, values)
    names = sorted(file.name for file in output.path.iterdir())
    assert names == ["provenance.json", *(f"rec_{i:05d}.tif" for i in range(12))]
    for index in (0, 11):
        file = output.path / f"rec_{index:05d}.tif"
        np.testing.assert_array_equal(tifffile.imread(file), values[index])
        with Image.open(file) as image:
            np.testing.assert_array_equal(np.asarray(image), values[index])


def test_the_stack_is_read_as_one_volume(tmp_path: Path) -> None:
    values = random((12, 30, 31))
    output = finished(tmp_path, values)
    np.testing.assert_array_equal(tifffile.imread(str(output.path / "*.tif")), values)


def test_the_pixel_size_is_in_the_resolution_tags(tmp_path: Path) -> None:
    x = (np.arange(31) * 6.5e-4, "cm")
    output = finished(tmp_path, random((1, 30, 31)), coords={"x": x})
    with tifffile.TiffFile(output.path / "rec_00000.tif") as file:
        tags = file.pages[0].tags
        numerator, denominator = tags["XResolution"].value
        assert numerator / denominator == pytest.approx(1e4 / 6.5, rel=1e-6)
        assert tags["ResolutionUnit"].value == tifffile.RESUNIT.CENTIMETER


def test_the_description_says_what_the_integers_stand_for(tmp_path: Path) -> None:
    output = finished(tmp_path, random((1, 3, 4), "uint8"), limits=(-0.5, 2.5))
    with tifffile.TiffFile(output.path / "rec_00000.tif") as file:
        about = json.loads(file.pages[0].description)
    assert about == {"name": "volume", "units": "1/cm", "low": -0.5, "high": 2.5}


def test_the_provenance_lies_beside_the_images(tmp_path: Path) -> None:
    output = finished(tmp_path, random((1, 3, 4)))
    document = json.loads((output.path / "provenance.json").read_text(encoding="utf-8"))
    assert document["steps"][1]["parameters"] == {"center": 296.0}


@pytest.mark.parametrize(
    ("shape", "dims", "dtype"),
    [((2, 3), ("y", "x"), "float32"), ((2, 3, 4), DIMS, "float64")],
    ids=["two dims", "a dtype that viewers do not read"],
)
def test_what_images_cannot_hold_is_refused(shape: tuple, dims: tuple, dtype: str) -> None:
    expected = rf"rec cannot hold an array \({', '.join(dims)}\) of {dtype} as TIFF images: use \.h5"
    with pytest.raises(OutputError, match=expected):
        TIFFOutput(Path("rec"), ArraySpec(shape, dtype, dims))
