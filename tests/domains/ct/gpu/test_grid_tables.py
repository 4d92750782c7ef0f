"""The cells' lists and the factors, as sparse matrices and NumPy's transforms, against the CPU's gridding."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.gpu._cells import make_cells
from daisy_kernel.domains.ct.gpu.grid import _factor
from daisy_kernel.domains.ct.reconstruct._gridding import make_gridding
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan

ANGLES = np.arange(150) * 1.2


def reconstruct(sinogram, plan):
    """One slice (angle, column) by the tables of the GPU, in float64."""
    grid = plan.gridding
    cells = make_cells(grid)
    filtered = np.fft.irfft(np.fft.rfft(sinogram, 2 * grid.length) * plan.response, 2 * grid.length)
    spectra = np.fft.rfft(filtered[:, : grid.length])[:, : grid.bins] * _factor(grid, plan.angles, plan.center)
    conjugated = cells.source < 0
    shape = (len(cells.first) - 1, spectra.size)
    index = np.where(conjugated, ~cells.source, cells.source)
    as_is = sparse.csr_array((np.where(conjugated, 0, cells.weight), index, cells.first), shape)
    mirrored = sparse.csr_array((np.where(conjugated, cells.weight, 0), index, cells.first), shape)
    plane = (as_is @ spectra.ravel() + mirrored @ spectra.ravel().conj()).reshape(grid.side, -1)
    image = np.fft.irfft2(plane, s=(grid.side, grid.side), norm="forward")
    pixels = (np.arange(grid.size) - grid.size // 2) % grid.side
    return image[np.ix_(pixels, pixels)] * np.outer(grid.window, grid.window)


@pytest.mark.parametrize("size", [None, 64, 101, 160])
@pytest.mark.parametrize(("columns", "center"), [(128, 63.5), (128, 40.2), (127, 64.1), (90, 44.5)])
def test_the_tables_say_what_the_cpu_computes(columns, center, size):
    rows = ellipse_sinogram(random_ellipses(0), ANGLES, columns, center=center)
    plan = GridPlan(ANGLES, columns, center=center, size=size)
    wanted = plan.reconstruct(rows[np.newaxis])[0]
    found = reconstruct(rows, plan)
    assert np.abs(found - wanted).max() <= 1e-5 * np.abs(wanted).max()


@pytest.mark.parametrize("angles", [ANGLES * 2, ANGLES[::-1] - 77.7, ANGLES[:90], [30.0], [0.0, 90.0]])
@pytest.mark.parametrize("filter_name", ["ramp", "hann"])
def test_any_angles_and_filters(angles, filter_name):
    rows = ellipse_sinogram(random_ellipses(1), angles, 96, center=50.0)
    plan = GridPlan(angles, 96, center=50.0, filter=filter_name, cutoff=0.8)
    wanted = plan.reconstruct(rows[np.newaxis])[0]
    assert np.abs(reconstruct(rows, plan) - wanted).max() <= 1e-5 * np.abs(wanted).max()


def test_every_weight_of_a_point_reaches_a_cell_and_its_mirror():
    grid = make_gridding(ANGLES, 96, 64)
    cells = make_cells(grid)
    columns = grid.side // 2 + 1
    column = np.repeat(np.arange(grid.side * columns) % columns, np.diff(cells.first))
    # The plane outside the half is its mirror, so that only inner columns stand for two cells.
    twice = np.where((column == 0) | (column == columns - 1), 1.0, 2.0)
    point = np.where(cells.source < 0, ~cells.source, cells.source)
    found = np.bincount(point, twice * cells.weight)
    _, unique = np.unique(grid.points.index[:, 0], return_index=True)
    weights = grid.points.weights[unique].astype(np.float64).reshape(-1, 2, grid.points.weights.shape[1] // 2)
    np.testing.assert_allclose(found, 2 * weights.sum(axis=2).prod(axis=1), rtol=1e-5)


def test_a_cell_lists_its_points_in_order():
    cells = make_cells(make_gridding(ANGLES, 96, 64))
    point = np.where(cells.source < 0, ~cells.source, cells.source).astype(np.int64)
    inner = np.diff(np.repeat(np.arange(len(cells.first) - 1), np.diff(cells.first))) == 0
    assert (np.diff(point)[inner] >= 0).all()
