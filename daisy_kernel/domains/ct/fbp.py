"""Filtered backprojection in direct space: slower than gridding, and independent of it."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from daisy_kernel.domains.ct._threads import numba_threads
from daisy_kernel.domains.ct.filters import filter_response
from daisy_kernel.domains.ct.geometry import angle_weights, check_angles, check_center, check_stack

_DIMS = ("angle", "row", "column")


def fbp(
    projections: NDArray[Any],
    angles: ArrayLike,
    *,
    center: float,
    size: int | None = None,
    filter: str = "ramp",  # noqa: A002  # the field's word
    cutoff: float = 1.0,
    pixel: float = 1.0,
    threads: int | None = None,
) -> NDArray[np.float32]:
    """Reconstruct projections (angle, row, column) of absorption into a volume (row, y, x), float32.

    Each projection is filtered and smeared back along its rays, with linear interpolation between columns;
    outside the detector it counts as 0. ``angles`` in degrees, any range and order; ``center`` is the axis's
    column, ``size`` the side of the images (columns unless given); values are per unit of ``pixel``. Orientation
    as in ``geometry``. Values that are not finite count as 0. Raises DataError and ParameterError as ``grid`` does.

    Source: Kak and Slaney, Principles of Computerized Tomographic Imaging (1988), section 3.3.

    >>> from daisy_kernel.domains.ct import phantom
    >>> disc, angles = [[1.0, 0.5, 0.0, 0.25, 0.25, 0.0]], np.arange(0, 180, 2)
    >>> sinogram = phantom.ellipse_sinogram(disc, angles, 65, center=30.0)
    >>> volume = fbp(sinogram[:, np.newaxis], angles, center=30.0)
    >>> volume.shape, float(volume[0, 32, 48].round(1))
    ((1, 65, 65), 1.0)
    """
    turns = check_angles(angles)
    check_stack(projections, _DIMS, {"angle": len(turns)})
    columns = projections.shape[2]
    axis = check_center(center, columns)
    response = filter_response(filter, fft.next_fast_len(2 * columns, real=True), cutoff)
    weights = (angle_weights(turns) / pixel).astype(np.float32)
    cosine, sine = (f(np.deg2rad(turns)).astype(np.float32) for f in (np.cos, np.sin))
    side = columns if size is None else size
    volume = np.empty((projections.shape[1], side, side), np.float32)
    with numba_threads(threads):
        for row in range(projections.shape[1]):
            sinogram = np.nan_to_num(projections[:, row].astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
            filtered = np.pad(_filter(sinogram, response) * weights[:, np.newaxis], ((0, 0), (1, 1)))
            _backproject(filtered, cosine, sine, axis, volume[row])
    return volume


def _filter(sinogram: NDArray[np.float32], response: NDArray[np.float32]) -> NDArray[np.float32]:
    """Convolve each projection with the filter, linearly."""
    length = 2 * (len(response) - 1)
    spectrum = fft.rfft(sinogram, length, axis=1)
    spectrum *= response
    return np.ascontiguousarray(fft.irfft(spectrum, length, axis=1)[:, : sinogram.shape[1]])


@numba.njit(cache=True, parallel=True, error_model="numpy")
def _backproject(
    filtered: NDArray[np.float32],
    cosine: NDArray[np.float32],
    sine: NDArray[np.float32],
    center: float,
    image: NDArray[np.float32],
) -> None:
    """Add up all projections in each line of the image; a line is one thread's, angles go in order.

    ``filtered`` has a zero at either end, where every ray beside the detector falls: no branch, so that the
    compiler takes sixteen pixels at a time.
    """
    size = len(image)
    angles, columns = filtered.shape
    middle = (size - 1) / 2
    for y in numba.prange(size):
        line = np.zeros(size, np.float32)
        for a in range(angles):
            step = cosine[a]
            start = np.float32(center + 1 - middle * step + (y - middle) * sine[a])
            projection = filtered[a]
            for x in range(size):
                place = min(max(start + np.float32(x) * step, np.float32(0)), np.float32(columns - 1.001))
                column = np.int32(place)
                part = place - np.float32(column)
                line[x] += projection[column] + part * (projection[column + 1] - projection[column])
        image[y] = line
