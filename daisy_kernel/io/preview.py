"""Preview: the three central planes of a volume in one PNG, laid out so that they share their axes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from daisy_kernel.io.drawing import (
    FAINT,
    FRAME,
    TEXT,
    Color,
    canvas,
    font,
    grey_image,
    grey_window,
    inside_circle,
    save_png,
    scale_bar,
    value_bar,
)
from daisy_kernel.io.integers import from_integers
from daisy_kernel.io.output import Output

_SIDE = 860  # screen pixels of the largest plane: the whole fits on a full HD screen
_THINNEST = 28  # a plane of few rows is stretched to this
_MARGIN, _GAP, _HEAD, _FOOT, _BAR = 28, 34, 78, 56, 150
_COLORS: tuple[Color, Color, Color] = ((255, 183, 77), (77, 208, 196), (240, 128, 160))


class Planes(NamedTuple):
    """Central planes of a volume (z, y, x): across z (y, x), across y (z, x), across x (z, y)."""

    z: NDArray[Any]
    y: NDArray[Any]
    x: NDArray[Any]


def central_planes(read: Callable[..., NDArray[Any]], shape: tuple[int, int, int]) -> Planes:
    """Read the central planes, and nothing else, by the `read` of an output.

    >>> volume = np.arange(24).reshape(2, 3, 4)
    >>> planes = central_planes(lambda start, stop, *within: volume[(slice(start, stop), *within)], (2, 3, 4))
    >>> [plane.shape for plane in planes]
    [(3, 4), (2, 4), (2, 3)]
    """
    z, y, x = (n // 2 for n in shape)
    return Planes(
        read(z, z + 1)[0],
        read(0, shape[0], slice(y, y + 1))[:, 0],
        read(0, shape[0], slice(0, shape[1]), slice(x, x + 1))[:, :, 0],
    )


def save_preview(
    path: Path,
    planes: Planes,
    *,
    dims: tuple[str, str, str] = ("row", "y", "x"),
    units: str | None = None,
    pixel_size: float | None = None,
    title: str = "",
) -> None:
    """Draw the central planes with scale and value bar; `pixel_size` in µm.

    Grey runs from the 0.5th to the 99.5th percentile inside the circle. Raises `OutputError`.
    """
    picture = _draw(planes, dims, units, pixel_size, title)
    save_png(picture, path)


def save_volume_preview(path: Path, output: Output) -> None:
    """Draw the central planes of an output (z, y, x), finished or not; see `save_preview`."""
    depth, height, width = output.spec.shape
    planes = central_planes(output.read, (depth, height, width))
    if output.spec.limits:
        planes = Planes(*(from_integers(plane, *output.spec.limits) for plane in planes))
    z, y, x = output.spec.dims
    save_preview(
        path,
        planes,
        dims=(z, y, x),
        units=output.spec.units,
        pixel_size=output.spec.pixel_size,
        title=output.path.name,
    )


def _draw(
    planes: Planes, dims: tuple[str, str, str], units: str | None, pixel_size: float | None, title: str
) -> Image.Image:
    depth, (height, width) = len(planes.y), planes.z.shape
    scale = min(_SIDE / max(height, width), 1.2 * _SIDE / (height + depth))
    scale = float(np.floor(scale)) if scale >= 1 else scale
    wide, high, deep = (max(round(n * scale), 1) for n in (width, height, depth))
    stretched = deep < _THINNEST
    deep = max(deep, _THINNEST)
    window = grey_window([inside_circle(planes.z), planes.y, planes.x])

    left, top = _MARGIN, _HEAD
    right, below = left + wide + _GAP, top + high + _GAP
    picture, draw = canvas(max(right + deep + _GAP + _BAR, 560), below + deep + _FOOT)
    boxes = ((left, top, wide, high), (left, below, wide, deep), (right, top, deep, high))
    for image, (x, y, w, h), color in zip((planes.z, planes.y, planes.x.T), boxes, _COLORS, strict=True):
        picture.paste(grey_image(image, window, (w, h)), (x, y))
        draw.rectangle([x - 1, y - 1, x + w, y + h], outline=FRAME)
        draw.rectangle([x - 1, y - 5, x + 24, y - 3], fill=color)
    _draw_cuts(draw, boxes, planes)

    draw.text((left, 18), title or "Central planes", TEXT, font(22), anchor="lt")
    size = f"{depth} × {height} × {width} pixels ({', '.join(dims)})"
    note = f"; {dims[0]} stretched {deep / (depth * scale):.2g} times" if stretched else ""
    draw.text((left, 48), size + note, FAINT, font(14), anchor="lt")
    value_bar(draw, (right + deep + _GAP, top), min(high, 240), window, units)
    _legend(draw, (right + deep + _GAP, top + min(high, 240) + 28), planes, dims)
    scale_bar(draw, (left, below + deep + _FOOT // 2), scale, pixel_size)
    return picture


def _draw_cuts(draw: ImageDraw.ImageDraw, boxes: tuple[tuple[int, int, int, int], ...], planes: Planes) -> None:
    """Mark at the edges of each plane where the others cut it, in their colours."""
    (left, top, wide, high), (_, below, _, deep), (right, _, _, _) = boxes
    depth, (height, width) = len(planes.y), planes.z.shape
    x = left + int((width // 2 + 0.5) / width * wide)
    y = top + int((height // 2 + 0.5) / height * high)
    z = int((depth // 2 + 0.5) / depth * deep)
    across_z, across_y, across_x = _COLORS
    for start in (top + high + 4, below + deep + 4):
        draw.line([(x, start), (x, start + 7)], fill=across_x, width=2)
    for start in (left + wide + 4, right + deep + 4):
        draw.line([(start, y), (start + 7, y)], fill=across_y, width=2)
    draw.line([(left + wide + 4, below + z), (left + wide + 11, below + z)], fill=across_z, width=2)
    draw.line([(right + z, top + high + 4), (right + z, top + high + 11)], fill=across_z, width=2)


def _legend(draw: ImageDraw.ImageDraw, at: tuple[int, int], planes: Planes, dims: tuple[str, str, str]) -> None:
    counts = (len(planes.y), *planes.z.shape)
    for line, (dim, count, color) in enumerate(zip(dims, counts, _COLORS, strict=True)):
        y = at[1] + 22 * line
        draw.rectangle([at[0], y + 6, at[0] + 13, y + 8], fill=color)
        draw.text((at[0] + 22, y + 7), f"{dim} {count // 2}", TEXT, font(15), anchor="lm")
