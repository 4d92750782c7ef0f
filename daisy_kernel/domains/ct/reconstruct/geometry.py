"""Geometry of a parallel-beam scan: angles and their weights, the axis, the circle that every angle sees.

A point (x, y), in pixels from the rotation axis with x along the columns and y downwards, is projected at
angle θ on column ``center + x cos θ + y sin θ``; the axis lies at (n - 1) / 2 of an image of n x n pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.errors import DataError, ParameterError

_MISSING = 5.0  # a gap between neighbours this many times the usual one is a missing wedge


def angle_weights(angles: ArrayLike) -> NDArray[np.float64]:
    """Return the part of the half turn that each projection stands for, in radians.

    Each angle (degrees, any range and order) gets half of the gap to either neighbour modulo 180°, so that
    repeated angles share theirs and evenly spread ones sum to π. A gap over 5 times the usual one was not
    measured and counts as the usual one. The usual gap is the one below which half of the angular range lies,
    the largest gap left out.

    >>> angle_weights([0, 45, 90, 135]) / np.pi
    array([0.25, 0.25, 0.25, 0.25])
    >>> np.rad2deg(angle_weights([0, 1, 2, 3])).round(6)
    array([1., 1., 1., 1.])
    """
    turn = check_angles(angles) % 180.0
    order = np.argsort(turn, kind="stable")
    gaps = np.diff(turn[order], append=turn[order[0]] + 180.0)
    if len(gaps) > 1:
        inner = np.sort(gaps)[:-1]
        covered = np.cumsum(inner)
        usual = inner[np.searchsorted(covered, covered[-1] / 2)] if covered[-1] > 0 else 180.0
        gaps = np.where(gaps > _MISSING * usual, usual, gaps)
    weights = np.empty(len(turn))
    weights[order] = np.deg2rad(gaps + np.roll(gaps, 1)) / 2
    return weights


def check_angles(angles: ArrayLike) -> NDArray[np.float64]:
    """Return angles as float64; DataError where there is none, or one is not finite."""
    checked = np.asarray(angles, np.float64)
    if checked.ndim != 1 or checked.size == 0:
        raise DataError(f"angles have the shape {checked.shape}", remedy="give one angle a projection, at least one")
    if not np.isfinite(checked).all():
        bad = int(np.flatnonzero(~np.isfinite(checked))[0])
        raise DataError(f"angle {bad} is {checked[bad]}", remedy="give every projection its angle in degrees")
    return checked


def check_center(center: float, columns: int) -> float:
    """Return the center; ParameterError where it lies off the detector."""
    if not -0.5 <= center <= columns - 0.5:
        raise ParameterError(
            f"the center {center:g} is not on the detector", remedy=f"give a column from 0 to {columns - 1}"
        )
    return float(center)


def check_stack(stack: NDArray[np.generic], dims: tuple[str, str, str], shape: dict[str, int]) -> None:
    """Raise DataError unless ``stack`` has these dims, with the sizes that ``shape`` names."""
    expected = tuple(shape.get(name, "any") for name in dims)
    fits = stack.ndim == 3 and all(want in ("any", have) for have, want in zip(stack.shape, expected, strict=True))
    if not fits:
        raise DataError(
            f"data of shape {stack.shape} are not ({', '.join(dims)})",
            remedy=f"give the shape ({', '.join(map(str, expected))})",
        )


def circle_mask(size: int, radius: float = 1.0) -> NDArray[np.bool_]:
    """Return True inside the circle around the axis, shape (y, x) = (size, size).

    ``radius`` is in half widths of the image; 1 is the inscribed circle, which every angle of a centred
    detector sees.

    >>> circle_mask(4).astype(int)
    array([[0, 1, 1, 0],
           [1, 1, 1, 1],
           [1, 1, 1, 1],
           [0, 1, 1, 0]])
    """
    place = np.arange(size) - (size - 1) / 2
    mask: NDArray[np.bool_] = place[:, None] ** 2 + place**2 <= (radius * size / 2) ** 2
    return mask


def period(columns: int, center: float, size: int) -> int:
    """Return the columns that filtered projections must span before they repeat.

    Detector and image circle both have to fit, but for a sixty-fourth of the detector at the rim, so that
    centers near the middle share one period.

    >>> period(1024, 511.5, 1024), period(1024, 300.0, 1024)
    (1024, 1220)
    """
    reach = (size - 1) / 2
    span = max(columns - 1, center + reach) - min(0, center - reach) + 1
    return max(columns, int(np.ceil(span - columns / 64)))
