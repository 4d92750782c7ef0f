"""Read a scan of any known format."""

from __future__ import annotations

import math
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import h5py
from numpy.typing import ArrayLike

from daisy_kernel.domains.ct.scan.model import Kind, Reader, Scan, ScanOptions, is_plausible
from daisy_kernel.errors import DataError, ParameterError
from daisy_kernel.io.hdf5 import Hdf5File
from daisy_kernel.registry import installed

_PREFIX = "ct."
_KINDS = ("counts", "transmission", "absorption")
_ANGLE_UNITS = ("deg", "rad")


def read_scan(
    path: str | Path,
    *,
    data: Kind = "counts",
    format: str | None = None,  # noqa: A002 - the word that everybody knows
    projections: str | None = None,
    flats: str | None = None,
    darks: str | None = None,
    angles: ArrayLike | str | Path | None = None,
    angle_unit: str | None = None,
    angle_range: tuple[float, float] | None = None,
    image_key: str | None = None,
    entry: str | None = None,
    dims: str | None = None,
    pattern: str | None = None,
    pixel_size: float | None = None,
    energy: float | None = None,
    distance: float | None = None,
) -> Scan:
    """Open a scan: NXtomo, Data Exchange, any HDF5 by dataset names, or TIFF files.

    Arrays stay on disk; angles and keys are read. What is given here counts more than the file.

    path: a file, a folder of TIFF files, or a pattern of their names. data: what the projections are
    (flats and darks belong to counts only). format: one of ``readers()``; None finds out. projections,
    flats, darks: datasets (``FILE:/DATASET`` for another file), or TIFF folders and patterns. angles:
    a list, a text or .npy file, or a dataset; one a projection or one a frame. angle_unit: deg or
    rad. angle_range: first and last angle, instead. image_key: dataset, 0 projection, 1 flat, 2 dark,
    3 invalid for each frame. entry: which NXtomo entry of several. dims: order of the axes of
    ``projections``, such as "row,angle,column". pattern: which files of a folder. pixel_size µm,
    energy keV, distance m.

    Errors: DataError where the scan is missing, damaged, of no known format, or does not fit
    together; ParameterError where an argument is wrong.

    >>> import tempfile, h5py, numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with h5py.File(path := Path(folder) / "scan.h5", "w") as file:
    ...         file["frames"] = np.zeros((4, 3, 5), "u2")
    ...     scan = read_scan(path, projections="frames", angle_range=(0, 135))
    ...     scan.projections[1:3, :2].shape, scan.angles
    ((2, 2, 5), array([  0.,  45.,  90., 135.]))
    """
    options = ScanOptions(
        data=data,
        projections=projections,
        flats=flats,
        darks=darks,
        angles=angles,
        angle_unit=angle_unit,
        angle_range=angle_range,
        image_key=image_key,
        entry=entry,
        dims=dims,
        pattern=pattern,
        pixel_size=pixel_size,
        energy=energy,
        distance=distance,
    )
    return _read(Path(path), options, format)


@cache
def readers() -> dict[str, Reader]:
    """Readers of scans by format, those of other packages too, in the order in which they are asked."""
    entries = [entry for entry in installed().entries.values() if entry.kind == "readers"]
    return {entry.name.removeprefix(_PREFIX): entry.load() for entry in entries if entry.name.startswith(_PREFIX)}


def _read(path: Path, options: ScanOptions, name: str | None) -> Scan:
    _check(options)
    path = path.absolute()  # workers elsewhere open it by this name, in another current folder
    is_hdf5 = path.is_file() and h5py.is_hdf5(path)
    with Hdf5File(path).held() if is_hdf5 else nullcontext():
        reader = _reader(path, options, name)
        for option in reader.refuses:
            if getattr(options, option) is not None:
                raise ParameterError(
                    f"{option}= means nothing to {reader.name} ({path})", remedy=f"leave {option}= out"
                )
        return reader.read(path, options)


def _reader(path: Path, options: ScanOptions, name: str | None) -> Reader:
    if name is not None:
        if name not in readers():
            raise ParameterError(f"format={name!r} is unknown", remedy=f"use one of {', '.join(readers())}")
        return readers()[name]
    if not path.exists() and not any(sign in str(path) for sign in "*?["):
        raise DataError(f"{path} does not exist", remedy="check the path")
    for reader in readers().values():
        if reader.recognises(path, options):
            return reader
    raise _unrecognised(path)


def _unrecognised(path: Path) -> DataError:
    if path.stat().st_size == 0:
        return DataError(f"{path} is empty", remedy="copy the file again")
    if not h5py.is_hdf5(path):
        return DataError(
            f"{path} is neither HDF5 nor TIFF",
            remedy="export it to NXtomo, Data Exchange or TIFF files",
        )
    arrays = Hdf5File(path).arrays(3)
    listing = ", ".join(f"{name} {shape}" for name, shape in arrays[:8]) or "none"
    return DataError(
        f"{path} is HDF5, but neither NXtomo nor Data Exchange",
        remedy=f"give projections= and angles=; its datasets with three axes: {listing}",
    )


def _check(options: ScanOptions) -> None:
    if options.data not in _KINDS:
        raise ParameterError(f"data={options.data!r} is unknown", remedy=f"use one of {', '.join(_KINDS)}")
    if options.angle_unit not in (None, *_ANGLE_UNITS):
        raise ParameterError(f"angle_unit={options.angle_unit!r} is unknown", remedy="use deg or rad")
    for name in ("pixel_size", "energy", "distance"):
        value = getattr(options, name)
        if value is None:
            continue
        if not (math.isfinite(value) and value > 0):
            raise ParameterError(f"{name}={value} is not a positive number", remedy="give µm, keV or m")
        if not is_plausible(value):
            raise ParameterError(f"{name}={value:g} is no measure of an instrument", remedy="give µm, keV or m")
    if options.angle_range is not None:
        if options.angles is not None:
            raise ParameterError("angles= and angle_range= are both given", remedy="give one of them")
        if len(options.angle_range) != 2 or not all(map(math.isfinite, options.angle_range)):
            raise ParameterError(f"angle_range={options.angle_range} is no pair", remedy="give first and last angle")
