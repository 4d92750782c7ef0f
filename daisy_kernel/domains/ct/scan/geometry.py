"""Pixel size, energy and distance of a scan, with the units that its file states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from daisy_kernel.domains.ct.scan.model import Geometry, is_plausible
from daisy_kernel.domains.ct.scan.units import Quantity, factor
from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5File

Name = Literal["pixel_size", "energy", "distance"]


class _Measure(NamedTuple):
    quantity: Quantity
    scale: float  # from metres and keV to the unit of Scan


_MEASURES: Mapping[Name, _Measure] = {
    "pixel_size": _Measure("length", 1e6),
    "energy": _Measure("energy", 1.0),
    "distance": _Measure("length", 1.0),
}


def read_geometry(
    file: Hdf5File, places: Mapping[Name, Iterable[str]], default_units: Mapping[Name, str] | None = None
) -> Geometry:
    """Read each number from the first of its places that exists.

    default_units: units which the format fixes, for files that leave them out. A number that is
    none, not plausible, or without a unit is left out with a warning: it decides scale, not shape.
    """
    found: dict[Name, float] = {}
    warnings = []
    for name, candidates in places.items():
        place = next((candidate for candidate in candidates if file.has(candidate)), None)
        if place is None:
            continue
        try:
            found[name] = _number(file, place, _MEASURES[name], (default_units or {}).get(name, ""))
        except DataError as problem:
            warnings.append(f"{name} was left out: {problem.error}")
    return Geometry(**found, warnings=tuple(warnings))


def _number(file: Hdf5File, place: str, measure: _Measure, default_unit: str) -> float:
    values, units = file.values(place)
    unit = units or default_unit
    scale = factor(measure.quantity, unit)
    if scale is None:
        raise DataError(f"{file.path}:{place} has unit {unit!r}" if unit else f"{file.path}:{place} has no unit")
    value = float(values.ravel()[0]) * scale * measure.scale if values.size else math.nan
    if not (math.isfinite(value) and is_plausible(value)):
        raise DataError(f"{file.path}:{place} is {value:g}")
    return value
