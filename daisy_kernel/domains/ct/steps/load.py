"""Load: a scan from its file or files."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, InputPath, Parameter
from daisy_kernel.domains.ct.data import Darks, Flats, Projections
from daisy_kernel.domains.ct.scan.light import check_light
from daisy_kernel.domains.ct.scan.model import Scan
from daisy_kernel.domains.ct.scan.readers import read_scan, readers
from daisy_kernel.io.lazy import RegionArray, to_dataarray


class Loaded(NamedTuple):
    """A scan's arrays, which stay on disk; flats and darks are None where there are none."""

    projections: Projections
    flats: Flats
    darks: Darks


def _known_format(name: str) -> str:
    if name not in readers():
        raise ValueError(f"the formats are {', '.join(readers())}")
    return name


class Load(Algorithm):
    """A scan: NXtomo, Data Exchange, any HDF5 by dataset names, or TIFF files."""

    input: InputPath = Parameter(help="file, folder of TIFF files, or pattern of their names")
    data: Literal["counts", "transmission", "absorption"] = Parameter("counts", help="what the projections are")
    format: Annotated[str, AfterValidator(_known_format)] | None = Parameter(None, help="none: found out")
    projections: str | None = Parameter(None, help="dataset of the projections")
    flats: str | None = Parameter(None, help="dataset, or folder or pattern of TIFF files, of the flats")
    darks: str | None = Parameter(None, help="dataset, or folder or pattern of TIFF files, of the darks")
    angles: str | None = Parameter(None, help="dataset, or text or .npy file, of the angles")
    angle_unit: Literal["deg", "rad"] | None = Parameter(None, help="where the file does not say")
    angle_range: tuple[float, float] | None = Parameter(None, unit="deg", help="first and last angle")
    image_key: str | None = Parameter(None, help="dataset: 0 projection, 1 flat, 2 dark, 3 invalid")
    entry: str | None = Parameter(None, help="which NXtomo entry of several")
    dims: str | None = Parameter(None, help='order of axes, such as "row,angle,column"')
    pattern: str | None = Parameter(None, help="which files of a folder")
    pixel_size: float | None = Parameter(None, unit="µm", gt=0, help="none: from the file")
    energy: float | None = Parameter(None, unit="keV", gt=0, help="none: from the file")
    distance: float | None = Parameter(None, unit="m", gt=0, help="sample to detector; none: from the file")

    def execute(self) -> Loaded:
        """Open the scan; arrays are read where they are cut."""
        options: dict[str, Any] = {name: getattr(self, name) for name in _OPTIONS}
        scan = read_scan(self.input, **options)
        check_light(scan)
        for text in scan.warnings:
            self.warn(text)
        return Loaded(
            _projections(scan),
            _frames(scan.flats, scan.flat_positions),
            _frames(scan.darks, scan.dark_positions),
        )


_OPTIONS = (
    *("data", "format", "projections", "flats", "darks", "angles", "angle_unit", "angle_range"),
    *("image_key", "entry", "dims", "pattern", "pixel_size", "energy", "distance"),
)


def _projections(scan: Scan) -> DataArray:
    count = scan.projections.shape[0]
    coords = {
        "angle": ("angle", scan.angles, {"units": "deg"}),
        "position": ("angle", np.arange(count)),
        **_pixels(scan.projections),
    }
    known = {"pixel_size": scan.pixel_size, "energy": scan.energy, "distance": scan.distance}
    attrs = {"quantity": scan.kind, **{name: value for name, value in known.items() if value is not None}}
    return to_dataarray(scan.projections, ("angle", "row", "column"), coords=coords, attrs=attrs)


def _frames(frames: RegionArray | None, positions: NDArray[np.int64] | None) -> Any:
    if frames is None:
        return None
    coords = dict(_pixels(frames))
    if positions is not None:
        coords["position"] = ("frame", positions)
    return to_dataarray(frames, ("frame", "row", "column"), coords=coords, attrs={"quantity": "counts"})


def _pixels(frames: RegionArray) -> dict[Any, Any]:
    return {
        "row": ("row", np.arange(frames.shape[1], dtype=np.float64)),
        "column": ("column", np.arange(frames.shape[2], dtype=np.float64)),
    }
