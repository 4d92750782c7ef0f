"""Filtering and smearing back of sixteen slices at a time, in direct space.

Filtered projections lie as (angle, column, lane), with a zero before the first and after the last column. The image
is made in tiles: what a tile of sixteen by sixteen pixels reads of one projection, and its sums, stay in the cache.
A tile is one thread's and its angles go in order, so that no sum depends on the number of threads.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct._fft import ELEMENT, Floats, transform, transform_length
from daisy_kernel.domains.ct.reconstruct._lanes import LANES, load, prefetch, store, transpose
from daisy_kernel.domains.ct.reconstruct._spectra import Layout, fill

_CHUNK = 8  # angles that one thread filters at a time, an even number
_TILE = 16


def filtered_floats(angles: int, columns: int) -> int:
    """Floats of the filtered projections, with a zero at either end."""
    return angles * (columns + 2) * LANES


def backprojection_scratch(columns: int, length: int) -> int:
    """Floats of work space a thread: two projections and two complex signals, or the sums of a tile."""
    return max(2 * columns * LANES + 2 * length * ELEMENT, _TILE**2 * LANES)


@numba.njit(cache=True, parallel=True)
def filter_projections(
    memory: Floats, layout: Layout, plan: Floats, response: Floats, weights: Floats, scratch: Floats, filtered: Floats
) -> None:
    """Convolve the projections of sinograms (row <= 16, angle, column) with a filter, and weigh them.

    ``response`` has the length of the transform, with the inverse's factor; ``weights`` has one number an angle.
    """
    rows, angles, columns, row_step, angle_step = layout
    length = transform_length(plan)
    for chunk in numba.prange((angles + _CHUNK - 1) // _CHUNK):
        layout = Layout(rows, angles, columns, row_step, angle_step)  # parallel loops take no such tuples
        space = scratch[numba.get_thread_id()]
        first, second = np.split(space[: 2 * columns * LANES], 2)
        x, y = np.split(space[2 * columns * LANES :][: 2 * length * ELEMENT], 2)
        first[:], second[:] = 0, 0
        for angle in range(chunk * _CHUNK, min(angles, (chunk + 1) * _CHUNK), 2):
            other = min(angle + 1, angles - 1)
            fill(memory, layout, angle, first)
            fill(memory, layout, other, second)
            signal = _convolve(first, second, plan, response, x, y)
            for column in range(columns):
                i, o = column * ELEMENT, (column + 1) * LANES
                store(filtered, angle * (columns + 2) * LANES + o, weights[angle] * load(signal, i))
                store(filtered, other * (columns + 2) * LANES + o, weights[other] * load(signal, i + LANES))


@numba.njit(cache=True)
def _convolve(first: Floats, second: Floats, plan: Floats, response: Floats, x: Floats, y: Floats) -> Floats:
    """Convolve two real signals, as real and imaginary part of one, with a filter."""
    x[first.size * 2 :] = 0
    for n in range(first.size // LANES):
        store(x, n * ELEMENT, load(first, n * LANES))
        store(x, n * ELEMENT + LANES, load(second, n * LANES))
    x, y = transform(plan, x, y, False)
    for k in range(len(response)):
        store(x, k * ELEMENT, response[k] * load(x, k * ELEMENT))
        store(x, k * ELEMENT + LANES, response[k] * load(x, k * ELEMENT + LANES))
    x, y = transform(plan, x, y, True)
    return x


@numba.njit(cache=True, parallel=True)
def backproject(
    filtered: Floats,
    cosine: NDArray[np.float64],
    sine: NDArray[np.float64],
    center: float,
    scratch: Floats,
    images: Floats,
) -> None:
    """Add up filtered projections along their rays, into images (row <= 16, y, x)."""
    size = images.shape[1]
    tiles = (size + _TILE - 1) // _TILE
    for tile in numba.prange(tiles * tiles):
        top, left = tile // tiles * _TILE, tile % tiles * _TILE
        sums = scratch[numba.get_thread_id()][: _TILE**2 * LANES]
        sums[:] = 0
        angles = len(cosine)
        columns = filtered.size // (angles * LANES) - 2
        middle = (size - 1) / 2
        for angle in range(angles):
            # Counted from the zero before the first column.
            start = center + 1 + (left - middle) * cosine[angle] + (top - middle) * sine[angle]
            line = angle * (columns + 2) * LANES
            _prefetch(filtered, line + (columns + 2) * LANES, columns, start, cosine[angle], sine[angle])
            _smear(filtered, line, columns, start, cosine[angle], sine[angle], sums)
        _write_tile(sums, top, left, images)


@numba.njit(cache=True)
def _prefetch(filtered: Floats, line: int, columns: int, start: float, cosine: float, sine: float) -> None:
    """Ask for what the next angle will need, which is about what this angle did."""
    low = start + (_TILE - 1) * (min(cosine, 0.0) + min(sine, 0.0))
    high = start + (_TILE - 1) * (max(cosine, 0.0) + max(sine, 0.0))
    for column in range(max(0, int(low)), min(columns, int(high) + 1) + 1):
        prefetch(filtered, line + column * LANES)


@numba.njit(cache=True)
def _smear(filtered: Floats, line: int, columns: int, start: float, cosine: float, sine: float, sums: Floats) -> None:
    """Add one projection to a tile, interpolated between its columns; beyond the detector it is zero.

    Places are integers in units of 2^-32 columns, whose parts are a shift and a mask.
    """
    unit = 2.0**32
    place, step, slope = int(start * unit), int(cosine * unit), int(sine * unit)
    reach, end = _TILE - 1, (columns + 1) << 32
    corners = (place, place + reach * step, place + reach * slope, place + reach * (step + slope))
    inside = min(corners) >= 0 and max(corners) < end
    for y in range(_TILE):
        for x in range(_TILE):
            here = place + y * slope + x * step
            if not inside:
                here = min(max(here, 0), end - 1)
            part = np.float32(here & 0xFFFFFFFF) * np.float32(1 / unit)
            i, o = line + (here >> 32) * LANES, (y * _TILE + x) * LANES
            low = load(filtered, i)
            store(sums, o, load(sums, o) + low + part * (load(filtered, i + LANES) - low))


@numba.njit(cache=True)
def _write_tile(sums: Floats, top: int, left: int, images: Floats) -> None:
    """A tile of (y, x, lane) to (lane, y, x)."""
    rows, size, _ = images.shape
    height, width = min(_TILE, size - top), min(_TILE, size - left)
    for y in range(height):
        if rows == LANES and width == _TILE:
            transpose(sums, y * _TILE * LANES, LANES, images, (top + y) * size + left, size * size)
            continue
        for row in range(rows):
            for x in range(width):
                images[row, top + y, left + x] = sums[(y * _TILE + x) * LANES + row]
