"""Any HDF5 file whose datasets a person names."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from daisy_kernel.domains.ct.scan.angles import given_angles, projection_angles
from daisy_kernel.domains.ct.scan.image_key import references, sort_frames
from daisy_kernel.domains.ct.scan.model import Geometry, Reader, References, Scan, ScanOptions, make_scan
from daisy_kernel.errors import DataError, ParameterError
from daisy_kernel.io.hdf5 import Hdf5Array, Hdf5File
from daisy_kernel.io.lazy import RegionArray, Transposed, select_frames

_DIMS = ("angle", "row", "column")


def dataset(path: Path, name: str) -> Hdf5Array:
    """Return the dataset ``name`` of the scan, or of another file as ``FILE:/DATASET``."""
    file, colon, inner = name.rpartition(":")
    if not colon:
        return Hdf5File(path).array(name)
    beside = path.parent / file
    return Hdf5File(beside if beside.exists() else Path(file).absolute()).array(inner)


def replace_references(path: Path, options: ScanOptions, found: References) -> References:
    """Flats and darks that the options name, instead of those which the format found."""
    if options.flats:
        found = found._replace(flats=dataset(path, options.flats), flat_positions=None)
    if options.darks:
        found = found._replace(darks=dataset(path, options.darks), dark_positions=None)
    return found


def _recognises(path: Path, options: ScanOptions) -> bool:
    return options.projections is not None and path.is_file() and h5py.is_hdf5(path)


def _read(path: Path, options: ScanOptions) -> Scan:
    if options.projections is None:
        raise DataError(f"{path}: no dataset is named", remedy="give projections=DATASET")
    stored = dataset(path, options.projections)
    order = _order(options.dims)
    data = _reordered(stored, order)
    if options.image_key:
        key = Hdf5File(path).values(options.image_key).values
    else:
        angles = given_angles(path, options)
        key = np.zeros(max(data.shape[0], 0 if angles is None else angles.values.size), np.int64)
    frames = sort_frames(data, key, f"{path}:{options.projections}")
    found = replace_references(path, options, references(data, frames))
    found = found._replace(flats=_as_frames(found.flats, data, order), darks=_as_frames(found.darks, data, order))
    return make_scan(
        path,
        READER.name,
        options,
        projections=select_frames(data, frames.projections),
        references=found,
        angles=projection_angles(path, options, None, frames),
        geometry=Geometry(),
        warnings=(*frames.warnings, *filter(None, [stored.note])),
    )


def _order(dims: str | None) -> tuple[int, ...]:
    """Axes of the file in the order (angle, row, column)."""
    names = tuple(name.strip() for name in (dims or ",".join(_DIMS)).split(","))
    if sorted(names) != sorted(_DIMS):
        raise ParameterError(f"dims={dims!r} is no order of {', '.join(_DIMS)}", remedy="e.g. dims=row,angle,column")
    return tuple(names.index(name) for name in _DIMS)


def _reordered(array: RegionArray, order: tuple[int, ...]) -> RegionArray:
    if order == (0, 1, 2) or len(array.shape) != 3:
        return array
    return Transposed(array, order)


def _as_frames(array: RegionArray | None, projections: RegionArray, order: tuple[int, ...]) -> RegionArray | None:
    """Flats and darks may be stored in the order of the projections, or frame by frame."""
    if array is None or array.shape[1:] == projections.shape[1:]:
        return array
    turned = _reordered(array, order)
    return turned if turned.shape[1:] == projections.shape[1:] else array


READER = Reader("HDF5", _recognises, _read, refuses=("entry", "pattern"))
