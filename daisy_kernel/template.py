"""Templates: data objects with dims, dtype, coordinates and attributes, but no data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from xarray import DataArray

from daisy_kernel.declaration import Declaration
from daisy_kernel.errors import DataError


def template(
    dims: tuple[str, ...],
    shape: tuple[int, ...],
    dtype: Any,
    *,
    coords: Mapping[str, Any] | None = None,
    attrs: Mapping[str, Any] | None = None,
) -> DataArray:
    """An array that says what it is and holds one element, however large it claims to be.

    >>> template(("row", "y", "x"), (2048, 2048, 2048), "float32").nbytes >> 30
    32
    """
    return DataArray(_hollow(shape, dtype), dims=dims, coords=coords, attrs=attrs)


def template_of(value: Any) -> Any:
    """The template of an array; other values (numbers, tables) stand for themselves."""
    if not isinstance(value, DataArray):
        return value
    hollow = value.copy(deep=False, data=_hollow(value.shape, value.dtype))
    hollow.encoding = dict(value.encoding)
    return hollow


def like(array: DataArray, dtype: Any = None, **attrs: Any) -> DataArray:
    """A template of the same dims and coordinates, of another dtype or with other attributes."""
    hollow = array.copy(deep=False, data=_hollow(array.shape, dtype or array.dtype))
    hollow.encoding = {}
    return hollow.assign_attrs(attrs)


def by_port(owner: str, declared: Declaration, returned: Any) -> dict[str, Any]:
    """What `execute` or `describe` returned, by name of output port.

    Raises `DataError` where the number of outputs is not the declared one.
    """
    names = list(declared.outputs)
    if not names:
        return {}
    if len(names) == 1 and not _is_named_tuple(returned):
        return {names[0]: returned}
    if not isinstance(returned, tuple) or len(returned) != len(names):
        raise DataError(
            f"{owner} returned {type(returned).__name__}, but declares the outputs {', '.join(names)}",
            remedy="return a NamedTuple of these fields",
        )
    return dict(zip(names, returned, strict=True))


def check_like(owner: str, port: str, value: Any, described: Any) -> None:
    """Raise `DataError` where an output is not what `describe` promised: dims, shape, dtype."""
    if not isinstance(described, DataArray):
        return
    if not isinstance(value, DataArray):
        raise DataError(
            f"{owner}.{port} is a {type(value).__name__}, but an array of ({', '.join(described.dims)})"  # type: ignore[arg-type]
            " was described",
            remedy="return an xarray.DataArray",
        )
    for what in ("dims", "shape", "dtype"):
        got, promised = getattr(value, what), getattr(described, what)
        if got != promised:
            raise DataError(
                f"{owner}.{port} has {what} {got}, but describe() promised {promised}",
                remedy="correct execute() or describe()",
            )


def _hollow(shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
    return np.broadcast_to(np.zeros((), dtype), shape)


def _is_named_tuple(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")
