"""Phantoms made of ellipses, whose line integrals are known exactly.

An ellipse is one row of a float64 array (ellipse, 6): value, x, y, half axis a, half axis b, and the angle
in degrees from x towards y of the axis a. Positions and half axes are in units of the half width of the
image (``size / 2`` pixels, or ``columns / 2``), counted from the rotation axis; values are per pixel and add
up where ellipses overlap.

A point (x, y), in pixels from the rotation axis, lies at ``image[(n - 1) / 2 + y, (n - 1) / 2 + x]`` and is
projected at angle θ on the detector column ``center + x cos θ + y sin θ``.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray


def random_ellipses(seed: int, count: int = 60) -> NDArray[np.float64]:
    """Return one large ellipse with ``count`` small ones inside.

    The large one has value 1 and half axes 0.85 and 0.80; the small ones have values -0.5 to 0.8, half axes
    0.01 to 0.11 and any angle, and lie within 0.7 of the half width. Shape (count + 1, 6).

    >>> random_ellipses(0).shape
    (61, 6)
    """
    rng = np.random.default_rng(seed)
    radius, turn = 0.7 * np.sqrt(rng.random(count)), 2 * np.pi * rng.random(count)
    small = np.column_stack(
        [
            rng.uniform(-0.5, 0.8, count),
            radius * np.cos(turn),
            radius * np.sin(turn),
            rng.uniform(0.01, 0.11, count),
            rng.uniform(0.01, 0.11, count),
            rng.uniform(0.0, 180.0, count),
        ]
    )
    return np.vstack([[1.0, 0.0, 0.0, 0.85, 0.80, 0.0], small])


def ellipse_sinogram(
    ellipses: ArrayLike, angles: ArrayLike, columns: int, *, center: float, subsamples: int = 4
) -> NDArray[np.float32]:
    """Return the line integrals of ``ellipses``, shape (angle, column), float32, in value times pixel.

    ``angles`` are in degrees. Each detector pixel is the mean of ``subsamples`` exact line integrals, evenly
    spread over its width. The line integral of an ellipse is that of Kak and Slaney, Principles of
    Computerized Tomographic Imaging (1988), section 3.1.

    >>> disc = [[1.0, 0.0, 0.0, 0.5, 0.5, 0.0]]
    >>> ellipse_sinogram(disc, [0.0, 90.0], 101, center=50.0, subsamples=1)[:, 50]
    array([50.5, 50.5], dtype=float32)
    """
    half = columns / 2
    turn = np.deg2rad(np.asarray(angles, np.float64))
    shadows = []
    for value, x, y, a, b, phi in _table(ellipses):
        cosine, sine = np.cos(turn - np.deg2rad(phi)), np.sin(turn - np.deg2rad(phi))
        place = center + half * (x * np.cos(turn) + y * np.sin(turn))
        reach = half * np.hypot(a * cosine, b * sine)
        height = 2 * value * a * b * half**2 / np.maximum(reach, np.finfo(float).tiny)
        shadows.append(np.stack([place, reach, height], axis=-1))
    table = np.stack(shadows, axis=1) if shadows else np.empty((len(turn), 0, 3))
    sinogram: NDArray[np.float32] = _cast(table, columns, subsamples)
    return sinogram


def ellipse_image(ellipses: ArrayLike, size: int, subsamples: int = 4) -> NDArray[np.float32]:
    """Return the image of ``ellipses``, shape (y, x) = (size, size), float32, in value.

    Each pixel is the mean of ``subsamples`` x ``subsamples`` points.

    >>> ellipse_image([[2.0, 0.5, 0.0, 0.25, 0.25, 0.0]], 9)[4, [2, 6]]
    array([0., 2.], dtype=float32)
    """
    half = size / 2
    discs = []
    for value, x, y, a, b, phi in _table(ellipses):
        cosine, sine = np.cos(np.deg2rad(phi)), np.sin(np.deg2rad(phi))
        box = half * np.array([np.hypot(a * cosine, b * sine), np.hypot(a * sine, b * cosine)])
        discs.append([value, half * x, half * y, *(np.array([cosine, sine]) / half), a, b, *box])
    image: NDArray[np.float32] = _paint(np.reshape(discs, (-1, 9)).astype(np.float64), size, subsamples)
    return image


def _table(ellipses: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(ellipses, np.float64).reshape(-1, 6)


@numba.njit(cache=True, parallel=True)
def _cast(shadows: NDArray[np.float64], columns: int, subsamples: int) -> NDArray[np.float32]:
    """Add the shadows (angle, ellipse, [place, reach, height]) to one line for each angle."""
    angles, count, _ = shadows.shape
    out = np.zeros((angles, columns), np.float32)
    for i in numba.prange(angles):
        line = np.zeros(columns)
        for j in range(count):
            place, reach, height = shadows[i, j]
            add_shadow(line, place, reach, height, subsamples)
        out[i] = line
    return out


@numba.njit(cache=True)
def add_shadow(line: NDArray[np.float64], place: float, reach: float, height: float, subsamples: int) -> None:
    """Add the projection of one ellipse, ``height * sqrt(1 - ((column - place) / reach)²)``, to ``line``."""
    if reach <= 0.0:
        return
    first = max(0, int(np.floor(place - reach)))
    touched = line[first : max(first, int(np.ceil(place + reach)) + 1)]
    step, part = 1.0 / reach, height / subsamples
    for m in range(subsamples):
        start = (first - 0.5 + (m + 0.5) / subsamples - place) * step
        for k in range(touched.size):
            t = start + k * step
            touched[k] += part * np.sqrt(max(0.0, 1.0 - t * t))


@numba.njit(cache=True, parallel=True)
def _paint(discs: NDArray[np.float64], size: int, subsamples: int) -> NDArray[np.float32]:
    """Add each disc's value, in proportion to the share of a pixel's points that lie inside it."""
    out = np.zeros((size, size), np.float32)
    axis = (size - 1) / 2
    for iy in numba.prange(size):
        line = np.zeros(size)
        for value, x, y, cosine, sine, a, b, reach_x, reach_y in discs:
            if min(a, b) <= 0.0 or abs(iy - axis - y) > reach_y + 1.0:
                continue
            first = max(0, int(np.floor(axis + x - reach_x)))
            last = min(size - 1, int(np.ceil(axis + x + reach_x)))
            for ix in range(first, last + 1):
                inside = 0
                for my in range(subsamples):
                    dy = iy - 0.5 + (my + 0.5) / subsamples - axis - y
                    for mx in range(subsamples):
                        dx = ix - 0.5 + (mx + 0.5) / subsamples - axis - x
                        u, v = (dx * cosine + dy * sine) / a, (dy * cosine - dx * sine) / b
                        inside += u * u + v * v < 1.0
                line[ix] += value * inside / subsamples**2
        out[iy] = line
    return out
