"""NXtomo, the NeXus application definition for raw tomography scans (ESRF, Diamond, HEPS ...)."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from daisy_kernel.domains.ct.scan.angles import projection_angles
from daisy_kernel.domains.ct.scan.explicit import replace_references
from daisy_kernel.domains.ct.scan.geometry import read_geometry
from daisy_kernel.domains.ct.scan.image_key import references, sort_frames
from daisy_kernel.domains.ct.scan.model import Reader, Scan, ScanOptions, make_scan
from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5Array, Hdf5File
from daisy_kernel.io.lazy import select_frames


def _recognises(path: Path, options: ScanOptions) -> bool:
    return path.is_file() and h5py.is_hdf5(path) and bool(options.entry or _entries(Hdf5File(path)))


def _read(path: Path, options: ScanOptions) -> Scan:
    file = Hdf5File(path)
    entry = _entry(file, options)
    detector, data = _detector(file, entry)
    key_name = options.image_key or f"{detector}/image_key"
    has_key = options.image_key is not None or file.has(key_name)
    key = file.values(key_name).values if has_key else np.zeros(data.shape[0], np.int64)
    frames = sort_frames(data, key, f"{path}:{detector}/data")
    angle_places = [
        f"{entry}/sample/rotation_angle",
        f"{entry}/data/rotation_angle",
        f"{detector}/rotation_angle",
    ]
    asked = options.angles is not None or options.angle_range is not None
    place = None if asked else next((name for name in angle_places if file.has(name)), None)
    warnings = [*frames.warnings, *filter(None, [data.note])]
    if not has_key:
        warnings.append(f"{entry} has no image_key: all {data.shape[0]} frames are taken for projections")
    return make_scan(
        path,
        READER.name,
        options,
        projections=select_frames(data, frames.projections),
        references=replace_references(path, options, references(data, frames)),
        angles=projection_angles(path, options, file.values(place) if place else None, frames),
        geometry=read_geometry(
            file,
            {
                "pixel_size": (f"{entry}/sample/x_pixel_size", f"{detector}/x_pixel_size"),
                "energy": (
                    f"{entry}/instrument/beam/incident_energy",
                    f"{entry}/beam/incident_energy",
                    f"{entry}/sample/beam/incident_energy",
                    f"{entry}/instrument/monochromator/energy",
                ),
                "distance": (f"{detector}/distance",),
            },
        ),
        warnings=tuple(warnings),
    )


def _entry(file: Hdf5File, options: ScanOptions) -> str:
    """The entry that is asked for, the only one, or the default one of several."""
    if options.entry:
        return "/" + options.entry.strip("/")
    entries = _entries(file)
    if not entries:
        raise DataError(f"{file.path} has no NXtomo entry", remedy="give projections= and angles=")
    if len(entries) == 1:
        return entries[0]
    default = "/" + file.attribute("/", "default").strip("/")
    chosen = [entry for entry in entries if default != "/" and f"{entry}/".startswith(f"{default}/")]
    if len(chosen) == 1:
        return chosen[0]
    raise DataError(f"{file.path} has several scans: {', '.join(entries)}", remedy="choose one by entry=")


def _entries(file: Hdf5File) -> list[str]:
    """Entries and subentries that are NXtomo by definition; failing those, by a detector's image_key."""
    groups = [f"/{name}" for name in file.groups()]
    subgroups = [f"{group}/{name}" for group in groups for name in file.groups(group)]
    by_definition = [group for group in (*groups, *subgroups) if file.text(f"{group}/definition") == "NXtomo"]
    return by_definition or [group for group in groups if _detectors(file, group)]


def _detectors(file: Hdf5File, entry: str) -> list[str]:
    """Detectors that have data and a key, the one named "detector" first."""
    instrument = f"{entry}/instrument"
    groups = file.groups(instrument) if file.has(instrument) else []
    found = [f"{instrument}/{name}" for name in sorted(groups, key=lambda name: name != "detector")]
    return [group for group in found if file.has(f"{group}/data") and file.has(f"{group}/image_key")]


def _detector(file: Hdf5File, entry: str) -> tuple[str, Hdf5Array]:
    """The detector whose frames can be read; the reason where there is none."""
    problems = []
    for group in _detectors(file, entry) or [f"{entry}/instrument/detector"]:
        try:
            data = file.array(f"{group}/data")
        except DataError as error:
            problems.append(error)
            continue
        if len(data.shape) == 3:
            return group, data
        problems.append(
            DataError(
                f"{file.path}:{group}/data has shape {data.shape}; three axes are needed (frame, row, column)",
                remedy="give projections=DATASET",
            )
        )
    raise problems[0]


READER = Reader("NXtomo", _recognises, _read, refuses=("dims", "pattern"))
