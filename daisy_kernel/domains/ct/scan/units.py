"""Units as scan files write them."""

from __future__ import annotations

import math
from typing import Literal

Quantity = Literal["length", "energy", "angle"]

# Unit -> how many metres, keV, degrees it is. Lower case: files write "keV", "KeV", "kev".
_FACTORS: dict[Quantity, dict[str, float]] = {
    "length": {
        "m": 1.0,
        "meter": 1.0,
        "metre": 1.0,
        "cm": 1e-2,
        "mm": 1e-3,
        "millimeter": 1e-3,
        "um": 1e-6,
        "µm": 1e-6,  # micro sign
        "μm": 1e-6,  # Greek letter mu
        "micron": 1e-6,
        "micrometer": 1e-6,
        "micrometre": 1e-6,
        "nm": 1e-9,
        "nanometer": 1e-9,
    },
    "energy": {"ev": 1e-3, "kev": 1.0, "mev": 1e3, "j": 1 / 1.602176634e-16},
    "angle": {
        "deg": 1.0,
        "degree": 1.0,
        "°": 1.0,
        "rad": 180 / math.pi,
        "radian": 180 / math.pi,
        "mrad": 0.18 / math.pi,
    },
}


def factor(quantity: Quantity, unit: str) -> float | None:
    """Metres, keV or degrees in one ``unit``; None where the unit is unknown.

    >>> factor("length", "Microns")
    1e-06
    >>> factor("energy", "eV")
    0.001
    """
    known = _FACTORS[quantity]
    name = unit.strip().rstrip(".").lower()
    return known.get(name, known.get(name.removesuffix("s")))
