"""Stripes in sinograms, the rings of a reconstruction: what removes them.

Both functions give the numbers of algotom's functions of the same parameters. Every row is treated alone, and the
result is the same on any number of threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.stripes.sorting import ColumnSorter
from daisy_kernel.errors import DataError, ParameterError


def remove_stripes_sorting(projections: ArrayLike, *, size: int = 21, dim: int = 1) -> NDArray[np.float32]:
    """Remove stripes by sorting each detector column over the angles and smoothing across the columns.

    ``projections`` (angle, row, column), of any real dtype, are usually absorption; the result has their shape and
    unit, float32. ``size`` is the width of the median filter in columns; with ``dim=2`` it spans as many ranks too,
    which is much slower. Good for partial and full stripes, as long as their values stay in the range of their
    neighbours'. Raises DataError for another shape, ParameterError for a size below 1 or another dim.

    Vo, Atwood, Drakopoulos, Optics Express 26:28396 (2018), algorithm 3.

    >>> smooth = np.add.outer(np.arange(40.0), np.zeros((1, 64)))
    >>> striped = smooth.copy()
    >>> striped[:, 0, 30] += 2
    >>> float(abs(remove_stripes_sorting(striped) - smooth).max())
    0.0
    """
    array = _checked(projections)
    if size < 1:
        raise ParameterError(f"size={size} is no width of a median filter", remedy="give at least 1 column")
    if dim not in (1, 2):
        raise ParameterError(f"dim={dim} is no dimension of the median filter", remedy="give 1 or 2")
    result = np.empty(array.shape, np.float32)
    sorter = ColumnSorter(array.shape[0], array.shape[2])
    for row in range(array.shape[1]):
        sorter.sort(array[:, row])
        sorter.unsort(sorter.smooth(size, dim), result[:, row])
    return result


def remove_stripes_wavelet_fourier(
    projections: ArrayLike,
    *,
    level: int = 5,
    size: float = 1,
    wavelet: str = "db9",
    window: str = "gaussian",
    sort: bool = False,
) -> NDArray[np.float32]:
    """Remove stripes by damping, in the vertical details of a wavelet transform, what hardly changes with the angle.

    ``projections`` (angle, row, column), of any real dtype, are usually absorption; the result has their shape and
    unit, float32. ``level`` is the depth of the transform (lowered where the sinogram is too small), ``size`` the
    strength: the width of the damped band in frequencies along the angle. ``wavelet`` is any discrete one of
    PyWavelets, ``window`` the band's form, "gaussian" or "butter" (which takes away a little of everything and is
    slower). ``sort`` sorts the columns over the angles first. Raises DataError for another shape and ParameterError
    for a value that is not allowed.

    Münch, Trtik, Marone, Stampanoni, Optics Express 17:8567 (2009).

    >>> striped = np.zeros((200, 1, 256))
    >>> striped[:, 0, 100] = 1
    >>> round(float(remove_stripes_wavelet_fourier(striped, size=3)[100, 0, 100]), 1)
    0.2
    """
    # On use: most runs need none of it, and would start later.
    import pywt

    from daisy_kernel.domains.ct.stripes.wavelet import remove, stripe_filter

    array = _checked(projections)
    if level < 1 or not size > 0:
        raise ParameterError(
            f"level={level}, size={size} are no depth and strength",
            remedy="give a level from 1 and a size above 0",
        )
    if wavelet not in pywt.wavelist(kind="discrete"):
        raise ParameterError(
            f"wavelet={wavelet!r} is unknown",
            remedy="give a discrete wavelet of PyWavelets, such as db9 or sym8",
        )
    if window not in ("gaussian", "butter"):
        raise ParameterError(f"window={window!r} is unknown", remedy="give gaussian or butter")
    angles, rows, columns = array.shape
    plan = stripe_filter(angles, columns, level, size, wavelet, window)
    if not sort:
        return remove(array, plan)
    result = np.empty(array.shape, np.float32)
    sorter = ColumnSorter(angles, columns)
    for row in range(rows):
        sorter.sort(array[:, row])
        cleaned = remove(np.ascontiguousarray(sorter.values.T)[:, None], plan)
        sorter.unsort(np.ascontiguousarray(cleaned[:, 0].T), result[:, row])
    return result


def _checked(projections: ArrayLike) -> NDArray[np.float32]:
    array = np.asarray(projections, np.float32)
    if array.ndim != 3 or 0 in array.shape:
        raise DataError(
            f"projections have the shape {array.shape}", remedy="give (angle, row, column) with no empty dim"
        )
    return array
