"""Contact sheet: one slice reconstructed in several ways, side by side, so that a person can choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError, OutputError, RunError
from daisy_kernel.io.disk import check_file, check_space, disk_errors, remove
from daisy_kernel.io.drawing import FAINT, TEXT, canvas, font, grey_image, grey_window, inside_circle, save_png
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Provenance

_SIDE = 3840  # screen pixels of the sheet: a 4K screen shows it whole, and details are seen by zooming
_SMALLEST = 256  # small slices are enlarged to about this


def contact_sheet(images: Sequence[NDArray[Any]], labels: Sequence[str], path: Path, *, title: str = "") -> None:
    """Draw slices (y, x) of one shape in a grid, each with its label, as a PNG.

    All have the same grey window, the 0.5th to the 99.5th percentile inside the circle, because what
    differs is what is looked for. Raises `DataError` if there is nothing to draw, `OutputError`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     contact_sheet([np.eye(8), np.ones((8, 8))], ["295.5", "296.0"], Path(folder) / "sheet.png")
    """
    shapes = {image.shape for image in images}
    if len(shapes) != 1 or len(images) != len(labels):
        raise DataError(
            f"{len(images)} slices of the shapes {sorted(shapes)} with {len(labels)} labels are no contact sheet",
            remedy="give at least one slice, all of one shape, and one label for each",
        )
    height, width = images[0].shape
    columns = ceil(sqrt(len(images)))
    largest = max(height, width)
    scale = min(max(_SMALLEST // largest, 1), _SIDE / columns / largest)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    window = grey_window([inside_circle(image) for image in images])

    letters = max(size[0] // 22, 14)
    margin, gap, label_height = letters, letters // 2, round(1.7 * letters)
    head = margin + (round(2.2 * letters) if title else 0)
    step = size[0] + gap, size[1] + gap + label_height
    rows = ceil(len(images) / columns)
    picture, draw = canvas(2 * margin - gap + columns * step[0], head + margin - gap + rows * step[1])
    draw.text((margin, margin), title, FAINT, font(round(1.2 * letters)), anchor="lt")
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        x, y = margin + index % columns * step[0], head + index // columns * step[1]
        draw.text((x, y + label_height - letters // 2), label, TEXT, font(letters), anchor="ls")
        picture.paste(grey_image(image, window, size), (x, y + label_height))
    save_png(picture, path)


@dataclass(frozen=True)
class ContactSheetOutput:
    """An `Output` of slices (candidate, y, x) in float32, drawn as a contact sheet when complete."""

    path: Path
    centers: tuple[float, ...]
    shape: tuple[int, ...]

    @property
    def spec(self) -> ArraySpec:
        """The slices."""
        dims = ("candidate", "y", "x")
        coords = {"candidate": (np.asarray(self.centers), "px")}
        return ArraySpec(self.shape, "float32", dims, name="slices", coords=coords, block=1)

    @property
    def part(self) -> Path:
        """The slices as plain numbers, one after another."""
        return self.path.with_name(self.path.name + ".slices.part")

    @property
    def nbytes(self) -> int:
        """Size of the slices; the picture is smaller."""
        return self.spec.nbytes

    def create(self, *, overwrite: bool = False) -> None:
        """Make the empty file."""
        with disk_errors(OutputError, self.part, self.nbytes):
            check_file(self.path, overwrite=overwrite)
            self.discard()
            check_space(self.path, self.nbytes)
            with self.part.open("wb") as file:
                file.truncate(self.nbytes)

    def write(self, start: int, array: NDArray[Any]) -> None:
        """Put slices at ``start``."""
        self.spec.check_slab(start, array)
        with disk_errors(RunError, self.part, array.nbytes), self.part.open("r+b") as file:
            file.seek(start * self.nbytes // self.shape[0])
            file.write(np.ascontiguousarray(array).data)

    def read(self, start: int, stop: int, *within: slice) -> NDArray[Any]:
        """Read slices back, while they are not drawn."""
        with disk_errors(RunError, self.part, action="read"):
            slices = np.fromfile(self.part, np.float32).reshape(self.shape)
        return slices[(slice(start, stop), *within)]

    def complete(self, provenance: Provenance | None = None, *, overwrite: bool = False) -> None:
        """Draw. The picture holds no provenance; the run's folder does."""
        del provenance
        with disk_errors(RunError, self.path):
            check_file(self.path, overwrite=overwrite)
        labels = [f"center {center:g}" for center in self.centers]
        title = "The right center gives the sharpest edges and the fewest streaks"
        contact_sheet(list(self.read(0, self.shape[0])), labels, self.path, title=title)
        self.discard()

    def discard(self) -> None:
        """Remove the slices."""
        remove(self.part)
