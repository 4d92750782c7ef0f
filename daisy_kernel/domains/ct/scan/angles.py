"""The angles of a scan: from its file, from a file of their own, or from their first and last."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.scan.image_key import Frames
from daisy_kernel.domains.ct.scan.model import ScanOptions
from daisy_kernel.domains.ct.scan.units import factor
from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File, Values

_MOST_ANGLES = 10_000_000
_LONGEST_FILE = 256 << 20
_SUFFIXES = (".npy", ".txt", ".csv", ".dat", ".tsv")


def projection_angles(path: Path, options: ScanOptions, stored: Values | None, frames: Frames) -> NDArray[np.float64]:
    """One angle in degrees for each projection.

    The options' angles count first, then their range, then what the file has stored. A list may have
    one value a frame or one a projection; a range is spread over the projections that were planned.

    Errors: DataError where there are none, not as many as projections, not finite, without a unit.
    """
    given = given_angles(path, options)
    if given is None and options.angle_range is not None:
        given = Values(range_angles(options, len(frames.planned)), "deg")
        options = replace(options, angle_unit=None)
    found = stored if given is None else given
    if found is None:
        raise DataError(f"{path} holds no rotation angles", remedy="give angles= or angle_range=FIRST,LAST")
    values = _of_projections(np.asarray(found.values).ravel(), frames, by_frame=given is None)
    check_angles(str(path), values, len(frames.projections))
    return to_degrees(Values(values, found.units), options, str(path))


def _of_projections(values: NDArray[Any], frames: Frames, *, by_frame: bool) -> NDArray[Any]:
    """Pick the values of the projections from a list of one a frame or one a planned projection.

    by_frame: what a list is that could be either, because a scan was aborted just there.
    """
    per_projection = len(values) == len(frames.planned)
    if len(values) == frames.announced or (len(values) == frames.stored and (by_frame or not per_projection)):
        return values[frames.projections]
    if per_projection:
        return values[np.searchsorted(frames.planned, frames.projections)]
    return values


def given_angles(path: Path, options: ScanOptions) -> Values | None:
    """Angles that the options give: a list, a file, or a dataset of the scan; None where they do not."""
    angles = options.angles
    if angles is None:
        return None
    if not isinstance(angles, str | Path):
        return Values(_numbers(angles), "")
    file = Path(angles)
    if file.suffix.lower() not in _SUFFIXES and path.is_file() and h5py.is_hdf5(path):
        return Hdf5File(path).values(str(angles))
    beside = path.parent / file
    return Values(_from_file(beside if beside.is_file() else file), "")


def range_angles(options: ScanOptions, count: int) -> NDArray[np.float64]:
    """Evenly spaced angles in degrees from the first to the last projection, both included."""
    first, last = options.angle_range or (0.0, 180.0)
    return np.linspace(first, last, count) * (factor("angle", options.angle_unit or "deg") or 1.0)


def to_degrees(found: Values, options: ScanOptions, where: str) -> NDArray[np.float64]:
    """Angles in degrees; one for each value.

    The option ``angle_unit`` counts first, then the file's unit. Numbers without either are degrees
    when some lie beyond ±2π; otherwise a person must say which they are.

    Errors: DataError where an angle is not finite or the unit cannot be known.
    """
    values = np.asarray(found.values, np.float64).ravel()
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise DataError(f"{where}: angle {bad[0]} is {values[bad[0]]}", remedy="give the angles by angles=")
    unit = options.angle_unit or found.units
    scale = factor("angle", unit) if unit else None
    if unit and scale is None:
        raise DataError(f"{where}: angles are in unit {unit!r}, which is unknown", remedy="give angle_unit=deg or rad")
    if scale is None:
        if values.size and np.abs(values).max() <= 2 * math.pi:
            raise DataError(
                f"{where}: angles from {values.min():.4g} to {values.max():.4g} have no unit",
                remedy="give angle_unit=deg or angle_unit=rad",
            )
        scale = 1.0
    return values * scale


def check_angles(where: str, angles: NDArray[Any], projections: int) -> None:
    """Refuse angles that are not one for each projection, or that are all the same."""
    if len(angles) != projections:
        raise DataError(
            f"{where}: {len(angles)} angles for {projections} projections",
            remedy="give one angle for each projection by angles= or angle_range=",
        )
    if projections > 1 and np.ptp(angles) == 0:
        raise DataError(
            f"{where}: all {projections} angles are {angles[0]:g}",
            remedy="give the angles by angles= or angle_range=",
        )


def _numbers(angles: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(angles, np.float64).ravel()
    except (TypeError, ValueError) as error:
        raise DataError(f"angles are no list of numbers ({error})", remedy="give one number a projection") from error


def _from_file(file: Path) -> NDArray[np.float64]:
    if not file.is_file():
        raise DataError(f"{file} does not exist", remedy="give a text or .npy file of angles")
    if file.stat().st_size > _LONGEST_FILE:
        raise DataError(f"{file} has {file.stat().st_size} bytes; it holds no angles", remedy="give a list of angles")
    try:
        if file.suffix.lower() == ".npy":
            # Mapped, so that a damaged header cannot ask for memory.
            values = np.load(file, mmap_mode="r", allow_pickle=False)
        else:
            text = file.read_text("utf-8").replace(",", " ").replace(";", " ")
            values = np.loadtxt(text.splitlines(), comments="#", ndmin=2)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{file} cannot be read as angles ({error})", remedy="give one number a line") from error
    if values.ndim > 2 or values.size > _MOST_ANGLES or (values.ndim == 2 and 1 not in values.shape):
        raise DataError(f"{file} holds {values.shape} numbers, not one list", remedy="give one number a line")
    if values.dtype.kind not in "iuf":
        raise DataError(f"{file} holds values of type {values.dtype}", remedy="give one number a line")
    return np.array(values, np.float64).ravel()
