"""Objects made of ellipsoids, whose projections are known exactly, row by row.

An ellipsoid is one row of a float64 array (ellipsoid, 10): value, x, y, z, half axes a, b and c, the angle
in degrees from x towards y of the axis a, and the slopes dx/dz and dy/dz with which its sections move. Its
section at the height z is an ellipse of ``phantom``, so x, y, a and b are in units of half the width; z and c
are in units of half the height, from the middle row downwards. With c infinite it is a cylinder.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.demo.phantom import add_shadow


def heights(rows: int) -> NDArray[np.float64]:
    """Return the height z of each row, from -1 to 1 between the outer edges of the rows.

    >>> heights(4)
    array([-0.75, -0.25,  0.25,  0.75])
    """
    return (np.arange(rows) - (rows - 1) / 2) * 2 / rows


def section(ellipsoids: ArrayLike, z: float) -> NDArray[np.float64]:
    """Return the ellipses (ellipse, 6) in which the plane at the height ``z`` cuts the ellipsoids.

    >>> section([[1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 0.0, 0.25, 0.0]], 0.6)
    array([[1.  , 0.15, 0.  , 0.4 , 0.4 , 0.  ]])
    """
    table = np.asarray(ellipsoids, np.float64).reshape(-1, 10)
    value, x, y, z0, a, b, c, phi, slope_x, slope_y = table.T
    depth = z - z0
    size = np.sqrt(np.maximum(1 - (depth / c) ** 2, 0))
    cut = np.column_stack([value, x + slope_x * depth, y + slope_y * depth, a * size, b * size, phi])
    return cut[size > 0]


def project_ellipsoids(
    ellipsoids: ArrayLike, angles: ArrayLike, rows: int, columns: int, *, center: float
) -> NDArray[np.float32]:
    """Return the line integrals (angle, row, column), float32, in value times pixel, at the pixels' middles.

    ``angles`` are in degrees; orientation and units are those of ``phantom.ellipse_sinogram``.

    >>> ball = [[1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0]]
    >>> project_ellipsoids(ball, [0.0], 3, 100, center=50.0)[0, :, 50]
    array([ 0., 50.,  0.], dtype=float32)
    """
    table = np.asarray(ellipsoids, np.float64).reshape(-1, 10)
    turn = np.deg2rad(np.asarray(angles, np.float64))[:, None]
    value, x, y, z0, a, b, c, phi, slope_x, slope_y = table.T
    half = columns / 2
    place = center + half * (x * np.cos(turn) + y * np.sin(turn))
    drift = half * (slope_x * np.cos(turn) + slope_y * np.sin(turn))
    across = turn - np.deg2rad(phi)
    reach = half * np.hypot(a * np.cos(across), b * np.sin(across))
    height = 2 * value * a * b * half**2 / reach
    out = np.empty((len(turn), rows, columns), np.float32)
    _project(np.stack([place, drift, reach, height], axis=-1), z0, c, heights(rows), out)
    return out


@numba.njit(cache=True, parallel=True)
def _project(
    shadows: NDArray[np.float64],
    middles: NDArray[np.float64],
    extents: NDArray[np.float64],
    levels: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    angles, rows, columns = out.shape
    for task in numba.prange(angles * rows):
        i, row = task // rows, task % rows
        line = np.zeros(columns)
        for j in range(len(middles)):
            depth = levels[row] - middles[j]
            if abs(depth) < extents[j]:
                size = np.sqrt(1.0 - (depth / extents[j]) ** 2)
                place, drift, reach, height = shadows[i, j]
                add_shadow(line, place + drift * depth, reach * size, height * size, 1)
        for column in range(columns):
            out[i, row, column] = line[column]
