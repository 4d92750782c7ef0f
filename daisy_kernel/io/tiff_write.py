"""TIFF: a folder with one image for each element of the first dim."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from daisy_kernel.errors import OutputError, RunError
from daisy_kernel.io.disk import (
    check_folder,
    check_space,
    disk_errors,
    flush,
    part_of,
    present,
    put_in_place,
    remove,
)
from daisy_kernel.io.output import ArraySpec
from daisy_kernel.provenance import Provenance

_PROVENANCE = "provenance.json"
_DTYPES = ("float32", "uint16", "uint8")
_HEADER_BYTES = 1024


@dataclass(frozen=True)
class TIFFOutput:
    """A folder of ``rec_00000.tif`` and so on, in a dtype that every viewer reads.

    The description of each is JSON: name, units, the values that integers stand for, pixel size in µm.
    The resolution tags hold the pixel size too; ImageJ reads them.

    >>> import tempfile
    >>> spec = ArraySpec((1, 2, 2), "uint16", ("row", "y", "x"), limits=(0.0, 1.0))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     output = TIFFOutput(Path(folder) / "rec", spec)
    ...     output.create()
    ...     output.write(0, np.array([[[0, 1], [2, 3]]], np.uint16))
    ...     output.complete()
    ...     tifffile.imread(output.path / "rec_00000.tif").tolist()
    [[0, 1], [2, 3]]
    """

    path: Path
    spec: ArraySpec

    def __post_init__(self) -> None:
        if len(self.spec.shape) != 3 or self.spec.dtype not in _DTYPES:
            dims = ", ".join(self.spec.dims)
            raise OutputError(
                f"{self.path} cannot hold an array ({dims}) of {self.spec.dtype} as TIFF images",
                remedy=f"use .h5 or .zarr, or three dims of {' or '.join(_DTYPES)}",
            )

    @property
    def part(self) -> Path:
        """The temporary name."""
        return part_of(self.path)

    @property
    def nbytes(self) -> int:
        """Size of all images with their headers."""
        return self.spec.nbytes + self.spec.shape[0] * _HEADER_BYTES

    def create(self, *, overwrite: bool = False) -> None:
        """Make the folder."""
        with disk_errors(OutputError, self.part, self.nbytes):
            check_folder(self.path, overwrite=overwrite, ours=_is_ours)
            self.discard()
            check_space(self.path, self.nbytes)
            self.part.mkdir()

    def write(self, start: int, array: NDArray[Any]) -> None:
        """Write one file for each element of the slab."""
        self.spec.check_slab(start, array, block=1)
        tags = self._tags()
        with disk_errors(RunError, self.part, array.nbytes):
            for index, image in enumerate(array, start):
                tifffile.imwrite(self.part / _file(index), np.ascontiguousarray(image), **tags)

    def read(self, start: int, stop: int, *within: slice) -> NDArray[Any]:
        """Read a region back, from the part or the finished folder."""
        with disk_errors(RunError, self.path, action="read"):
            folder = present(self.path)
            # Mapped, so that of a narrow region only its pages are read.
            files = (tifffile.memmap(folder / _file(index), mode="r") for index in range(start, stop))
            return np.stack([np.array(image[within]) for image in files])

    def complete(self, provenance: Provenance | None = None, *, overwrite: bool = False) -> None:
        """Add ``provenance.json``, flush, and rename."""
        with disk_errors(RunError, self.part, 1 << 20):
            check_folder(self.path, overwrite=overwrite, ours=_is_ours)
            if provenance:
                (self.part / _PROVENANCE).write_text(provenance.to_json(), encoding="utf-8")
            flush(self.part)
            put_in_place(self.path)

    def discard(self) -> None:
        """Remove the part."""
        remove(self.part)

    def _tags(self) -> dict[str, Any]:
        about: dict[str, Any] = {"name": self.spec.name, "units": self.spec.units}
        if self.spec.limits:
            about["low"], about["high"] = self.spec.limits
        tags: dict[str, Any] = {"photometric": "minisblack", "metadata": None, "software": "daisy"}
        if self.spec.pixel_size:
            about["pixel_size_um"] = self.spec.pixel_size
            tags |= {"resolution": (1e4 / self.spec.pixel_size,) * 2, "resolutionunit": "CENTIMETER"}
        return {**tags, "description": json.dumps(about)}


def _file(index: int) -> str:
    return f"rec_{index:05d}.tif"


def _is_ours(entry: Path) -> bool:
    return entry.name == _PROVENANCE or re.fullmatch(r"rec_\d{5,}\.tif", entry.name) is not None
