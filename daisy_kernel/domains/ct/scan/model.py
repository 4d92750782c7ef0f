"""A tomography scan as the rest of the domain sees it, and what may be asked of its readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.lazy import RegionArray

Kind = Literal["counts", "transmission", "absorption"]

# A frame larger than this on a side comes from no detector, but from a damaged file.
_LONGEST_SIDE = 1 << 20

# µm, keV or m: far below and, inverted, far above what there is.
_SMALLEST = 1e-9


@dataclass(frozen=True, eq=False)
class Scan:
    """One scan: arrays that stay on disk, and the small numbers that go with them; picklable.

    projections (angle, row, column); flats, darks (frame, row, column), None where there are none or
    where ``kind`` says that they were applied. flat_positions, dark_positions: index of the
    projection before which each frame was taken (0 before all, n after them), None where the file
    does not say. angles: degrees, float64, one a projection, any order. pixel_size µm, energy keV,
    distance (sample to detector) m; None where unknown. warnings: what a person should know.
    """

    path: Path
    format: str
    kind: Kind
    projections: RegionArray
    flats: RegionArray | None
    darks: RegionArray | None
    flat_positions: NDArray[np.int64] | None
    dark_positions: NDArray[np.int64] | None
    angles: NDArray[np.float64]
    pixel_size: float | None
    energy: float | None
    distance: float | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScanOptions:
    """What a person says about a scan, instead of or beyond what its file says (see ``read_scan``)."""

    data: Kind = "counts"
    projections: str | None = None
    flats: str | None = None
    darks: str | None = None
    angles: ArrayLike | str | Path | None = None
    angle_unit: str | None = None
    angle_range: tuple[float, float] | None = None
    image_key: str | None = None
    entry: str | None = None
    dims: str | None = None
    pattern: str | None = None
    pixel_size: float | None = None
    energy: float | None = None
    distance: float | None = None


class Reader(NamedTuple):
    """One format: its name, whether a path is of it, how it is read, and options that mean nothing to it."""

    name: str
    recognises: Callable[[Path, ScanOptions], bool]
    read: Callable[[Path, ScanOptions], Scan]
    refuses: tuple[str, ...] = ()


class References(NamedTuple):
    """Flats and darks with their places in the scan."""

    flats: RegionArray | None = None
    darks: RegionArray | None = None
    flat_positions: NDArray[np.int64] | None = None
    dark_positions: NDArray[np.int64] | None = None


class Geometry(NamedTuple):
    """Pixel size (µm), energy (keV), distance (m), and what was odd about them."""

    pixel_size: float | None = None
    energy: float | None = None
    distance: float | None = None
    warnings: tuple[str, ...] = ()


def is_plausible(value: float) -> bool:
    """Whether a pixel size, energy or distance could be an instrument's; others overflow what is computed from them."""
    return _SMALLEST <= value <= 1 / _SMALLEST


def make_scan(
    path: Path,
    name: str,
    options: ScanOptions,
    *,
    projections: RegionArray,
    references: References,
    angles: NDArray[np.float64],
    geometry: Geometry,
    warnings: tuple[str, ...],
) -> Scan:
    """Put a scan together; what does not fit together is a DataError with both shapes."""
    _check_frames(path, "projections", projections)
    if projections.shape[0] < 2:
        raise DataError(
            f"{path} has {projections.shape[0]} projection(s); a reconstruction needs at least two",
            remedy="check image_key and the dataset that holds the projections",
        )
    if options.data != "counts":
        references = References()
    for what, frames in (("flats", references.flats), ("darks", references.darks)):
        if frames is not None:
            _check_frames(path, what, frames)
            _check_like(path, what, frames, projections)
    return Scan(
        path=path,
        format=name,
        kind=options.data,
        projections=projections,
        **references._asdict(),
        angles=angles,
        pixel_size=geometry.pixel_size if options.pixel_size is None else options.pixel_size,
        energy=geometry.energy if options.energy is None else options.energy,
        distance=geometry.distance if options.distance is None else options.distance,
        warnings=tuple(dict.fromkeys((*warnings, *geometry.warnings))),
    )


def _check_frames(path: Path, what: str, frames: RegionArray) -> None:
    if len(frames.shape) != 3:
        raise DataError(
            f"{path}: {what} have shape {frames.shape}; three axes are needed (frame, row, column)",
            remedy="name a three-dimensional dataset",
        )
    if not all(0 < length <= _LONGEST_SIDE for length in frames.shape[1:]):
        raise DataError(
            f"{path}: {what} have shape {frames.shape}, which no detector has",
            remedy="name the dataset of frames, or copy the file again if it is damaged",
        )


def _check_like(path: Path, what: str, frames: RegionArray, projections: RegionArray) -> None:
    if frames.shape[1:] != projections.shape[1:]:
        raise DataError(
            f"{path}: {what} have shape {frames.shape}, projections {projections.shape}",
            remedy=f"give {what} of the same rows and columns, taken with the same region of the detector",
        )
