"""Gridding turned around: for each cell of the frequency plane, the polar frequencies that it sums.

Threads that each own a cell need no atomics and add in a fixed order. The plane of a real image is its own
mirror, so that the half with column frequencies 0 to ``side / 2`` says all, as a real inverse transform wants it.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.domains.ct.reconstruct._gridding import WIDTH, Gridding


class Cells(NamedTuple):
    """Lists of polar frequencies by cell of the half plane (row, column) = (side, side // 2 + 1), flat.

    Cell c sums the entries ``first[c]`` to ``first[c + 1]``: ``weight`` times the spectrum at ``source``
    (angle * bins + bin), or, where that is negative, times the conjugate of the spectrum at ``~source``.
    """

    first: NDArray[np.int32]
    source: NDArray[np.int32]
    weight: NDArray[np.float32]


def make_cells(grid: Gridding) -> Cells:
    """List what each cell sums, in the order of angles and bins.

    >>> from daisy_kernel.domains.ct.reconstruct._gridding import make_gridding
    >>> cells = make_cells(make_gridding(np.array([0.0]), 8, 8))
    >>> len(cells.first), bool(cells.first[-1] == len(cells.source))
    (221, True)
    """
    # A point that touches two bands is listed in both, with the same index and weights.
    _, unique = np.unique(grid.points.index[:, 0], return_index=True)
    index, weights = grid.points.index[unique], grid.points.weights[unique]
    first = np.zeros(grid.side * (grid.side // 2 + 1) + 1, np.int64)
    _visit(index, weights, grid.side, first[1:], np.empty(0, np.int32), np.empty(0, np.float32))
    np.cumsum(first, out=first)
    source, weight = np.empty(first[-1], np.int32), np.empty(first[-1], np.float32)
    _visit(index, weights, grid.side, first[:-1].copy(), source, weight)
    return Cells(first.astype(np.int32), source, weight)


@numba.njit(cache=True)
def _visit(
    index: NDArray[np.int32],
    weights: NDArray[np.float32],
    side: int,
    cursor: NDArray[np.int64],
    source: NDArray[np.int32],
    weight: NDArray[np.float32],
) -> None:
    """Move each cell's ``cursor`` on by one for each entry, and write the entries where there is room for them."""
    columns = side // 2 + 1
    for p in range(len(index)):
        point = index[p, 0] if index[p, 1] > 0 else ~index[p, 0]
        for a in range(WIDTH):
            row = (index[p, 2] + a) % side
            for b in range(WIDTH):
                value = weights[p, WIDTH + a] * weights[p, b]
                column = (index[p, 3] + b) % side
                if value == 0:
                    continue
                # The mirrored spectrum lies at the mirrored place; the middle columns hold both.
                for cell_row, cell_column, entry in (
                    (row, column, point),
                    ((side - row) % side, (side - column) % side, ~point),
                ):
                    if cell_column < columns:
                        cell = cell_row * columns + cell_column
                        if source.size:
                            source[cursor[cell]] = entry
                            weight[cursor[cell]] = value
                        cursor[cell] += 1
