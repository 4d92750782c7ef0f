"""Reconstruction by gridding on the GPU: the method, geometry and tables of ``ct.GridPlan``, 32 slices at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from daisy_kernel.domains.ct.gpu import kernels
from daisy_kernel.domains.ct.gpu._cells import make_cells
from daisy_kernel.domains.ct.reconstruct._fft import fast_length
from daisy_kernel.domains.ct.reconstruct._gridding import WIDTH, Gridding, grid_side, make_gridding
from daisy_kernel.domains.ct.reconstruct.filters import filter_response
from daisy_kernel.domains.ct.reconstruct.geometry import angle_weights, check_angles, check_center, check_stack, period

LANES = 32  # slices at a time: one a thread of a warp
_ANGLES = 128  # filtered at a time
_PLANES = 8  # transformed back at a time
_TILE = (32, 8)  # threads that turn a tile of LANES x LANES
_LIMIT = np.float32(1e30)  # a greater value overflows in sums, and is repaired as if it were infinite
_SINOGRAMS = ("row", "angle", "column")


class GpuGridPlan:
    """Everything that slices of one geometry share, in the memory of the GPU. Parameters are those of ``ct.GridPlan``.

    A slice's result depends on that slice alone, and is the same to the bit in every run on one kind of GPU.
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
    ) -> None:
        self.angles = check_angles(angles)
        self.columns = columns
        self.center = check_center(center, columns)
        self.size = columns if size is None else size
        self._device = kernels.cuda()
        xp = self._device.xp
        length = fast_length(period(columns, center, self.size))
        grid = make_gridding(self.angles, length, self.size)
        self._length, self._side, self._bins = length, grid.side, grid.bins
        self._response = xp.asarray(filter_response(filter, 2 * length, cutoff))
        self._factor = xp.asarray(_factor(grid, self.angles, self.center))
        self._cells = tuple(xp.asarray(table) for table in make_cells(grid))
        self._window = xp.asarray(grid.window)
        self._spectra = xp.empty((len(self.angles), grid.bins, LANES), np.complex64)
        self._plane = xp.empty((LANES, grid.side, grid.side // 2 + 1), np.complex64)

    @property
    def nbytes(self) -> int:
        """Memory of the GPU that the plan holds."""
        held = (self._response, self._factor, *self._cells, self._window, self._spectra, self._plane)
        return sum(int(array.nbytes) for array in held)

    def reconstruct(self, sinograms: Any) -> Any:
        """Return images (row, y, x), float32, per pixel, of sinograms (row, angle, column), both on the GPU.

        The sinograms may be any view. Values that are not finite, or beyond 1e30, are interpolated from their
        neighbours in the projection.
        """
        check_stack(sinograms, _SINOGRAMS, {"angle": len(self.angles), "column": self.columns})
        images = self._device.xp.empty((len(sinograms), self.size, self.size), np.float32)
        for start in range(0, len(sinograms), LANES):
            block = sinograms[start : start + LANES]
            for first in range(0, len(self.angles), _ANGLES):
                self._to_spectra(block[:, first : first + _ANGLES], first)
            self._spread()
            for plane in range(0, len(block), _PLANES):
                self._to_images(plane, images[start + plane : start + min(plane + _PLANES, len(block))])
        return images

    def _to_spectra(self, block: Any, first: int) -> None:
        """Filter and transform the projections of some angles from ``first`` on, of at most LANES rows."""
        xp, launch, length = self._device.xp, self._device.launch, self._length
        rows, angles, columns = block.shape
        # The linear convolution with the filter needs twice the length. Rows that are missing are zero.
        lines = xp.zeros((LANES, angles, 2 * length), np.float32)
        lines[:rows, :, :columns] = block
        launch("repair", (rows * angles,), (128,), lines, np.int64(2 * length), np.int32(columns), _LIMIT)
        spectra = xp.fft.rfft(lines)
        spectra *= self._response
        lines = xp.fft.irfft(spectra, n=2 * length)
        spectra = xp.fft.rfft(lines[..., :length])
        launch(
            "to_lanes",
            (-(-self._bins // LANES), angles),
            _TILE,
            spectra,
            np.int32(angles),
            np.int32(spectra.shape[-1]),
            self._factor[first:],
            np.int32(self._bins),
            self._spectra[first:],
        )

    def _spread(self) -> None:
        cells = self._plane[0].size
        self._device.launch(
            "spread", (-(-cells // LANES),), _TILE, self._spectra, *self._cells, np.int32(cells), self._plane
        )

    def _to_images(self, plane: int, images: Any) -> None:
        """Transform the planes from ``plane`` on, as many as a transform takes, and keep what are images."""
        # Unscaled: the weights hold all factors.
        planes = self._device.xp.fft.irfft2(
            self._plane[plane : plane + _PLANES], s=(self._side, self._side), norm="forward"
        )
        across, down = _TILE
        self._device.launch(
            "to_images",
            (-(-self.size // across), -(-self.size // down), len(images)),
            _TILE,
            planes,
            np.int32(self._side),
            self._window,
            np.int32(self.size),
            images,
        )


def gpu_grid_bytes(angles: int, columns: int, size: int) -> int:
    """Return the memory of the GPU, in bytes, that a ``GpuGridPlan`` and its work need at most.

    For a center in the inner half of the detector.

    >>> gpu_grid_bytes(2048, 2048, 2048) >> 20
    2793
    """
    length = fast_length(period(columns, columns / 4, size))
    side = grid_side(size)
    points = angles * (length // 2)
    # Entries of 8 bytes; middle columns hold theirs twice, which adds less than one a point.
    tables = points * (8 * (WIDTH * WIDTH + 1) + 8) + 4 * side * (side // 2 + 1)
    spectra, plane = points * LANES * 8, LANES * side * (side // 2 + 1) * 8
    # Transforms hold input, output, a copy and work space of the library.
    filtering = 4 * LANES * min(angles, _ANGLES) * 2 * length * 4
    inverse = 4 * _PLANES * side * side * 4
    return int(tables + spectra + plane + max(filtering, inverse))


def _factor(grid: Gridding, angles: NDArray[np.float64], center: float) -> NDArray[np.complex64]:
    """What each polar frequency (angle, bin) is multiplied by: weight, and the phase that brings the axis to 0."""
    phase = np.exp(2j * np.pi * np.arange(grid.bins) / grid.length * center)
    phase[0] /= 2  # the zero frequency is its own mirror, and is counted with it
    shift = grid.shift[..., 0] + 1j * grid.shift[..., 1]
    weights = angle_weights(angles) / grid.length
    factor: NDArray[np.complex64] = (shift * phase * weights[:, np.newaxis]).astype(np.complex64)
    return factor
