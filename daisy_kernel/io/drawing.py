"""Grey images, text and bars for the pictures of a volume, drawn with Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import check_file, disk_errors, part_of

Color = tuple[int, int, int]

BACKGROUND: Color = (17, 20, 24)
TEXT: Color = (226, 230, 235)
FAINT: Color = (139, 148, 158)
FRAME: Color = (56, 62, 70)

_PERCENTILES = (0.5, 99.5)
_COMPRESS = 3  # a sheet of 3300 x 3600 noisy pixels: 1.0 s, 12 MB; level 6: 3.0 s, 13 MB; optimized: 5.8 s, 12 MB


def inside_circle(image: NDArray[Any]) -> NDArray[Any]:
    """Return the values of a plane (y, x) within the circle that touches its edges, as one dim.

    >>> inside_circle(np.ones((4, 4))).size
    12
    """
    y, x = (np.abs(np.arange(n) - (n - 1) / 2) for n in image.shape)
    return np.asarray(image[np.hypot(y[:, None], x) <= min(image.shape) / 2])


def grey_window(values: Sequence[NDArray[Any]]) -> tuple[float, float]:
    """Return the values to be shown black and white: percentiles 0.5 and 99.5 of all together.

    >>> grey_window([np.arange(1001.0)])
    (5.0, 995.0)
    """
    low, high = np.percentile(np.concatenate([v.ravel() for v in values]), _PERCENTILES)
    return float(low), float(high)


def grey_image(image: NDArray[Any], window: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    """Return a plane (y, x) as 8-bit grey of `size` (width, height), averaged where that is smaller.

    >>> list(grey_image(np.array([[0.0, 1.0]]), (0.0, 1.0), (4, 1)).tobytes())
    [0, 0, 255, 255]
    """
    low, high = window
    width, height = size
    plane = Image.fromarray(np.ascontiguousarray(image, np.float32))
    # Each axis by itself, because one may shrink while the other is stretched.
    plane = plane.resize((width, plane.height), _filter(plane.width, width))
    plane = plane.resize((width, height), _filter(plane.height, height))
    scaled = (np.asarray(plane) - low) * (255 / (high - low) if high > low else 0.0)
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty picture and what draws on it."""
    picture = Image.new("RGB", (width, height), BACKGROUND)
    return picture, ImageDraw.Draw(picture)


def font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Return the font that comes with matplotlib: Pillow's own lacks ×, µ and the minus sign."""
    package = find_spec("matplotlib")  # not imported: that takes longer than to draw all
    if package is None or package.origin is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(Path(package.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf", size)


def value_bar(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    height: int,
    window: tuple[float, float],
    units: str | None,
) -> None:
    """Draw an upright bar from black to white, 14 wide, with its two values and the unit beside it."""
    x, y = at
    for row in range(height):
        level = round(255 * (1 - row / max(height - 1, 1)))
        draw.line([(x, y + row), (x + 13, y + row)], fill=(level, level, level))
    draw.rectangle([x, y, x + 13, y + height - 1], outline=FRAME)
    low, high = (f"{value:.3g}".replace("-", "−") for value in window)
    draw.text((x + 22, y), high, TEXT, font(15), anchor="lt")
    draw.text((x + 22, y + height - 1), low, TEXT, font(15), anchor="lb")
    if units:
        draw.text((x + 22, y + height // 2), units, FAINT, font(15), anchor="lm")


def scale_bar(draw: ImageDraw.ImageDraw, at: tuple[int, int], scale: float, pixel_size: float | None) -> None:
    """Draw a bar of a round length with its label; `scale` is screen pixels a pixel, `pixel_size` in µm."""
    x, y = at
    unit_length = scale if pixel_size is None else scale / pixel_size
    length = round_length(120 / unit_length)
    end = x + round(length * unit_length)
    draw.line([(x, y), (end, y)], fill=TEXT, width=3)
    label = f"{length:g} px" if pixel_size is None else _micrometres(length)
    draw.text((end + 10, y), label, TEXT, font(15), anchor="lm")


def round_length(length: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten up to `length`.

    >>> round_length(37.0), round_length(0.5)
    (20.0, 0.5)
    """
    power = 10.0 ** np.floor(np.log10(length))
    return float(max(step * power for step in (1, 2, 5) if step * power <= length * (1 + 1e-9)))


def save_png(picture: Image.Image, path: Path) -> None:
    """Write a PNG under a temporary name and rename it, over an older one too. Raises `OutputError`."""
    part = part_of(path)
    with disk_errors(OutputError, path):
        check_file(path, overwrite=True)
        picture.save(part, format="PNG", compress_level=_COMPRESS)
        part.replace(path)


def _filter(old: int, new: int) -> Image.Resampling:
    return Image.Resampling.BOX if new < old else Image.Resampling.NEAREST


def _micrometres(length: float) -> str:
    if length >= 1000:
        return f"{length / 1000:g} mm"
    return f"{length:g} µm" if length >= 1 else f"{length * 1000:g} nm"
