"""Data objects of tomography, and what their coordinates and attributes say.

projections carry the coordinates angle (degrees), row and column (raw detector pixels, which survive
crop and binning) and position (index of the projection in the scan, along angle); flats and darks carry
position along frame. Attributes: quantity (counts, transmission or absorption), pixel_size (µm),
energy (keV), distance (m), each where it is known.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from xarray import DataArray

from daisy_kernel.algorithm import Dims
from daisy_kernel.errors import DataError

Projections = Annotated[DataArray, Dims("angle", "row", "column")]
Flats = Annotated[DataArray, Dims("frame", "row", "column")]
Darks = Annotated[DataArray, Dims("frame", "row", "column")]
Volume = Annotated[DataArray, Dims("row", "y", "x")]
Slices = Annotated[DataArray, Dims("candidate", "y", "x")]

BLOCK = 16
"""Rows that are always computed together, so that a row's bits never depend on how a scan is cut."""


def angles_of(projections: DataArray) -> NDArray[np.float64]:
    """Angles in degrees, shape (angle,)."""
    return np.asarray(projections.coords["angle"].values, np.float64)


def require(projections: DataArray, step: str, *quantities: str) -> None:
    """Raise `DataError` unless the projections are one of these quantities; unknown ones pass."""
    quantity = projections.attrs.get("quantity")
    if quantity is not None and quantity not in quantities:
        raise DataError(
            f"{step} takes {' or '.join(quantities)}, but was given {quantity}",
            remedy="put it at another place, or correct data=",
        )


def to_index(projections: DataArray, raw: float) -> float:
    """Index in the columns that there are, of a position in raw detector columns."""
    columns = np.asarray(projections.coords["column"].values, np.float64)
    return float((raw - columns[0]) / column_step(projections))


def to_raw(projections: DataArray, index: float) -> float:
    """Position in raw detector columns of an index in the columns that there are."""
    columns = np.asarray(projections.coords["column"].values, np.float64)
    return float(columns[0] + index * column_step(projections))


def column_step(projections: DataArray) -> float:
    """Raw detector columns between neighbours: 1, or the factor of a binning."""
    columns = projections.coords["column"].values
    return float(columns[1] - columns[0]) if len(columns) > 1 else 1.0
