"""The object of the demo scan: a daisy in a glass tube."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GOLDEN = 137.50776  # degrees between one leaf and the next in plants (phyllotaxis)


def flower(seed: int = 0) -> NDArray[np.float64]:
    """Return a daisy in a glass tube as ellipsoids (ellipsoid, 10), values in units of the petals'.

    The head, in the middle of the height, has 55 florets on the golden spiral and 21 petals with a rib each;
    below it are a stem with its vessels and two leaves. Grains of sand, placed by ``seed``, lie in the tube.
    All of it is within 0.92 of the half width.

    >>> flower().shape
    (145, 10)
    """
    rng = np.random.default_rng(seed)
    return np.vstack([_tube(), _head(), _petals(rng), _stem(), _leaves(), _grains(rng)])


def _tube() -> NDArray[np.float64]:
    wall = [0.5, 0, 0, 0, 0.92, 0.92, np.inf, 0, 0, 0]
    inside = [-0.5, 0, 0, 0, 0.88, 0.88, np.inf, 0, 0, 0]
    return np.array([wall, inside], np.float64)


def _head() -> NDArray[np.float64]:
    cup = [0.8, 0, 0, 0.1, 0.27, 0.27, 0.28, 0, 0, 0]
    k = np.arange(55)
    radius = 0.23 * np.sqrt((k + 0.5) / 55)
    x, y = _around(radius, _GOLDEN * k)
    z = -0.16 + 2.5 * radius**2  # a dome
    return np.vstack([cup, _table(0.9, x, y, z, 0.019, 0.019, 0.2, 0.0)])


def _petals(rng: np.random.Generator) -> NDArray[np.float64]:
    turn = 360 / 21 * np.arange(21) + rng.uniform(-2, 2, 21)
    length = rng.uniform(0.26, 0.29, 21)
    x, y = _around(0.27 + length, turn)
    z = np.where(np.arange(21) % 2, -0.05, 0.03)
    slope = _around(np.full(21, -0.5), turn)  # outwards is upwards
    blades = _table(1.0, x, y, z, length, 0.068, 0.14, turn, *slope)
    ribs = _table(0.7, x, y, z, length * 0.93, 0.009, 0.12, turn, *slope)
    return np.vstack([blades, ribs])


def _stem() -> NDArray[np.float64]:
    stem = [0.8, 0, 0, 1.0, 0.1, 0.1, 0.7, 0, 0, 0]
    x, y = _around(np.full(10, 0.07), 36.0 * np.arange(10))
    return np.vstack([stem, _table(0.9, x, y, 1.0, 0.014, 0.014, 0.65, 0.0)])


def _leaves() -> NDArray[np.float64]:
    turn = np.array([20.0, 215.0])
    slope = _around(np.array([-1.0, -1.0]), turn)
    x, y = _around(np.array([0.42, 0.42]), turn)
    z = np.array([0.62, 0.74])
    blades = _table(0.9, x, y, z, 0.3, 0.13, 0.16, turn, *slope)
    ribs = _table(0.6, x, y, z, 0.28, 0.015, 0.14, turn, *slope)
    return np.vstack([blades, ribs])


def _grains(rng: np.random.Generator) -> NDArray[np.float64]:
    x, y = _around(rng.uniform(0.6, 0.85, 30), rng.uniform(0, 360, 30))
    size = rng.uniform(0.008, 0.02, 30)
    return _table(2.5, x, y, rng.uniform(-1, 1, 30), size, size, 2 * size, 0.0)


def _around(radius: NDArray[np.floating], degrees: NDArray[np.floating]) -> tuple[NDArray[np.floating], ...]:
    return radius * np.cos(np.deg2rad(degrees)), radius * np.sin(np.deg2rad(degrees))


def _table(*columns: float | NDArray[np.floating]) -> NDArray[np.float64]:
    """Return ellipsoids from their columns; slopes that are not given are 0."""
    given = np.column_stack(np.broadcast_arrays(*columns))
    return np.pad(given, ((0, 0), (0, 10 - given.shape[1])))
