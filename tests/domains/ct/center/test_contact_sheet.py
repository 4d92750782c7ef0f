"""The contact sheet: every slice in its place, all with one grey window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from daisy_kernel.domains.ct.center.contact_sheet import ContactSheetOutput, contact_sheet
from daisy_kernel.errors import DataError, OutputError


def grey(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("L")).astype(int)


def test_slices_stand_in_reading_order_with_one_grey_window(tmp_path: Path) -> None:
    images = [np.full((300, 300), float(level)) for level in range(5)]
    contact_sheet(images, list("abcde"), tmp_path / "sheet.png")
    sheet = grey(tmp_path / "sheet.png")
    middles = [(sheet.shape[0] * (2 * r + 1) // 4, sheet.shape[1] * (2 * c + 1) // 6) for r in (0, 1) for c in range(3)]
    found = [sheet[place] for place in middles]
    assert found[:5] == [0, 64, 128, 191, 255]
    assert found[5] < 25


def test_a_sheet_of_many_large_slices_fits_a_4k_screen(tmp_path: Path) -> None:
    images = [np.zeros((2000, 2000), np.float32)] * 25
    contact_sheet(images, [str(i) for i in range(25)], tmp_path / "sheet.png")
    assert grey(tmp_path / "sheet.png").shape[1] <= 4096


@pytest.mark.parametrize(
    ("images", "labels"),
    [([], []), ([np.ones((2, 2))], ["a", "b"]), ([np.ones((2, 2)), np.ones((3, 3))], ["a", "b"])],
    ids=["none", "a label too many", "two shapes"],
)
def test_what_cannot_be_laid_out_is_refused_with_the_numbers(
    images: list[np.ndarray], labels: list[str], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=rf"{len(images)} slices of the shapes .* with {len(labels)} labels"):
        contact_sheet(images, labels, tmp_path / "sheet.png")


def test_the_output_collects_slices_and_draws_them_at_the_end(tmp_path: Path) -> None:
    slices = np.random.default_rng(0).random((3, 50, 50), dtype=np.float32)
    output = ContactSheetOutput(tmp_path / "sheet.png", (295.5, 296.0, 296.5), slices.shape)
    output.create()
    output.write(1, slices[1:])
    output.write(0, slices[:1])
    np.testing.assert_array_equal(output.read(0, 3), slices)
    assert not output.path.exists()
    output.complete()
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.png"]
    labels = ["center 295.5", "center 296", "center 296.5"]
    contact_sheet(
        list(slices),
        labels,
        tmp_path / "direct.png",
        title="The right center gives the sharpest edges and the fewest streaks",
    )
    np.testing.assert_array_equal(grey(output.path), grey(tmp_path / "direct.png"))


def test_an_existing_sheet_is_refused_unless_told_to_overwrite(tmp_path: Path) -> None:
    (tmp_path / "sheet.png").touch()
    output = ContactSheetOutput(tmp_path / "sheet.png", (1.0,), (1, 4, 4))
    with pytest.raises(OutputError, match=r"sheet\.png exists already"):
        output.create()
    output.create(overwrite=True)
