"""Previews of the CT app where there is memory for them: in the app's process, or in one that ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from daisy_kernel.errors import DataError
from daisy_kernel.io.disk import size_text
from daisy_kernel.resources import memory_limit
from widgets_apps.apart import Apart
from widgets_apps.ct.graphs import Stage
from widgets_apps.ct.preview import CtPicture, CtPreview
from widgets_apps.pictures import Picture

_LARGE = 256 << 20  # bytes; what takes more is computed apart. 1000 angles x 1024 columns take less: no process starts
_OTHERS = 512 << 20  # bytes, about, that the app itself and what starts it take


class CtPreviews:
    """As `CtPreview`, but what takes much memory is computed in a process of its own."""

    def __init__(self) -> None:
        self._here = CtPreview()
        self._apart = Apart("widgets_apps.ct.preview:CtPreview")

    def picture(self, parameters: Mapping[str, Any], stage: Stage, *, row: int, angle: int | None = None) -> CtPicture:
        """See `CtPreview.picture`."""
        if not _is_large(self._here.bytes(parameters, stage, angle=angle)):
            return self._here.picture(parameters, stage, row=row, angle=angle)
        found: CtPicture = self._apart.call("picture", dict(parameters), stage, row=row, angle=angle)
        return found

    def find_center(self, parameters: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
        """See `CtPreview.find_center`."""
        if not _is_large(self._here.bytes(parameters, "center")):
            return self._here.find_center(parameters)
        found: tuple[float, tuple[str, ...]] = self._apart.call("find_center", dict(parameters))
        return found

    def candidates(self, parameters: Mapping[str, Any], row: int, centers: Sequence[float]) -> Picture:
        """See `CtPreview.candidates`."""
        if not _is_large(self._here.bytes(parameters, "candidates")):
            return self._here.candidates(parameters, row, centers)
        found: Picture = self._apart.call("candidates", dict(parameters), row, list(centers))
        return found

    def make_room(self) -> None:
        """End the process that computes large pictures: something else needs the memory."""
        self._apart.end()

    def clear(self) -> None:
        """Let go of all that is kept."""
        self._here.clear()
        self._apart.close()


def _is_large(needed: int) -> bool:
    """Whether something is to be computed apart. Errors: DataError where there is too little memory for it."""
    there = memory_limit()
    if needed > _LARGE and needed + _OTHERS > there:
        raise DataError(
            f"the preview needs about {size_text(needed)} of memory, and this server has {size_text(there)} in all",
            remedy="crop or bin the scan, or start a server with more memory",
        )
    return needed > _LARGE
