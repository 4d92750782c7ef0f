"""What data objects look like in a notebook: a table of facts, a picture of the middle, a histogram.

The facts cost nothing. The picture is made of a small sample of the central plane; of an array that is
not in memory only a part of bounded size is read.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from daisy_kernel.jupyter.sample import Sample, central_sample, chunks_of

if TYPE_CHECKING:
    import numpy as np
    import xarray
    from numpy.typing import NDArray

    from daisy_kernel.datastore import DataStore

_SIDE = 192  # screen pixels of the longer side of a picture
_BINS = 48
_BAR_WIDTH, _BAR_HEIGHT = 4, 72
_CELL = 'style="text-align: left; vertical-align: top"'


def register(formatter: Any) -> None:
    """Let a shell's display formatter show data objects and data stores; imports neither."""
    html, plain = (formatter.formatters[kind] for kind in ("text/html", "text/plain"))
    html.for_type_by_name("xarray.core.dataarray", "DataArray", array_html)
    html.for_type_by_name("daisy_kernel.datastore", "DataStore", store_html)
    plain.for_type_by_name("daisy_kernel.datastore", "DataStore", _print_store)


def array_html(array: xarray.DataArray) -> str:
    """A data object as HTML; names and metadata stand in it as text only."""
    rows = "".join(
        f"<tr><th {_CELL}>{escape(name)}</th><td {_CELL}>{escape(text)}</td></tr>"
        for name, text in facts(array).items()
    )
    table = f"<table>{rows}</table>"
    try:
        sample = central_sample(array)
    except Exception as error:  # a file that is damaged or gone must not hide what is known of the array
        return f"<div>{table}<p>no picture: {escape(str(error))}</p></div>"
    if sample is None:
        return f"<div>{table}</div>"
    pictures = f"<td {_CELL}>{_thumbnail(sample)}</td><td {_CELL}>{_histogram(sample)}</td>"
    return f"<div>{table}<table><tr>{pictures}</tr></table></div>"


def facts(array: xarray.DataArray) -> dict[str, str]:
    """What is known of a data object without reading it."""
    from daisy_kernel.io.disk import size_text

    chunks = chunks_of(array)
    found = {
        "name": "" if array.name is None else str(array.name),
        "dims": ", ".join(map(str, array.dims)),
        "shape": " × ".join(map(str, array.shape)),
        "units": str(array.attrs.get("units", "")),
        "dtype": str(array.dtype),
        "size": size_text(array.nbytes),
        "chunks": " × ".join(map(str, chunks)) if chunks else "",
    }
    others = {str(k): str(v) for k, v in array.attrs.items() if k != "units" and isinstance(v, str | int | float)}
    return {name: text for name, text in {**found, **others}.items() if text}


def store_html(store: DataStore) -> str:
    """Names of the data objects and what they are; computes nothing."""
    if not store:
        return "<div>no data objects yet</div>"
    rows = "".join(
        f"<tr><td {_CELL}>{escape(name)}</td><td {_CELL}>{escape(text)}</td></tr>"
        for name, text in _described(store).items()
    )
    return f"<table><tr><th {_CELL}>data object</th><th {_CELL}>what it is</th></tr>{rows}</table>"


def store_text(store: DataStore) -> str:
    """The same as lines of text."""
    width = max((len(name) for name in store), default=0)
    lines = [f"{name:<{width}}  {text}" for name, text in _described(store).items()]
    return "\n".join(lines) or "no data objects yet"


def _print_store(store: DataStore, printer: Any, _: bool) -> None:
    printer.text(store_text(store))


def _described(store: DataStore) -> Mapping[str, str]:
    values, recorded = store.values_by_name, store.recorded
    return {name: f"computed by {recorded[name]}" if name in recorded else _what(values[name]) for name in store}


def _what(value: Any) -> str:
    if hasattr(value, "dims") and hasattr(value, "dtype"):
        size = " × ".join(map(str, value.shape))
        return f"({', '.join(map(str, value.dims))}) {size} {value.dtype} {value.attrs.get('units', '')}".rstrip()
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _thumbnail(sample: Sample) -> str:
    import numpy as np

    from daisy_kernel.io.drawing import grey_image, grey_window

    height, width = sample.extent
    scale = _SIDE / max(height, width)
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    finite = _finite(sample.values)
    window = grey_window([finite]) if finite.size else (0.0, 1.0)
    shown = np.nan_to_num(sample.values, nan=window[0], posinf=window[1], neginf=window[0])
    file = io.BytesIO()
    grey_image(shown, window, size).save(file, format="PNG")
    data = base64.b64encode(file.getvalue()).decode("ascii")
    image = f'<img alt="central plane" width="{size[0]}" height="{size[1]}" src="data:image/png;base64,{data}">'
    return f"{image}<br>{escape(sample.where)}"


def _histogram(sample: Sample) -> str:
    import numpy as np

    finite = _finite(sample.values)
    if not finite.size:
        return "no finite value"
    counts, edges = np.histogram(finite, bins=_BINS)
    highest = int(counts.max())
    bars = "".join(
        f'<rect x="{number * _BAR_WIDTH}" y="{_BAR_HEIGHT - height:.1f}" width="{_BAR_WIDTH - 1}" '
        f'height="{height:.1f}" fill="#3c78b4"/>'
        for number, count in enumerate(counts)
        if (height := _BAR_HEIGHT * int(count) / highest) > 0
    )
    width = _BINS * _BAR_WIDTH
    picture = (
        f'<svg role="img" aria-label="histogram" width="{width}" height="{_BAR_HEIGHT}" '
        f'viewBox="0 0 {width} {_BAR_HEIGHT}">{bars}</svg>'
    )
    unit = f" {sample.units}" if sample.units else ""
    strange = sample.values.size - finite.size
    note = f"; {strange} not finite" if strange else ""
    return f"{picture}<br>{edges[0]:.4g} to {edges[-1]:.4g}{escape(unit)}, {finite.size} values of the picture{note}"


def _finite(values: NDArray[Any]) -> NDArray[np.floating[Any]]:
    import numpy as np

    finite: NDArray[np.floating[Any]] = values[np.isfinite(values)]
    return finite
