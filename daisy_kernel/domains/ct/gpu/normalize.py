"""Transmission from counts, on the GPU."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.gpu import kernels
from daisy_kernel.domains.ct.gpu.kernels import Device, on_host
from daisy_kernel.domains.ct.prepare.references import Reference, references
from daisy_kernel.errors import DataError

_THREADS = 256


def normalize(
    projections: Any,
    flats: Any,
    darks: Any,
    *,
    minimum: float = 1e-6,
    positions: ArrayLike | None = None,
    flat_positions: ArrayLike | None = None,
    dark_positions: ArrayLike | None = None,
) -> Any:
    """Return the transmission T = (I - D) / (F - D) of a CuPy array, shape (angle, row, column), float32.

    Parameters, errors and values are those of ``ct.normalize``, to the bit. ``flats`` and ``darks`` may lie in
    either memory; they are averaged on the host.
    """
    device = kernels.cuda()
    counts = _as_counts(device, projections)
    bright, dark = references(
        on_host(flats), on_host(darks), flat_positions=flat_positions, dark_positions=dark_positions
    )
    places = np.arange(len(counts), dtype=np.float64)
    if positions is not None:
        places = np.asarray(positions, np.float64).ravel()
    if bright.frames.shape[1:] != counts.shape[1:] or len(places) != len(counts):
        raise DataError(
            f"projections of {counts.shape} do not fit to flats of {bright.frames.shape[1:]}"
            f" and {len(places)} positions",
            remedy="give frames with the same rows and columns, and one position for each projection",
        )
    out = device.xp.empty(counts.shape, np.float32)
    if counts.size:
        angles, rows, columns = counts.shape
        device.launch(
            "normalize",
            (angles * rows,),
            (_THREADS,),
            counts,
            *_placed(device, bright, places),
            *_placed(device, dark, places),
            np.int32(rows),
            np.int32(columns),
            np.float32(minimum),
            np.float32(np.inf),
            out,
            options=(kernels.count_option(counts.dtype),),
        )
    return out


def _as_counts(device: Device, projections: Any) -> Any:
    """Return projections, contiguous, in a type that the kernel knows."""
    if projections.ndim != 3:
        raise DataError(
            f"projections have the shape {projections.shape}", remedy="give three dims (angle, row, column)"
        )
    if projections.dtype.kind not in "buif":
        raise DataError(f"projections are of type {projections.dtype}", remedy="give real numbers")
    known = {"bool": np.uint8, "float16": np.float32}.get(projections.dtype.name, projections.dtype)
    return device.xp.ascontiguousarray(projections, dtype=known)


def _placed(device: Device, reference: Reference, places: NDArray[np.float64]) -> tuple[Any, Any, Any, np.int32]:
    """Return frames, group and part of the way of each projection, and how many groups there are."""
    group, part = reference.between(places)
    tables = (reference.frames, group.astype(np.int32), part)
    frames, groups, parts = (device.xp.asarray(table) for table in tables)
    return frames, groups, parts, np.int32(len(reference.frames))
