"""Filtered backprojection in direct space: slower than gridding, and independent of it."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.reconstruct._backprojection import (
    backproject,
    backprojection_scratch,
    filter_projections,
    filtered_floats,
)
from daisy_kernel.domains.ct.reconstruct._fft import fast_length, plan_fft
from daisy_kernel.domains.ct.reconstruct._lanes import LANES
from daisy_kernel.domains.ct.reconstruct._spectra import memory_of
from daisy_kernel.domains.ct.reconstruct._threads import numba_threads
from daisy_kernel.domains.ct.reconstruct.filters import filter_response
from daisy_kernel.domains.ct.reconstruct.geometry import angle_weights, check_angles, check_center, check_stack

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
    as in ``geometry``. Values that are not finite are interpolated, and errors raised, as by ``grid``. Sixteen rows
    take the time of one.

    Source: Kak and Slaney, Principles of Computerized Tomographic Imaging (1988), section 3.3.

    >>> from daisy_kernel.domains.ct.demo import phantom
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
    length = fast_length(2 * columns)
    response = filter_response(filter, length, cutoff) / np.float32(length)
    response = np.concatenate([response, response[-2:0:-1]])
    weights = (angle_weights(turns) / pixel).astype(np.float32)
    cosine, sine = np.cos(np.deg2rad(turns)), np.sin(np.deg2rad(turns))
    side = columns if size is None else size
    volume = np.empty((projections.shape[1], side, side), np.float32)
    filtered = np.zeros(filtered_floats(len(turns), columns), np.float32)
    workers = numba.config.NUMBA_NUM_THREADS
    scratch = np.empty((workers, backprojection_scratch(columns, length)), np.float32)
    with numba_threads(threads):
        for start in range(0, len(volume), LANES):
            sinograms = projections[:, start : start + LANES].transpose(1, 0, 2)
            filter_projections(*memory_of(sinograms), plan_fft(length), response, weights, scratch, filtered)
            backproject(filtered, cosine, sine, axis, scratch, volume[start : start + LANES])
    return volume


def fbp_bytes(angles: int, columns: int, threads: int | None = None) -> int:
    """Return the memory, in bytes, that ``fbp`` needs beside its input and its volume.

    >>> fbp_bytes(1000, 1024, threads=2) >> 20
    63
    """
    workers = numba.config.NUMBA_NUM_THREADS if threads is None else threads
    return 4 * (filtered_floats(angles, columns) + workers * backprojection_scratch(columns, fast_length(2 * columns)))
