"""Loading what the first slice would wait for: compiled functions, for the types that scans and results have."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from widgets_apps.viewer import measures
from widgets_apps.viewer.plain import PlainArray
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import Source

_TYPES = ("u1", "u2", "f4")
_SHAPE = (2, 2, 2)


def warm() -> None:
    """Look at a few bytes of each type; compiles where that was not done before on this machine."""
    planes = Planes()
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(64))
        file.flush()
        for name in _TYPES:
            array = PlainArray(Path(file.name), _SHAPE, np.dtype(name), _SHAPE, 0)
            plane = Plane(Source(array, "", ("z", "y", "x")), 0, 0)
            planes.windowed(plane, plane.whole, (1, 1), 0.0, 1.0)
            planes.windowed(plane, plane.whole, (2, 2), 0.0, 1.0)
            measures.extent(planes, plane, (1, 99))
            measures.histogram(planes, plane, 2)
            measures.statistics(planes, plane, plane.whole)
