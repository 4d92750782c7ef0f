"""Pictures: what previews show, as sources of the viewer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from widgets_apps.viewer.source import Array, Source, Sources
from widgets_apps.viewer.stored import lay_down

_PERCENTILES = (0.5, 99.5)
_SAMPLES = 1 << 17  # values that the window of a picture is taken from
_OPEN = 8  # pictures that stay open: the newest of each place
_LARGE = 4 << 20  # bytes; a larger picture lies on the disk


@dataclass(frozen=True)
class Picture:
    """What a preview shows: an array of two or three dims, its units, a window for it, seconds that it took."""

    values: NDArray[Any]
    dims: tuple[str, ...]
    units: str
    window: tuple[float, float]
    seconds: float
    warnings: tuple[str, ...]


class Pictures:
    """Previews as sources of the viewer: what is shown in one place keeps its id, and so its zoom."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._ids: OrderedDict[tuple[Any, ...], str] = OrderedDict()
        self._lock = threading.Lock()

    def show(self, place: tuple[Any, ...], name: str, picture: Picture) -> dict[str, Any]:
        """Put a picture into its place, and say what the page needs to show it."""
        values = lay_down(picture.values) if picture.values.nbytes > _LARGE else picture.values
        with self._lock:
            source = self._replaced(place, values)
            if source is None:
                source = self._sources.add(values, name=name, dims=picture.dims, units=picture.units)
                self._ids[place] = source.id
            while len(self._ids) > _OPEN:
                self._sources.remove(self._ids.popitem(last=False)[1])
        return {
            "source": source.describe(),
            "range": list(picture.window),
            "seconds": picture.seconds,
            "warnings": list(picture.warnings),
        }

    def _replaced(self, place: tuple[Any, ...], values: Array) -> Source | None:
        if place not in self._ids:
            return None
        self._ids.move_to_end(place)
        try:
            return self._sources.replace(self._ids[place], values)
        except DataError:  # the page closed it
            return None


def window_of(values: NDArray[Any]) -> tuple[float, float]:
    """Low and high of most values, from a regular sample; those that are not finite do not count."""
    flat = values.reshape(-1)
    sample = flat[:: max(1, flat.size // _SAMPLES)]
    finite = sample[np.isfinite(sample)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(edge) for edge in np.percentile(finite, _PERCENTILES))
    return (low, high) if high > low else (low, low + 1.0)
