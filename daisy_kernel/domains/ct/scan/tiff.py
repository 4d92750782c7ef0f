"""A scan as TIFF files: a folder, a name pattern, or files of many pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from daisy_kernel.domains.ct.scan.angles import projection_angles
from daisy_kernel.domains.ct.scan.image_key import sort_frames
from daisy_kernel.domains.ct.scan.model import Geometry, Reader, References, Scan, ScanOptions, make_scan
from daisy_kernel.io.numbered_files import find_files, missing_numbers
from daisy_kernel.io.tiff import SUFFIXES, TiffStack, is_tiff, open_stack


def _recognises(path: Path, _options: ScanOptions) -> bool:
    return is_tiff(path) if path.is_file() else path.is_dir() or _is_pattern(path)


def _read(path: Path, options: ScanOptions) -> Scan:
    files = find_files(_place(path, options.projections or "."), options.pattern, suffixes=SUFFIXES)
    projections = open_stack(files)
    frames = sort_frames(projections, np.zeros(projections.shape[0], np.int64), str(path))
    warnings = []
    if gaps := missing_numbers(files):
        shown = ", ".join(map(str, gaps[:5])) + (" ..." if len(gaps) > 5 else "")
        warnings.append(f"{len(gaps)} numbers are missing between {files[0].name} and {files[-1].name}: {shown}")
    return make_scan(
        path,
        READER.name,
        options,
        projections=projections,
        references=References(_stack(path, options.flats), _stack(path, options.darks)),
        angles=projection_angles(path, options, None, frames),
        geometry=Geometry(),
        warnings=tuple(warnings),
    )


def _stack(path: Path, place: str | None) -> TiffStack | None:
    return open_stack(find_files(_place(path, place), suffixes=SUFFIXES)) if place else None


def _place(path: Path, place: str) -> Path:
    """A place relative to the scan's folder where there is something, else to the current one."""
    if place == ".":
        return path
    folder = path if path.is_dir() else path.parent
    beside = folder / place
    return beside if beside.exists() or any(folder.glob(place)) else Path(place).absolute()


def _is_pattern(path: Path) -> bool:
    return any(sign in str(path) for sign in "*?[")


READER = Reader("TIFF", _recognises, _read, refuses=("dims", "entry", "image_key"))
