"""What gridding shares between all slices: where polar frequencies fall on the square grid, and how much.

The image is the sum over polar frequencies (angle, bin) of the filtered projections' spectra, evaluated on a
grid by a non-uniform FFT: spread with a Kaiser-Bessel window, transform, divide by the window's transform
(O'Sullivan, IEEE Trans. Med. Imaging 4 (1985) 200; Jackson et al., ibid. 10 (1991) 473; the window's width by
Beatty et al., ibid. 24 (2005) 799). Real slices need half of the plane: bins with row frequency >= 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct._fft import fast_length

WIDTH = 5  # grid points under the window along each axis
_STEPS = 1 << 13  # a unit of the window's table: linear interpolation is right to 1e-7
GHOSTS = WIDTH // 2  # rows beyond either edge of the half plane that a window reaches
_OVERSAMPLING = 1.25  # with width 5: the window's error is 0.04 % of the image (root mean square)
BAND = 16  # rows of the grid that one thread fills at a time


class Points(NamedTuple):
    """Polar frequencies sorted by band of rows and by column; one that touches two bands is listed in both.

    Band b holds the grid rows ``edges[b]`` to ``edges[b + 1]`` (row 0 is the zero frequency, rows below it and
    above the last are mirrored) and the points ``first[b]`` to ``first[b + 1]``. A point reads the spectrum
    at ``source`` (angle * bins + bin), conjugated where ``mirror`` is -1 and not 1, and touches WIDTH rows from
    ``row`` and columns from ``column`` (modulo the side).
    """

    edges: NDArray[np.int64]
    first: NDArray[np.int64]
    index: NDArray[np.int32]  # type: ignore[assignment]  # hides tuple.index; (point, 4): source, mirror, row, column
    weights: NDArray[np.float32]  # (point, 2 * WIDTH): along columns, then along rows


@dataclass(frozen=True)
class Gridding:
    """A geometry's grid: ``length`` samples a projection, ``side`` x ``side`` points, ``size`` x ``size`` pixels."""

    length: int
    side: int
    size: int
    points: Points
    window: NDArray[np.float32]  # (size,): one over the window's transform at each pixel
    shift: NDArray[np.float32]  # (angle, bin, re and im): moves an even image's axis between its middle pixels

    @property
    def bins(self) -> int:
        """Frequencies kept of each projection; the Nyquist bin has no mirror and is left out."""
        return self.length // 2

    @property
    def nbytes(self) -> int:
        """Memory that the tables take."""
        return sum(table.nbytes for table in (*self.points, self.window, self.shift))


def grid_side(size: int) -> int:
    """Return the side of the oversampled grid for an image of ``size`` pixels."""
    return fast_length(max(4 * WIDTH, int(np.ceil(_OVERSAMPLING * size))))


def make_gridding(angles: NDArray[np.float64], length: int, size: int) -> Gridding:
    """Sort the polar frequencies of ``angles`` (degrees) for projections of ``length`` samples."""
    side = grid_side(size)
    along = np.arange(length // 2) / length
    cosine, sine = np.cos(np.deg2rad(angles))[:, None], np.sin(np.deg2rad(angles))[:, None]
    half = (1 - size % 2) / 2
    phase = 2 * np.pi * half * along * (cosine + sine)
    shift = np.stack([np.cos(phase), np.sin(phase)], axis=-1).astype(np.float32)
    points = _sort_points((along * cosine * side).ravel(), (along * sine * side).ravel(), side, size)
    return Gridding(length, side, size, points, _window_inverse(side, size), shift)


def _sort_points(x: NDArray[np.float64], y: NDArray[np.float64], side: int, size: int) -> Points:
    """Mirror points (grid units from the zero frequency) into the half plane, and sort them into bands."""
    flipped = np.where(y < 0, -1.0, 1.0)
    column, along_columns = _window(x * flipped, side, size)
    row, along_rows = _window(y * flipped, side, size)
    column %= side
    rows = side // 2 + 1
    edges = np.linspace(-GHOSTS, rows - 1 + GHOSTS, max(1, rows // BAND) + 1).astype(np.int64)
    low, high = (np.searchsorted(edges, row + reach, "right") - 1 for reach in (0, WIDTH - 1))
    both = np.flatnonzero(high > low)
    band, source = np.concatenate([low, high[both]]), np.concatenate([np.arange(len(row)), both])
    order = np.argsort(band * side + column[source], kind="stable")
    first = np.searchsorted(band[order], np.arange(len(edges)))
    source = source[order]
    weights = np.concatenate([along_columns[source], along_rows[source]], axis=1)
    index = np.stack([source, flipped[source], row[source], column[source]], axis=1)
    return Points(edges, first, index.astype(np.int32), weights.astype(np.float32))


def _shape(side: int, size: int) -> float:
    """Kaiser-Bessel parameter whose main lobe ends where the image's first repetition begins.

    It halves the root mean square error that Beatty's parameter (their eq. 5) leaves.
    """
    return float(np.pi * WIDTH * (1 - size / (2 * side)))


def _window(place: NDArray[np.float64], side: int, size: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """First grid point under the window around each place, and the window's values at WIDTH points from there."""
    first = np.ceil(place - WIDTH / 2).astype(np.int64)
    beta = _shape(side, size)
    share = np.arange(_STEPS * WIDTH // 2) / (_STEPS * WIDTH / 2)
    # The window ends at 0, and once more for the interpolation beyond its last step.
    table = np.append(np.i0(beta * np.sqrt(1 - share**2)) / np.i0(beta), [0.0, 0.0])
    return first, _interpolate(table, first - place)


@numba.njit(cache=True)
def _interpolate(table: NDArray[np.float64], offset: NDArray[np.float64]) -> NDArray[np.float32]:
    """Values of a window, tabulated in steps from its middle, at WIDTH points from ``offset`` on."""
    values = np.empty((len(offset), WIDTH), np.float32)
    for i in range(len(offset)):
        for k in range(WIDTH):
            step = min(abs(offset[i] + k) * _STEPS, float(len(table) - 2))
            low = int(step)
            values[i, k] = table[low] + (step - low) * (table[low + 1] - table[low])
    return values


def _window_inverse(side: int, size: int) -> NDArray[np.float32]:
    """One over the window's transform at each pixel of an image."""
    beta = _shape(side, size)
    turn = np.pi * WIDTH * (np.arange(size) - size // 2) / side
    root = np.emath.sqrt(beta**2 - turn**2 + 0j)
    transform = WIDTH * np.real(np.sinc(1j * root / np.pi)) / np.i0(beta)
    return np.asarray(1 / transform, np.float32)
