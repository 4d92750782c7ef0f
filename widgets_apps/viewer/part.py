"""The viewer's part of an app: what its page asks for."""

from __future__ import annotations

import dataclasses
from math import isfinite
from typing import Any

from daisy_kernel.errors import DataError
from widgets_apps.session import Part, Reply, exposed
from widgets_apps.viewer import measures
from widgets_apps.viewer.derived import difference, png, small_volume
from widgets_apps.viewer.opening import open_source
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import Sources


class ViewerPart(Part):
    """Slices and measures of what is open on one page."""

    name = "viewer"

    def __init__(self, sources: Sources | None = None) -> None:
        self.sources = sources or Sources()
        self._planes = Planes()

    @exposed
    def open(self, path: str, dataset: str | None = None) -> dict[str, Any]:
        """Open a file or folder; only its description is read."""
        return self.sources.keep(open_source(path, dataset)).describe()

    @exposed
    def slice(
        self,
        source: str,
        axis: int,
        index: int,
        region: tuple[int, int, int, int],
        size: tuple[int, int],
        low: float,
        high: float,
    ) -> Reply:
        """A region in at most `size` pixels, as bytes: 0 for `low` and below, 255 for `high` and above."""
        plane = self._plane(source, axis, index)
        asked = plane.region(region)
        if min(size) < 1:
            raise DataError(f"size={list(size)} has no pixels", remedy="give two numbers from 1")
        pixels = self._planes.windowed(plane, asked, size, *_stored(plane, low, high))
        return Reply({"shape": list(pixels.shape), "region": list(asked)}, [pixels.data.cast("B")])

    @exposed
    def value(self, source: str, axis: int, index: int, row: int, column: int) -> dict[str, Any]:
        """The true value of a pixel."""
        return {"value": measures.value(self._planes, self._plane(source, axis, index), row, column)}

    @exposed
    def range(self, source: str, axis: int, index: int, percentiles: tuple[float, float]) -> dict[str, Any]:
        """A window by percentiles, and the smallest and largest value of the slice."""
        return measures.extent(self._planes, self._plane(source, axis, index), percentiles)._asdict()

    @exposed
    def histogram(self, source: str, axis: int, index: int, bins: int) -> dict[str, Any]:
        """Counts of the values of the slice in equal bins."""
        return measures.histogram(self._planes, self._plane(source, axis, index), bins)

    @exposed
    def profile(
        self, source: str, axis: int, index: int, start: tuple[float, float], end: tuple[float, float]
    ) -> dict[str, Any]:
        """Values along a line, one a pixel."""
        length, values = measures.profile(self._planes, self._plane(source, axis, index), start, end)
        return {"length": length, "values": values}

    @exposed
    def statistics(self, source: str, axis: int, index: int, region: tuple[int, int, int, int]) -> dict[str, Any]:
        """Count, mean, deviation, smallest and largest of a region."""
        plane = self._plane(source, axis, index)
        return dataclasses.asdict(measures.statistics(self._planes, plane, plane.region(region)))

    @exposed
    def difference(self, first: str, second: str) -> dict[str, Any]:
        """First less second, as a source of its own."""
        return self.sources.keep(difference(self.sources.get(first), self.sources.get(second))).describe()

    @exposed
    def reduced(self, source: str, side: int) -> Reply:
        """The volume in at most `side` voxels along each axis, as bytes, z slowest."""
        found = small_volume(self._planes, self.sources.get(source), side)
        result = {"shape": list(found.values.shape), "scale": list(found.scale), "low": found.low, "high": found.high}
        return Reply(result, [found.values.data.cast("B")])

    @exposed
    def png(self, source: str, axis: int, index: int, low: float, high: float, colormap: str) -> Reply:
        """The slice at full resolution as a PNG."""
        plane = self._plane(source, axis, index)
        return Reply({}, [png(self._planes, plane, *_stored(plane, low, high), colormap)])

    @exposed
    def close(self, source: str | None = None) -> None:
        """Let go of a source, or of all when the page is gone."""
        if source is None:
            self.sources.clear()
            self._planes.clear()
        else:
            self.sources.remove(source)
            self._planes.forget(source)

    def _plane(self, source: str, axis: int, index: int) -> Plane:
        return Plane(self.sources.get(source), axis, index)


def _stored(plane: Plane, low: float, high: float) -> tuple[float, float]:
    """The window in stored values."""
    if not (isfinite(low) and isfinite(high)) or low > high:
        raise DataError(f"the window from {low} to {high} holds nothing", remedy="give a low and a higher value")
    source = plane.source
    return (low - source.offset) / source.scale, (high - source.offset) / source.scale
