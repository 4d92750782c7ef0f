"""From images to spectra through the frequency plane, sixteen slices at a time: the adjoint of ``_plane``."""

from __future__ import annotations

import numba
import numpy as np

from daisy_kernel.domains.ct.reconstruct._fft import ELEMENT, Floats, transform, transform_length
from daisy_kernel.domains.ct.reconstruct._gridding import GHOSTS, WIDTH, Points
from daisy_kernel.domains.ct.reconstruct._lanes import LANES, load, store, transpose, zero
from daisy_kernel.domains.ct.reconstruct._plane import tile_offset


def plane_floats(side: int) -> int:
    """Floats of the half plane with the rows and columns that windows reach beyond its edges."""
    return (side // 2 + 1 + 2 * GHOSTS) * (side + WIDTH - 1) * ELEMENT


@numba.njit(cache=True, parallel=True)
def from_images(
    images: Floats, plan: Floats, twist: Floats, window: Floats, scratch: Floats, half_plane: Floats
) -> None:
    """Transform real images (row <= 16, y, x) along y, into the tiled half plane."""
    half = transform_length(plan)
    size = images.shape[1]
    for group in numba.prange((size + LANES - 1) // LANES):
        space = scratch[numba.get_thread_id()]
        columns = space[2 * (half + 1) * ELEMENT :][: size * LANES * LANES]
        _read(images, group * LANES, columns)
        for column in range(LANES):
            x, y = space[: half * ELEMENT], space[half * ELEMENT :][: half * ELEMENT]
            x[:] = 0
            for i in range(size):
                sample = (i - size // 2) % (2 * half)
                value = window[i] * load(columns, (i * LANES + column) * LANES)
                store(x, sample // 2 * ELEMENT + sample % 2 * LANES, value)
            x, y = transform(plan, x, y, False)
            _unpack(x, group * LANES + column, half, twist, half_plane)


@numba.njit(cache=True)
def _read(images: Floats, start: int, columns: Floats) -> None:
    """Sixteen columns of (lane, y, x) to (y, x, lane)."""
    rows, size, _ = images.shape
    if rows == LANES and start + LANES <= size:
        for y in range(size):
            transpose(images, y * size + start, size * size, columns, y * LANES * LANES, LANES)
        return
    columns[:] = 0
    for row in range(rows):
        for y in range(size):
            for x in range(min(LANES, size - start)):
                columns[(y * LANES + x) * LANES + row] = images[row, y, start + x]


@numba.njit(cache=True)
def _unpack(x: Floats, column: int, half: int, twist: Floats, half_plane: Floats) -> None:
    """The half spectrum of a real signal from the transform of its even (re) and odd (im) samples."""
    for k in range(half + 1):
        i, j = k % half * ELEMENT, (half - k) % half * ELEMENT
        ar, ai, br, bi = load(x, i), load(x, i + LANES), load(x, j), load(x, j + LANES)
        re, im = ar - br, ai + bi
        # the last bin's factor is -1
        c = twist[2 * k] if k < half else np.float32(-1)
        s = twist[2 * k + 1] if k < half else np.float32(0)
        o = tile_offset(column, k, half + 1)
        store(half_plane, o, np.float32(0.5) * ((ar + br) + (c * im - s * re)))
        store(half_plane, o + LANES, np.float32(0.5) * ((ai - bi) - (c * re + s * im)))


@numba.njit(cache=True, parallel=True)
def to_plane(half_plane: Floats, plan: Floats, size: int, window: Floats, scratch: Floats, plane: Floats) -> None:
    """Transform the half plane along x, and mirror it beyond its first and last row."""
    side = transform_length(plan)
    rows, pitch = side // 2 + 1, (side + WIDTH - 1) * ELEMENT
    for row in numba.prange(rows):
        space = scratch[numba.get_thread_id()]
        x, y = space[: side * ELEMENT], space[side * ELEMENT :][: side * ELEMENT]
        x[:] = 0
        for column in range(size):
            i, o = (column - size // 2) % side * ELEMENT, tile_offset(column, row, rows)
            store(x, i, window[column] * load(half_plane, o))
            store(x, i + LANES, window[column] * load(half_plane, o + LANES))
        x, y = transform(plan, x, y, False)
        start = (row + GHOSTS) * pitch
        plane[start : start + side * ELEMENT] = x
        plane[start + side * ELEMENT : start + pitch] = x[: (WIDTH - 1) * ELEMENT]
    for k in range(1, GHOSTS + 1):
        _reflect(plane, GHOSTS - k, GHOSTS + k, side)
        _reflect(plane, GHOSTS + rows - 1 + k, GHOSTS + rows - 1 - k, side)


@numba.njit(cache=True)
def _reflect(plane: Floats, target: int, source: int, side: int) -> None:
    """Row ``target`` becomes the mirror image of row ``source``."""
    pitch = (side + WIDTH - 1) * ELEMENT
    for column in range(side + WIDTH - 1):
        i, o = source * pitch + -column % side * ELEMENT, target * pitch + column * ELEMENT
        store(plane, o, load(plane, i))
        store(plane, o + LANES, zero() - load(plane, i + LANES))


@numba.njit(cache=True, parallel=True)
def gather(plane: Floats, points: Points, side: int, spectra: Floats) -> None:
    """Interpolate the plane at the polar frequencies."""
    pitch = (side + WIDTH - 1) * ELEMENT
    edges, first, index, weights = points
    for band in numba.prange(len(edges) - 1):
        for p in range(first[band], first[band + 1]):
            source, mirror, row, column = index[p]
            if row < edges[band]:  # listed in the band before too
                continue
            re, im = zero(), zero()
            for a in range(WIDTH):
                i = (row + GHOSTS + a) * pitch + column * ELEMENT
                for b in range(WIDTH):
                    w = weights[p, WIDTH + a] * weights[p, b]
                    re = re + w * load(plane, i + b * ELEMENT)
                    im = im + w * load(plane, i + b * ELEMENT + LANES)
            store(spectra, source * ELEMENT, re)
            store(spectra, source * ELEMENT + LANES, np.float32(mirror) * im)
