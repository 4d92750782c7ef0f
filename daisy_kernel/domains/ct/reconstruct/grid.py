"""Reconstruction by gridding in the frequency plane, with the forward operator and its adjoint.

Sixteen slices go through one plan at a time, each in a lane of its own: a slice's result depends on that slice
alone, to the bit, whatever it is computed with and on however many threads.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.reconstruct import _plane, _projection, _spectra
from daisy_kernel.domains.ct.reconstruct._fft import ELEMENT, Floats, fast_length, plan_fft
from daisy_kernel.domains.ct.reconstruct._gridding import BAND, Gridding, grid_side, make_gridding
from daisy_kernel.domains.ct.reconstruct._lanes import LANES
from daisy_kernel.domains.ct.reconstruct._threads import numba_threads
from daisy_kernel.domains.ct.reconstruct.filters import filter_response
from daisy_kernel.domains.ct.reconstruct.geometry import angle_weights, check_angles, check_center, check_stack, period

_POINT_BYTES = 88  # of index, weights and phase, with a third of the points listed in two bands
_SORT_BYTES = 310  # a frequency, while they are sorted (measured)
_PROJECTIONS = ("angle", "row", "column")
_SINOGRAMS = ("row", "angle", "column")
_VOLUME = ("row", "y", "x")


class GridPlan:
    """Everything that slices of one geometry share, made once: weights, order, filter, transforms, work space.

    ``angles`` (degrees, any range and order) and ``columns`` describe the sinograms, ``center`` is the axis's
    column, ``size`` the side of the images (the number of columns unless given), ``filter`` and ``cutoff`` those
    of ``filter_response``, ``threads`` how many to use (all of numba's unless given). Not for several Python
    threads at once.

    The image is exact inside the circle of diameter ``size``; corners may hold repetitions of it.

    >>> plan = GridPlan(np.arange(0, 180, 2), 64, center=31.5)
    >>> plan.reconstruct(np.ones((3, 90, 64))).shape
    (3, 64, 64)
    """

    def __init__(
        self,
        angles: ArrayLike,
        columns: int,
        *,
        center: float,
        size: int | None = None,
        filter: str = "ramp",  # noqa: A002  # the field's word
        cutoff: float = 1.0,
        threads: int | None = None,
    ) -> None:
        self.angles = check_angles(angles)
        self.columns = columns
        self.center = check_center(center, columns)
        self.size = columns if size is None else size
        self.threads = threads
        self.filter, self.cutoff = filter, cutoff
        length = fast_length(period(columns, center, self.size))
        self.response = filter_response(filter, 2 * length, cutoff)
        self.gridding = make_gridding(self.angles, length, self.size)
        self.weights = angle_weights(self.angles).astype(np.float32)
        self._tables = _make_tables(self.gridding, self.response)
        self._phase = _center_phase(length, center)
        self._work = _make_work(len(self.angles), self.gridding)

    @property
    def nbytes(self) -> int:
        """Memory that the plan and its work space for one block of sixteen slices take."""
        held = [*self._tables.arrays, *self._work.arrays, self._phase, self.response, self.weights]
        return self.gridding.nbytes + self.angles.nbytes + sum(array.nbytes for array in held)

    def with_center(self, center: float) -> GridPlan:
        """Return the plan of another center. It shares everything but a phase, where the period is the same."""
        length = fast_length(period(self.columns, check_center(center, self.columns), self.size))
        if length != self.gridding.length:
            return GridPlan(
                self.angles,
                self.columns,
                center=center,
                size=self.size,
                filter=self.filter,
                cutoff=self.cutoff,
                threads=self.threads,
            )
        other = copy.copy(self)
        other.center = float(center)
        other._phase = _center_phase(length, center)
        return other

    def reconstruct(self, sinograms: NDArray[Any], out: Floats | None = None) -> Floats:
        """Return images (row, y, x), float32, per pixel, of sinograms (row, angle, column).

        The sinograms may be any view, such as ``projections.transpose(1, 0, 2)``. Values that are not finite, or
        beyond 1e30, are interpolated from their neighbours in the projection. ``out`` is C-contiguous float32.
        """
        return self._to_images(sinograms, out, self._tables.filtered, self.weights)

    def backproject(self, sinograms: NDArray[Any]) -> Floats:
        """Return images (row, y, x): at each pixel the sum over angles of the sinogram, unfiltered, unweighted.

        It is the adjoint of ``project``.
        """
        return self._to_images(sinograms, None, self._tables.plain, np.ones_like(self.weights))

    def sweep(self, sinograms: NDArray[Any], centers: ArrayLike) -> Floats:
        """Return slices of sinograms (row, angle, column) with each of ``centers``, shape (center, row, y, x).

        Sixteen take the time of one. All share the period that the outermost center needs, so that the corners
        beyond the circle may differ from what ``with_center`` gives.
        """
        places = np.asarray(centers, np.float64).ravel()
        outermost = max(places, key=lambda center: period(self.columns, center, self.size))
        plan = copy.copy(self.with_center(outermost))
        rows = len(sinograms)
        images = np.empty((len(places) * rows, self.size, self.size), np.float32)
        for start in range(0, len(images), LANES):
            jobs = np.arange(start, min(start + LANES, len(images)))
            plan._phase = _center_phase(plan.gridding.length, np.resize(places[jobs // rows], LANES))
            plan.reconstruct(sinograms[jobs % rows], images[start : start + LANES])
        return images.reshape(len(places), rows, self.size, self.size)

    def _to_images(self, sinograms: NDArray[Any], out: Floats | None, line: _spectra.Line, weights: Floats) -> Floats:
        check_stack(sinograms, _SINOGRAMS, {"angle": len(self.angles), "column": self.columns})
        images = np.empty((len(sinograms), self.size, self.size), np.float32) if out is None else out
        grid, tables, work = self.gridding, self._tables, self._work
        scale = weights / np.float32(grid.length)
        with numba_threads(self.threads):
            for start in range(0, len(sinograms), LANES):
                block = slice(start, start + LANES)
                _spectra.to_spectra(
                    *_spectra.memory_of(sinograms[block]),
                    line,
                    grid.shift,
                    self._phase,
                    scale,
                    work.scratch,
                    work.spectra,
                )
                _plane.spread(
                    work.spectra, grid.points, tables.rows, self.size, grid.window, work.scratch, work.half_plane
                )
                _plane.to_images(
                    work.half_plane, tables.columns, tables.twist, grid.window, work.scratch, images[block]
                )
        return images

    def project(self, volume: NDArray[Any]) -> Floats:
        """Return sinograms (row, angle, column) of images (row, y, x): line integrals, in value times pixel.

        Images should vanish outside the circle of diameter ``size``.
        """
        check_stack(volume, _VOLUME, {"y": self.size, "x": self.size})
        sinograms = np.empty((len(volume), len(self.angles), self.columns), np.float32)
        grid, tables, work = self.gridding, self._tables, self._work
        plane = np.empty(_projection.plane_floats(grid.side), np.float32)
        with numba_threads(self.threads):
            for start in range(0, len(volume), LANES):
                images = np.require(volume[start : start + LANES], np.float32, ["C", "W"])
                _projection.from_images(
                    images, tables.columns, tables.twist, grid.window, work.scratch, work.half_plane
                )
                _projection.to_plane(work.half_plane, tables.rows, self.size, grid.window, work.scratch, plane)
                _projection.gather(plane, grid.points, grid.side, work.spectra)
                _spectra.from_spectra(
                    work.spectra,
                    tables.plain,
                    grid.shift,
                    self._phase,
                    work.scratch,
                    sinograms[start : start + LANES],
                )
        return sinograms


def grid(
    projections: NDArray[Any],
    angles: ArrayLike,
    *,
    center: float,
    size: int | None = None,
    filter: str = "ramp",  # noqa: A002  # the field's word
    cutoff: float = 1.0,
    pixel: float = 1.0,
    threads: int | None = None,
) -> Floats:
    """Reconstruct projections (angle, row, column) of absorption into a volume (row, y, x) by gridding.

    Filtered backprojection, evaluated in the frequency plane. Values are per unit of ``pixel`` (its size; per
    pixel unless given). Parameters are those of ``GridPlan``.

    >>> from daisy_kernel.domains.ct.demo import phantom
    >>> disc, angles = [[1.0, 0.5, 0.0, 0.25, 0.25, 0.0]], np.arange(180)
    >>> sinogram = phantom.ellipse_sinogram(disc, angles, 65, center=30.0)
    >>> volume = grid(sinogram[:, np.newaxis], angles, center=30.0)
    >>> volume.shape, float(volume[0, 32, 45:52].mean().round(1))
    ((1, 65, 65), 1.0)
    """
    check_stack(projections, _PROJECTIONS, {"angle": len(check_angles(angles))})
    plan = GridPlan(
        angles, projections.shape[2], center=center, size=size, filter=filter, cutoff=cutoff, threads=threads
    )
    volume = plan.reconstruct(projections.transpose(1, 0, 2))
    if pixel != 1.0:
        volume /= np.float32(pixel)
    return volume


def grid_bytes(angles: int, columns: int, size: int, threads: int | None = None) -> int:
    """Return the memory, in bytes, that a ``GridPlan`` and one block of sixteen slices need at most.

    Without making the plan; for a center in the inner half of the detector. It covers the sort of the frequencies,
    when the plan is made, too.

    >>> grid_bytes(1000, 1024, 1024, threads=2) >> 20
    222
    """
    length = fast_length(period(columns, columns / 4, size))
    side = grid_side(size)
    points = angles * (length // 2)
    kept = points * _POINT_BYTES + points * ELEMENT * 4 + 4 * _plane.half_plane_floats(side, size)
    workers = numba.config.NUMBA_NUM_THREADS if threads is None else threads
    scratch = 4 * max(_spectra.spectra_scratch(length), _plane.plane_scratch(side, size, 2 * BAND))
    return int(max(kept + workers * scratch, points * _SORT_BYTES))


@dataclass(frozen=True)
class _Tables:
    """Plans and factors of the transforms."""

    filtered: _spectra.Line
    plain: _spectra.Line
    rows: Floats  # transform along x
    columns: Floats  # transform along y, of half the side: real signals
    twist: Floats  # (side / 2, 2): exp(2πik/side)

    @property
    def arrays(self) -> list[Floats]:
        return [*self.filtered[1:], *self.plain[1:], self.rows, self.columns, self.twist]


@dataclass(frozen=True)
class _Work:
    """Work space, shared by the plans that differ in their center."""

    scratch: Floats
    spectra: Floats
    half_plane: Floats

    @property
    def arrays(self) -> list[Floats]:
        return [self.scratch, self.spectra, self.half_plane]


def _make_tables(grid: Gridding, response: Floats) -> _Tables:
    half = grid.side // 2
    turn = 2 * np.pi * np.arange(half) / grid.side
    twist = np.stack([np.cos(turn), np.sin(turn)], axis=-1).astype(np.float32).ravel()
    return _Tables(
        _spectra.make_line(grid.length, response),
        _spectra.make_line(grid.length, None),
        plan_fft(grid.side),
        plan_fft(half),
        twist,
    )


def _make_work(angles: int, grid: Gridding) -> _Work:
    tallest = int(np.diff(grid.points.edges).max())
    floats = max(_spectra.spectra_scratch(grid.length), _plane.plane_scratch(grid.side, grid.size, tallest))
    scratch = np.empty((numba.config.NUMBA_NUM_THREADS, floats), np.float32)
    spectra = np.empty(angles * grid.bins * ELEMENT, np.float32)
    # Columns beyond the image fill its last group of sixteen, and stay zero.
    return _Work(scratch, spectra, np.zeros(_plane.half_plane_floats(grid.side, grid.size), np.float32))


def _center_phase(length: int, center: float | NDArray[np.float64]) -> Floats:
    """Phase factors (bin, re and im, lane) that bring a center, or one a lane, to column 0."""
    centers = np.broadcast_to(center, (LANES,))
    turn = 2 * np.pi * np.arange(length // 2)[:, None] / length * centers
    phase = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    phase[0] /= 2  # the zero frequency is its own mirror, and is counted with it
    return phase.astype(np.float32).ravel()
