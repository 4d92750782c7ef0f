"""Steps between a scan and its absorption: normalisation, repair, background, phase, -log."""

from __future__ import annotations

from typing import Any

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Parameter, Slabs
from daisy_kernel.domains.ct import gpu
from daisy_kernel.domains.ct.data import BLOCK, Darks, Flats, Projections, require
from daisy_kernel.domains.ct.prepare.absorption import absorption
from daisy_kernel.domains.ct.prepare.background import check_ends, check_region, normalize_air, normalize_background
from daisy_kernel.domains.ct.prepare.normalize import normalize
from daisy_kernel.domains.ct.prepare.phase import paganin
from daisy_kernel.domains.ct.prepare.references import bad_pixels
from daisy_kernel.domains.ct.prepare.repair import repair_nonfinite
from daisy_kernel.domains.ct.prepare.zingers import remove_zingers
from daisy_kernel.errors import DataError
from daisy_kernel.template import like


class Repair(Algorithm):
    """Replace NaN and inf by their neighbours along the row; more than 1 % of a block of rows is an error."""

    limit: float = Parameter(0.01, ge=0, le=1, help="largest share that is repaired")
    slabs = Slabs("row", "angle", block=BLOCK)

    def execute(self, projections: Projections) -> Projections:
        """Integers pass as they are."""
        if projections.dtype.kind != "f":
            return projections
        # Block by block, so that what is refused does not depend on how rows are cut.
        rows = range(0, projections.sizes["row"], BLOCK)
        blocks = [repair_nonfinite(projections.data[:, row : row + BLOCK], limit=self.limit) for row in rows]
        if not any(count for _, count in blocks):
            return projections
        own = range(projections.sizes["row"])[self.own.get("row", slice(None))]
        count = sum(count for row, (_, count) in zip(rows, blocks, strict=True) if row in own)
        if count:
            self.warn("non-finite values, interpolated along the row", count)
        return projections.copy(deep=False, data=np.concatenate([repaired for repaired, _ in blocks], axis=1))


class RemoveZingers(Algorithm):
    """Replace bright spots by the median around them."""

    threshold: float = Parameter(gt=0, help="how far above the median, in units of the projections")
    size: int = Parameter(3, ge=3, unit="px", help="width of the median, odd")
    slabs = Slabs("row", "angle")

    def halo(self, dim: str, **inputs: Any) -> int:
        """Rows of the median beyond an output's own."""
        return self.size // 2 if dim == "row" else 0

    def execute(self, projections: Projections) -> Projections:
        """In the units that come in: counts or transmission."""
        cleaned = remove_zingers(projections.data, threshold=self.threshold, size=self.size)
        return projections.copy(deep=False, data=cleaned)


class Normalize(Algorithm):
    """Transmission from counts, T = (I - D) / (F - D), with F and D interpolated over the scan."""

    minimum: float = Parameter(1e-6, gt=0, help="floor of T, so that its logarithm is finite")
    slabs = Slabs("row", "angle")
    on_gpu = True

    def describe(self, projections: DataArray, flats: Any = None, darks: Any = None) -> DataArray:
        """Refuses counts without flats, and frames of another size."""
        require(projections, "ct.Normalize", "counts")
        if flats is None:
            raise DataError(
                "the scan has no flats, so its counts cannot be normalised",
                remedy="give flats=, or data=transmission if that is what the projections are",
            )
        for name, frames in (("flats", flats), ("darks", darks)):
            if frames is not None and frames.shape[1:] != projections.shape[1:]:
                raise DataError(
                    f"{name} have {frames.shape[1:]} rows and columns, projections {projections.shape[1:]}",
                    remedy=f"give {name}= of the same detector region",
                )
        return like(projections, np.float32, quantity="transmission")

    def execute(self, projections: Projections, flats: Flats | None = None, darks: Darks | None = None) -> Projections:
        """Without darks they count as 0; both noted as warnings."""
        if darks is None:
            self.warn("the scan has no darks: they were taken as 0")
        assert flats is not None
        places = {"flat_positions": _positions(flats), "dark_positions": _positions(darks)}
        bright, dark = gpu.on_host(flats.data), None if darks is None else gpu.on_host(darks.data)
        positions = projections.coords["position"].values if "position" in projections.coords else None
        if positions is None or positions[0] == 0:
            self._count_bad(bright, dark, places)
        compute = gpu.normalize if gpu.on_device(projections.data) else normalize
        transmission = compute(
            projections.data,
            bright,
            dark,
            minimum=self.minimum,
            positions=positions,
            **places,
        )
        return projections.copy(deep=False, data=transmission).assign_attrs(quantity="transmission")

    def _count_bad(self, flats: Any, darks: Any, places: dict[str, Any]) -> None:
        """Note bad pixels, once where a scan is cut along the angle."""
        bad = bad_pixels(flats, darks, **places)[self.own.get("row", slice(None))]
        if np.any(bad):
            self.warn("dead or saturated pixels, interpolated along the row", int(np.count_nonzero(bad)))


class NormalizeAir(Algorithm):
    """Divide each row by the straight line between its two ends, which see no sample."""

    columns: int = Parameter(10, ge=1, unit="px", help="width of each end")
    slabs = Slabs("row", "angle")

    def execute(self, projections: Projections) -> Projections:
        """Transmission in and out."""
        return projections.copy(deep=False, data=normalize_air(projections.data, columns=self.columns))

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses ends of more than half a row."""
        require(projections, "ct.NormalizeAir", "transmission")
        check_ends(self.columns, projections.shape)
        return like(projections, np.float32)


class NormalizeBackground(Algorithm):
    """Divide each frame by its mean in a region that sees no sample."""

    region: tuple[int, int, int, int] = Parameter(unit="px", help="first row, end row, first column, end column")
    slabs = Slabs("angle")

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses a region outside the frame."""
        require(projections, "ct.NormalizeBackground", "transmission")
        check_region(self.region, projections.shape)
        return like(projections, np.float32)

    def execute(self, projections: Projections) -> Projections:
        """Transmission in and out."""
        divided = normalize_background(projections.data, region=self.region)
        return projections.copy(deep=False, data=divided)


class Paganin(Algorithm):
    """Phase retrieval for one material at one distance (Paganin 2002): transmission of the object alone."""

    delta_beta: float = Parameter(1000.0, gt=0, help="ratio δ/β of the material")
    pixel_size: float | None = Parameter(None, unit="µm", gt=0, help="none: from the scan")
    energy: float | None = Parameter(None, unit="keV", gt=0, help="none: from the scan")
    distance: float | None = Parameter(None, unit="m", gt=0, help="none: from the scan")
    slabs = Slabs("angle")

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses where pixel size, energy or distance are not known."""
        require(projections, "ct.Paganin", "transmission")
        self._setting(projections)
        return like(projections, np.float32)

    def execute(self, projections: Projections) -> Projections:
        """Whole frames: the kernel reaches hundreds of rows."""
        setting = self._setting(projections)
        filtered = paganin(projections.data, delta_beta=self.delta_beta, **setting)
        return projections.copy(deep=False, data=filtered)

    def scratch(self, projections: DataArray) -> int:
        """A float32 copy and the spectrum of the frames in work."""
        return 2 * int(projections.nbytes)

    def _setting(self, projections: DataArray) -> dict[str, float]:
        found: dict[str, float] = {}
        for key, name, unit in (
            ("pixel", "pixel_size", "µm"),
            ("energy", "energy", "keV"),
            ("distance", "distance", "m"),
        ):
            value = getattr(self, name) or projections.attrs.get(name)
            if value is None:
                raise DataError(
                    f"phase retrieval needs {name}, which the scan does not say",
                    remedy=f"give {name}= in {unit}",
                )
            found[key] = float(value)
        return found


class Absorption(Algorithm):
    """-log of the transmission."""

    minimum: float = Parameter(1e-6, gt=0, help="floor of T")
    slabs = Slabs("row", "angle")
    on_gpu = True

    def describe(self, projections: DataArray) -> DataArray:
        """Refuses what is absorption already."""
        require(projections, "ct.Absorption", "transmission")
        return like(projections, np.float32, quantity="absorption")

    def execute(self, projections: Projections) -> Projections:
        """Finite always."""
        compute = gpu.absorption if gpu.on_device(projections.data) else absorption
        values = compute(projections.data, minimum=self.minimum)
        return projections.copy(deep=False, data=values).assign_attrs(quantity="absorption")


def _positions(frames: DataArray | None) -> Any:
    if frames is None or "position" not in frames.coords:
        return None
    return frames.coords["position"].values
