"""A scan format of somebody else: absorption (angle, row, column) in one .npy file, over half a turn."""

from pathlib import Path

import numpy as np

from daisy_kernel.domains.ct.scan.model import Geometry, Reader, References, Scan, ScanOptions, make_scan
from daisy_kernel.io.lazy import RegionArray


class NpyArray(RegionArray):
    """The array of a .npy file."""

    chunks = None

    def __init__(self, path: Path) -> None:
        self.path = path
        mapped = np.load(path, mmap_mode="r")
        self.shape, self.dtype = mapped.shape, mapped.dtype

    def read_into(self, start: tuple[int, ...], out: np.ndarray) -> None:
        """Copy one region."""
        region = tuple(slice(first, first + length) for first, length in zip(start, out.shape, strict=True))
        out[...] = np.load(self.path, mmap_mode="r")[region]


def recognises(path: Path, options: ScanOptions) -> bool:
    """By its suffix."""
    return path.suffix == ".npy"


def read(path: Path, options: ScanOptions) -> Scan:
    """Open it."""
    array = NpyArray(path)
    angles = np.linspace(0, 180, array.shape[0], endpoint=False)
    return make_scan(
        path,
        "npy",
        options,
        projections=array,
        references=References(),
        angles=angles,
        geometry=Geometry(),
        warnings=(),
    )


READER = Reader("npy", recognises, read)
