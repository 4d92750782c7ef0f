"""Between spectra and images through the oversampled frequency plane, sixteen slices at a time.

The half plane holds ``side // 2 + 1`` rows of frequencies. What a band of rows receives is transformed along x
while it is in the cache, and kept for the image's columns alone, in tiles of TILE columns: (tile, row, column in
tile, re and im, lane). Each band and each group of columns is one thread's work from start to end, so that
no result depends on the number of threads.
"""

from __future__ import annotations

import numba
import numpy as np

from daisy_kernel.domains.ct.reconstruct._fft import ELEMENT, Floats, transform, transform_length
from daisy_kernel.domains.ct.reconstruct._gridding import GHOSTS, WIDTH, Points
from daisy_kernel.domains.ct.reconstruct._lanes import LANES, load, prefetch, store, transpose, zero

TILE = 4
_AHEAD = 8  # points whose spectra are asked for beforehand; spreading takes 1.6 times as long without


def half_plane_floats(side: int, size: int) -> int:
    """Floats of the half plane, transformed along x."""
    return -(-size // LANES) * LANES * (side // 2 + 1) * ELEMENT


def plane_scratch(side: int, size: int, tallest: int) -> int:
    """Floats of work space a thread: a band of ``tallest`` rows and a transform, or one group of columns."""
    band = (tallest * (side + WIDTH - 1) + side) * ELEMENT
    return max(band, 2 * (side // 2 + 1) * ELEMENT + (size + 1) * LANES * LANES)


@numba.njit(cache=True, parallel=True)
def spread(
    spectra: Floats, points: Points, plan: Floats, size: int, window: Floats, scratch: Floats, half_plane: Floats
) -> None:
    """Spread spectra over the grid and transform along x."""
    side = transform_length(plan)
    pitch = (side + WIDTH - 1) * ELEMENT
    edges, first, index, weights = points
    for band in numba.prange(len(edges) - 1):
        points = Points(edges, first, index, weights)  # parallel loops take arrays, but no tuples of them
        low, high = edges[band], edges[band + 1]
        space = scratch[numba.get_thread_id()]
        rows = space[: (high - low) * pitch]
        rows[:] = 0
        _spread_band(spectra, points, band, pitch, rows)
        for row in range(high - low):
            _wrap(rows, row * pitch, side)
        if low < 0:
            _fold(rows, -low, pitch, side, 1)
        if high > side // 2 + 1:
            _fold(rows, side // 2 - low, pitch, side, -1)
        for row in range(max(low, 0), min(high, side // 2 + 1)):
            x = rows[(row - low) * pitch :][: side * ELEMENT]
            y = space[(high - low) * pitch :][: side * ELEMENT]
            x, y = transform(plan, x, y, True)
            _keep(x, side, size, window, half_plane, row)


@numba.njit(cache=True)
def _spread_band(spectra: Floats, points: Points, band: int, pitch: int, rows: Floats) -> None:
    low, high = points.edges[band], points.edges[band + 1]
    for p in range(points.first[band], points.first[band + 1]):
        source, mirror, row, column = points.index[p]
        i = source * ELEMENT
        ahead = points.index[min(p + _AHEAD, points.first[band + 1] - 1), 0] * ELEMENT
        prefetch(spectra, ahead)  # points come in the order of the grid, which is none in the spectra
        prefetch(spectra, ahead + LANES)
        re, im = load(spectra, i), np.float32(mirror) * load(spectra, i + LANES)
        for a in range(max(0, low - row), min(WIDTH, high - row)):
            weight = points.weights[p, WIDTH + a]
            o = (row + a - low) * pitch + column * ELEMENT
            for b in range(WIDTH):
                w = weight * points.weights[p, b]
                store(rows, o + b * ELEMENT, load(rows, o + b * ELEMENT) + w * re)
                store(rows, o + b * ELEMENT + LANES, load(rows, o + b * ELEMENT + LANES) + w * im)


@numba.njit(cache=True)
def _accumulate(rows: Floats, i: int, j: int, sign: float) -> None:
    """Add element ``j`` to element ``i``, its imaginary part times ``sign``."""
    store(rows, i, load(rows, i) + load(rows, j))
    store(rows, i + LANES, load(rows, i + LANES) + sign * load(rows, j + LANES))


@numba.njit(cache=True)
def _wrap(rows: Floats, start: int, side: int) -> None:
    """Bring what a window put beyond the last column back to the first ones."""
    for column in range(WIDTH - 1):
        i = start + column * ELEMENT
        _accumulate(rows, i, i + side * ELEMENT, np.float32(1))


@numba.njit(cache=True)
def _fold(rows: Floats, axis: int, pitch: int, side: int, inward: int) -> None:
    """Add the mirror image of the rows beyond ``axis``, which is its own mirror."""
    for column in range(side):
        mirror = (side - column) % side
        for k in range(1, GHOSTS + 1):
            if axis - inward * k >= 0 and (axis - inward * k + 1) * pitch <= rows.size:
                target = (axis + inward * k) * pitch + column * ELEMENT
                source = (axis - inward * k) * pitch + mirror * ELEMENT
                _accumulate(rows, target, source, np.float32(-1))
        if column <= mirror:
            i, j = axis * pitch + column * ELEMENT, axis * pitch + mirror * ELEMENT
            re = load(rows, i) + load(rows, j)
            im = load(rows, i + LANES) - load(rows, j + LANES)
            store(rows, i, re)
            store(rows, i + LANES, im)
            store(rows, j, re)
            store(rows, j + LANES, zero() - im)


@numba.njit(cache=True)
def tile_offset(column: int, row: int, height: int) -> int:
    """Where element (row, column) of the tiled half plane begins."""
    return ((column // TILE * height + row) * TILE + column % TILE) * ELEMENT


@numba.njit(cache=True)
def _keep(x: Floats, side: int, size: int, window: Floats, half_plane: Floats, row: int) -> None:
    """Keep the image's columns of a transformed row, divided by the window's transform."""
    for column in range(size):
        i = (column - size // 2) % side * ELEMENT
        o = tile_offset(column, row, side // 2 + 1)
        store(half_plane, o, window[column] * load(x, i))
        store(half_plane, o + LANES, window[column] * load(x, i + LANES))


@numba.njit(cache=True, parallel=True)
def to_images(half_plane: Floats, plan: Floats, twist: Floats, window: Floats, scratch: Floats, images: Floats) -> None:
    """Transform along y to real images (row <= 16, y, x), divided by the window's transform.

    ``plan`` transforms half of the side: a real signal's even and odd samples are one complex signal.
    """
    half = transform_length(plan)
    size = images.shape[1]
    for group in numba.prange((size + LANES - 1) // LANES):
        space = scratch[numba.get_thread_id()]
        columns = space[2 * (half + 1) * ELEMENT :][: (size + 1) * LANES * LANES]
        for column in range(LANES):
            x, y = space[: half * ELEMENT], space[half * ELEMENT :][: half * ELEMENT]
            _pack(half_plane, group * LANES + column, half, twist, x)
            x, y = transform(plan, x, y, True)
            for i in range(size):
                sample = (i - size // 2) % (2 * half)
                value = load(x, sample // 2 * ELEMENT + sample % 2 * LANES)
                store(columns, (column * (size + 1) + i) * LANES, window[i] * value)
        _write(columns, group * LANES, images)


@numba.njit(cache=True)
def _pack(half_plane: Floats, column: int, half: int, twist: Floats, x: Floats) -> None:
    """The spectrum whose transform has a column's even samples as real and its odd ones as imaginary part."""
    for k in range(half):
        i, j = tile_offset(column, k, half + 1), tile_offset(column, half - k, half + 1)
        ar, ai, br, bi = (
            load(half_plane, i),
            load(half_plane, i + LANES),
            load(half_plane, j),
            load(half_plane, j + LANES),
        )
        re, im = ar - br, ai + bi
        c, s = twist[2 * k], twist[2 * k + 1]
        store(x, k * ELEMENT, (ar + br) - (c * im + s * re))
        store(x, k * ELEMENT + LANES, (ai - bi) + (c * re - s * im))


@numba.njit(cache=True)
def _write(columns: Floats, start: int, images: Floats) -> None:
    """Sixteen columns of (x, y, lane) to (lane, y, x).

    A column is ``size + 1`` long, because columns a power of two apart would push each other out of the cache.
    """
    rows, size, _ = images.shape
    if rows == LANES and start + LANES <= size:
        for y in range(size):
            transpose(columns, y * LANES, (size + 1) * LANES, images, y * size + start, size * size)
        return
    for row in range(rows):
        for y in range(size):
            for x in range(min(LANES, size - start)):
                images[row, y, start + x] = columns[(x * (size + 1) + y) * LANES + row]
