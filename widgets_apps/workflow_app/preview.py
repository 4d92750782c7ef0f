"""Looking at a data object of a workflow: the part of it that is one picture, as a run computes it."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from xarray import DataArray

from daisy_kernel.errors import DataError
from daisy_kernel.graph import Graph, node_of, port_of
from widgets_apps.pictures import Picture, window_of
from widgets_apps.preview import Preview

_AXES = 4  # a picture across one of them has three, which is what the viewer shows


@dataclass(frozen=True)
class Look:
    """A data object, and what is seen of it: a picture of an array, the text of any other value.

    dims, shape: of the whole. across, index: the dim that the picture lies across, and where on it.
    """

    dims: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    across: str | None = None
    index: int | None = None
    picture: Picture | None = None
    value: str | None = None


class Looking:
    """Pictures of the data objects of graphs; what they have in common is computed once."""

    def __init__(self) -> None:
        self._preview = Preview()

    def look(self, graph: Graph, reference: str, across: str | None = None, index: int | None = None) -> Look:
        """A data object ``step.port``, of an array of more than two dims the part at `index` across a dim.

        across: the dim along which its step is cut if it is None or not one of the dims. index: the middle if it is
        None. Errors: those of the steps, DataError for an index outside the array.
        """
        begin = perf_counter()
        step = self._preview.describe(graph, reference).steps[node_of(reference)]
        template = step.outputs.get(port_of(reference))
        if not isinstance(template, DataArray):
            return Look(value=_text(self._preview.compute(graph, reference).value))
        dims, shape = tuple(map(str, template.dims)), tuple(map(int, template.shape))
        if len(dims) > _AXES:
            raise DataError(f"{reference} has {len(dims)} dims", remedy=f"look at an array of {_AXES} dims at most")
        if len(dims) > 2:
            across = across if across in dims else next((dim for dim in step.cuts if dim in dims), dims[0])
            index = _inside(index, across, shape[dims.index(across)])
        else:
            across = index = None
        region = {} if across is None or index is None else {across: (index, index + 1)}
        found = self._preview.compute(graph, reference, region)
        seen = found.value if across is None else found.value.isel({across: 0})
        while seen.ndim < 2:  # a line is a picture of one row
            seen = seen.expand_dims(f"axis {seen.ndim}")
        values = _real(reference, np.ascontiguousarray(seen.values))
        picture = Picture(
            values,
            tuple(map(str, seen.dims)),
            str(seen.attrs.get("units", "")),
            window_of(values),
            perf_counter() - begin,
            tuple(found.warnings),
        )
        return Look(dims, shape, across, index, picture)

    def clear(self) -> None:
        """Let go of all that is kept."""
        self._preview.clear()


def _inside(index: int | None, dim: str, length: int) -> int:
    if index is None:
        return length // 2
    if not 0 <= index < length:
        raise DataError(f"{dim}={index} is not there", remedy=f"give 0 to {length - 1}")
    return index


def _real(reference: str, values: NDArray[Any]) -> NDArray[Any]:
    """Values that have a grey; of complex numbers their magnitude."""
    if values.dtype.kind == "c":
        magnitude: NDArray[Any] = np.abs(values)
        return magnitude
    if values.dtype.kind not in "biuf":
        raise DataError(f"{reference} holds values of type {values.dtype}, not numbers", remedy="choose another one")
    return values


def _text(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
