"""The workflow ``ct``: from a raw scan to a volume."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator

from daisy_kernel.algorithm import InputPath, OutputPath, Parameter
from daisy_kernel.engines.scope import Scope
from daisy_kernel.errors import ParameterError
from daisy_kernel.workflow import Workflow


class Sweep(NamedTuple):
    """Centers from first to last."""

    first: float
    last: float
    step: float

    def __str__(self) -> str:
        return f"{self.first:g}:{self.last:g}:{self.step:g}"


_STEP = 0.5  # columns from one center of a range to the next
_COUNTS = {"data": ["counts"]}


def _center(value: Any) -> Any:
    if value is None or value == "auto":
        return None
    try:
        numbers = [float(part) for part in (value if isinstance(value, tuple | list) else [value])]
    except (TypeError, ValueError):
        raise ValueError("it is neither a number nor a range") from None
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) > 3:
        raise ValueError("a range is first:last or first:last:step")
    first, last, step = numbers if len(numbers) == 3 else (*numbers, _STEP)
    if not (first <= last and step > 0):
        raise ValueError("a range goes from the smaller center to the larger one, in steps above 0")
    return Sweep(first, last, step)


Center = Annotated[float | Sweep | None, BeforeValidator(_center)]


class CT(Workflow):
    """Raw scan to volume: read, normalise, find the center, reconstruct, save."""

    input: InputPath = Parameter(help="scan: HDF5 file, folder of TIFF files, or pattern of their names", group="Scan")
    output: OutputPath = Parameter(
        help="volume: .h5 .nxs .zarr, .tif for a folder; .png with a range of centers", group="Output"
    )
    data: Literal["counts", "transmission", "absorption"] = Parameter(
        "counts", help="what the projections are", group="Scan"
    )
    format: str | None = Parameter(None, help="of the scan; none: found out", group="Scan")
    projections: str | None = Parameter(
        None, help="dataset of the projections, where the format does not say", group="Scan"
    )
    flats: str | None = Parameter(None, help="dataset, folder or pattern of the flats", group="Scan", when=_COUNTS)
    darks: str | None = Parameter(None, help="dataset, folder or pattern of the darks", group="Scan", when=_COUNTS)
    angles: str | None = Parameter(None, help="dataset or file of the angles", group="Scan")
    angle_unit: Literal["deg", "rad"] | None = Parameter(None, help="where the scan does not say", group="Scan")
    angle_range: tuple[float, float] | None = Parameter(
        None, unit="deg", help="first and last angle, as 0:180", group="Scan"
    )
    dims: str | None = Parameter(None, help='order of the axes of the projections, as "row,angle,column"', group="Scan")
    pattern: str | None = Parameter(None, help="which files of a folder", group="Scan")
    pixel_size: float | None = Parameter(None, unit="µm", gt=0, help="none: from the scan", group="Scan")
    energy: float | None = Parameter(None, unit="keV", gt=0, help="none: from the scan", group="Scan")
    distance: float | None = Parameter(None, unit="m", gt=0, help="none: from the scan", group="Scan")
    crop: tuple[int, int] | None = Parameter(None, unit="px", help="detector columns, as 100:900", group="Region")
    rows: tuple[int, int] | None = Parameter(
        None, unit="px", help="detector rows of the volume, as 0:64", group="Region"
    )
    binning: int = Parameter(1, ge=1, unit="px", help="rows and columns that become one", group="Region")
    zingers: float | None = Parameter(None, gt=0, help="threshold in counts; none: not removed", group="Preparation")
    minimum: float = Parameter(
        1e-6, gt=0, help="floor of the transmission", group="Preparation", when={"data": ["counts", "transmission"]}
    )
    air: int | None = Parameter(
        None, ge=1, unit="px", help="columns at both ends without sample; none: not used", group="Preparation"
    )
    background: tuple[int, int, int, int] | None = Parameter(
        None, unit="px", help="region without sample: first row, end row, first column, end column", group="Preparation"
    )
    phase: float | None = Parameter(
        None, gt=0, help="δ/β for Paganin's phase retrieval; none: no retrieval", group="Preparation"
    )
    center: Center = Parameter(
        None, unit="px", help="of rotation; none or auto: found from the projections", group="Center"
    )
    search: tuple[float, float] | None = Parameter(
        None, unit="px", help="where the automatic center looks, as 290:310", group="Center", when={"center": [None]}
    )
    stripes: Literal["none", "sorting", "wavelet-fourier"] = Parameter(
        "none", help="removal of stripes (rings)", group="Preparation"
    )
    algorithm: Literal["grid", "fbp"] = Parameter("grid", help="of reconstruction", group="Reconstruction")
    filter: Literal["ramp", "shepp-logan", "hann", "butterworth"] = Parameter(
        "ramp", help="of the reconstruction", group="Reconstruction"
    )
    cutoff: float = Parameter(1.0, gt=0, le=1, help="of the filter, as a share of Nyquist", group="Reconstruction")
    mask: float | None = Parameter(
        None, gt=0, help="radius of the circle that is kept, as a share of half the width", group="Reconstruction"
    )
    dtype: Literal["float32", "uint16", "uint8"] = Parameter(
        "float32", help="of the output; integers are rescaled", group="Output"
    )
    limits: tuple[float, float] | None = Parameter(
        None,
        help="values that become the least and largest integer; none: of the volume",
        group="Output",
        when={"dtype": ["uint16", "uint8"]},
    )

    def initialize(self, engine: Scope) -> None:
        """Create the steps that the parameters ask for."""
        self._engine = engine
        self._flow = ""
        if isinstance(self.center, Sweep) != (Path(self.output).suffix == ".png"):
            raise ParameterError(
                f"center={self.center} and output={self.output} do not go together",
                remedy="a range of centers makes a picture (.png), one center a volume",
            )
        load = {name: getattr(self, name) for name in _SCAN if getattr(self, name) is not None}
        engine.create("load", "ct.Load", **load)

    def execute(self) -> None:
        """Record what goes where."""
        self._engine["load"].execute(output={"projections": "projections", "flats": "flats", "darks": "darks"})
        self._flow = "projections"
        self._prepare()
        if isinstance(self.center, Sweep):
            self._show_candidates(self.center)
            return
        self._step("center", "ct.FindCenter", center=self.center, search=self.search, aside=True)
        if self.stripes != "none":
            self._step("stripes", _STRIPES[self.stripes])
        self._reconstruct()
        self._save()

    def _prepare(self) -> None:
        self._step("repair", "ct.Repair")
        if self.zingers is not None:
            self._step("zingers", "ct.RemoveZingers", threshold=self.zingers)
        if self.data == "counts":
            self._step("normalize", "ct.Normalize", minimum=self.minimum, flats="flats", darks="darks")
        if self.background is not None:
            self._step("background", "ct.NormalizeBackground", region=self.background)
        if self.air is not None:
            self._step("air", "ct.NormalizeAir", columns=self.air)
        if self.phase is not None:
            self._step("phase", "ct.Paganin", delta_beta=self.phase)
        if self.data != "absorption":
            self._step("absorption", "ct.Absorption", minimum=self.minimum)
        if self.crop is not None:
            self._step("crop", "ct.Crop", columns=self.crop)
        if self.binning > 1:
            self._step("bin", "ct.Bin", rows=self.binning, columns=self.binning)

    def _show_candidates(self, sweep: Sweep) -> None:
        self._step("sweep", "ct.Sweep", first=sweep.first, last=sweep.last, step=sweep.step)
        self._step("sheet", "ct.ContactSheet", port="slices", output=self.output)

    def _reconstruct(self) -> None:
        name = {"grid": "ct.Grid", "fbp": "ct.FBP"}[self.algorithm]
        self._step("reconstruct", name, filter=self.filter, cutoff=self.cutoff, center="center")
        if self.mask is not None:
            self._step("mask", "ct.CircleMask", port="volume", radius=self.mask)
        if self.rows is not None:
            self._step("rows", "ct.Rows", port="volume", rows=self.rows)

    def _save(self) -> None:
        limits: Any = self.limits
        if self.dtype != "float32" and limits is None:
            self._step("range", "Range", port="data", aside=True)
            limits = "range"
        self._step("save", "Save", port="data", output=self.output, dtype=self.dtype, limits=limits)

    def _step(self, name: str, algorithm: str, *, port: str = "projections", aside: bool = False, **given: Any) -> None:
        """Add a step to the end of the chain, or with `aside` beside it; names of data objects are links."""
        links = {key: value for key, value in given.items() if key in _LINKED and isinstance(value, str)}
        links |= {key: value for key, value in given.items() if key in ("flats", "darks")}
        handle = self._engine.create(name, algorithm, **{k: v for k, v in given.items() if k not in links})
        ports = handle.declaration.outputs
        handle.execute(**{port: self._flow}, **links, output=name if len(ports) == 1 else None)
        if not aside:
            self._flow = name


_SCAN = (
    *("input", "data", "format", "projections", "flats", "darks", "angles", "angle_unit", "angle_range"),
    *("dims", "pattern", "pixel_size", "energy", "distance"),
)
_STRIPES = {"sorting": "ct.RemoveStripesSorting", "wavelet-fourier": "ct.RemoveStripesWaveletFourier"}
_LINKED = ("center", "limits")
