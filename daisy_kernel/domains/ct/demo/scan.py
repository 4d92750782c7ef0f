"""The demo scan: a daisy, measured by a simulated detector, as an NXtomo file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.demo.detector import Detector, make_detector
from daisy_kernel.domains.ct.demo.ellipsoids import project_ellipsoids
from daisy_kernel.domains.ct.demo.flower import flower
from daisy_kernel.errors import OutputError, ParameterError
from daisy_kernel.io.disk import check_file, check_space, disk_errors, flush, part_of, put_in_place, remove

_WIDTH = 6000.0  # µm, the field of view
_ENERGY = 20.0  # keV
_DISTANCE = 0.05  # m
_ABSORPTION = 3.0  # per cm: what the value 1 of the flower stands for
_REFERENCES = 10  # flats, and as many darks, before and again after the scan
_BLOCK = 1 << 22  # pixels simulated at once

_PROJECTION, _FLAT, _DARK = 0, 1, 2  # NXtomo's image_key


@dataclass(frozen=True)
class _Scan:
    """What is measured, frame by frame: darks, flats, projections, flats, darks."""

    rows: int
    columns: int
    angles: int
    center: float
    seed: int

    @property
    def image_key(self) -> NDArray[np.uint8]:
        before = [_DARK] * _REFERENCES + [_FLAT] * _REFERENCES
        return np.array(before + [_PROJECTION] * self.angles + before[::-1], np.uint8)

    @property
    def progress(self) -> NDArray[np.float64]:
        """Where each frame lies in the time of the projections, 0 to 1; the references at its ends."""
        return np.clip((np.arange(len(self.image_key)) - 2 * _REFERENCES + 0.5) / self.angles, 0, 1)

    @property
    def rotation(self) -> NDArray[np.float64]:
        """Angle of each frame in degrees; before and after the projections the axis stands still."""
        step = np.clip(np.arange(len(self.image_key)) - 2 * _REFERENCES, 0, self.angles - 1)
        return np.asarray(step * (180 / self.angles), np.float64)

    @property
    def pixel_size(self) -> float:
        return _WIDTH / self.columns

    @property
    def nbytes(self) -> int:
        return 2 * len(self.image_key) * self.rows * self.columns

    def facts(self) -> dict[str, Any]:
        """Sizes, center, pixel_size (µm), energy (keV), distance (m), and the bytes of the counts."""
        return {
            "angles": self.angles,
            "rows": self.rows,
            "columns": self.columns,
            "center": self.center,
            "pixel_size": self.pixel_size,
            "energy": _ENERGY,
            "distance": _DISTANCE,
            "nbytes": self.nbytes,
        }

    def frames(self, first: int, end: int, detector: Detector) -> NDArray[np.uint16]:
        """Return the counts (frame, row, column) of the frames ``first`` to ``end``."""
        keys = self.image_key[first:end]
        transmission = np.ones((end - first, self.rows, self.columns), np.float32)
        transmission[keys == _DARK] = 0
        sample = keys == _PROJECTION
        if sample.any():
            lengths = project_ellipsoids(
                flower(self.seed),
                self.rotation[first:end][sample],
                self.rows,
                self.columns,
                center=self.center,
            )
            lengths *= -_ABSORPTION * self.pixel_size * 1e-4  # µm to cm
            transmission[sample] = np.exp(lengths, out=lengths)
        seeds = [(self.seed, 1, frame) for frame in range(first, end)]
        return detector.counts(transmission, self.progress[first:end], seeds, zingers=sample)


def write_demo_scan(
    path: str | Path,
    *,
    rows: int = 256,
    columns: int = 512,
    angles: int | None = None,
    center: float | None = None,
    seed: int = 0,
    chunks: tuple[int, int, int] | None = None,
) -> dict[str, Any]:
    """Write a scan of a daisy in a glass tube as NXtomo (HDF5) and return the facts about it.

    There are ``angles`` projections over 180 degrees (default: as many as columns), u2 counts, with flats and
    darks before and after. The beam fades and moves meanwhile; there are photon noise, stripes, dead and hot
    pixels, and zingers. The rotation axis is at ``center``, a 0-based column, by default 3 % of the columns
    to the right of the middle. ``chunks`` (frame, row, column) are those of the file, by default one frame.

    The true center is the attribute ``phantom_center`` of the entry, which no reader of NXtomo looks for. The
    file appears under its name when complete, and replaces what had it. Memory is bounded whatever the size.
    Raises ParameterError for a size that is no scan, and OutputError where the file cannot be written.

    Source: the NeXus application definition NXtomo.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     facts = write_demo_scan(Path(folder, "scan.h5"), rows=4, columns=32)
    >>> facts["angles"], facts["center"]
    (32, 16.5)
    """
    count = columns if angles is None else angles
    if min(rows, columns, count) < 1:
        raise ParameterError(
            f"a scan of {count} angles, {rows} rows and {columns} columns", remedy="give 1 or more of each"
        )
    axis = round((columns - 1) / 2 + 0.03 * columns, 1) if center is None else float(center)
    scan = _Scan(rows, columns, count, axis, seed)
    _write(scan, Path(path), chunks or (1, rows, columns))
    return {"path": str(path), **scan.facts()}


def _write(scan: _Scan, path: Path, chunks: tuple[int, int, int]) -> None:
    check_file(path, overwrite=True)
    check_space(path, scan.nbytes)
    part = part_of(path)
    try:
        with disk_errors(OutputError, path, scan.nbytes):
            with h5py.File(part, "w") as file:
                _write_frames(scan, _write_groups(scan, file, chunks))
            flush(part)
            put_in_place(path)
    except BaseException:
        remove(part)
        raise


def _write_frames(scan: _Scan, counts: h5py.Dataset) -> None:
    """Simulate and write the frames block by block, in whole chunks."""
    detector = make_detector(scan.rows, scan.columns, scan.seed)
    chunk = counts.chunks[0]
    block = max(1, _BLOCK // (scan.rows * scan.columns * chunk)) * chunk
    for first in range(0, len(counts), block):
        end = min(first + block, len(counts))
        counts[first:end] = scan.frames(first, end, detector)


def _write_groups(scan: _Scan, file: h5py.File, chunks: tuple[int, int, int]) -> h5py.Dataset:
    """Write all but the counts, whose dataset is returned."""
    file.attrs.update(NX_class="NXroot", default="entry")
    entry = _group(file, "entry", "NXentry")
    entry.attrs.update(default="data", phantom_center=scan.center)
    entry["definition"] = "NXtomo"
    entry["title"] = "A daisy in a glass tube (simulated)"
    instrument = _group(entry, "instrument", "NXinstrument")
    source = _group(instrument, "source", "NXsource")
    source["name"], source["type"], source["probe"] = "simulation", "Synchrotron X-ray Source", "x-ray"
    _quantity(_group(instrument, "beam", "NXbeam"), "incident_energy", _ENERGY, "keV")
    detector = _group(instrument, "detector", "NXdetector")
    shape = (len(scan.image_key), scan.rows, scan.columns)
    fitting = tuple(min(pair) for pair in zip(chunks, shape, strict=True))
    counts = detector.create_dataset("data", shape, np.uint16, chunks=fitting)
    counts.attrs["units"] = "counts"
    detector["image_key"] = scan.image_key
    _quantity(detector, "x_pixel_size", scan.pixel_size, "um")
    _quantity(detector, "y_pixel_size", scan.pixel_size, "um")
    _quantity(detector, "distance", _DISTANCE, "m")
    sample = _group(entry, "sample", "NXsample")
    sample["name"] = "daisy"
    _quantity(sample, "rotation_angle", scan.rotation, "degree")
    data = _group(entry, "data", "NXdata")
    data.attrs.update(signal="data", axes=["rotation_angle", ".", "."], rotation_angle_indices=0)
    data["data"], data["image_key"] = counts, detector["image_key"]
    data["rotation_angle"] = sample["rotation_angle"]
    return counts


def _group(parent: h5py.Group, name: str, kind: str) -> h5py.Group:
    group = parent.create_group(name)
    group.attrs["NX_class"] = kind
    return group


def _quantity(group: h5py.Group, name: str, value: float | NDArray[np.float64], units: str) -> None:
    group[name] = value
    group[name].attrs["units"] = units
