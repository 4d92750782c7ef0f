"""Automatic center: time and error against algotom's find_center_vo with its defaults, in the same run.

One sinogram of the phantom of 61 ellipses, photon noise of 10000 counts; then what makes a search hard, each case
the largest error over several phantoms, from one row and from four with the same center, as a scan has them.
The peer takes one row of half a turn. ``--quick`` takes a quarter of the size.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numba
import numpy as np
from algotom.prep.calculation import find_center_vo
from numpy.typing import NDArray

from daisy_kernel.domains.ct.center.search import find_center
from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses

Sinogram = NDArray[np.float32]

_COUNTS = 10000
_PHANTOMS = 3
_HARD: dict[str, dict[str, float]] = {
    "clean": {"counts": 0},
    "1000 counts": {"counts": 1000},
    "stripes": {"stripes": 0.1},
    "15 % off the middle": {"off": 0.15},
    "wider than the detector": {"wide": 1.6},
    "full turn": {"turn": 360},
    "full turn, wider": {"turn": 360, "wide": 1.6},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    angles, columns = (250, 256) if quick else (1000, 1024)
    warnings.simplefilter("ignore")  # the peer's, about a minimum at the end of its range
    _times(angles, columns)
    _errors(angles, columns)


def _times(angles: int, columns: int) -> None:
    sinogram, turn, center = _scan(angles, columns, seed=0)
    print(f"{columns} columns x {angles} angles, one sinogram\n")
    print(f"{'':24}{'threads':>8}{'seconds':>10}{'faster':>8}{'error':>8}")
    peer, found = _best(lambda: find_center_vo(sinogram), repeats=2)
    print(f"{'algotom find_center_vo':24}{'all':>8}{peer:10.3f}{1:8.1f}{found - center:8.3f}")
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        for rows in (1, 4):
            projections = np.repeat(sinogram[:, np.newaxis], rows, axis=1)
            seconds, found = _best(lambda scan=projections: find_center(scan, turn).center)
            name = f"daisy, {rows} row{'s' * (rows > 1)}"
            print(f"{name:24}{threads:8}{seconds:10.3f}{peer / seconds:8.1f}{found - center:8.3f}")


def _errors(angles: int, columns: int) -> None:
    print(f"\n{'largest error, columns':28}{'1 row':>8}{'4 rows':>8}{'algotom':>10}")
    for name, case in _HARD.items():
        errors = []
        for seed in range(_PHANTOMS):
            scans = [_scan(angles, columns, seed=seed, phantom=10 * seed + row, **case) for row in range(4)]
            _, turn, center = scans[0]
            projections = np.stack([sinogram for sinogram, _, _ in scans], axis=1)
            alone = find_center(projections[:, :1], turn).center
            found = find_center(projections, turn).center
            errors.append([alone, found, find_center_vo(projections[turn < 180, 0])] - np.float64(center))
        alone, found, peer = np.abs(errors).max(axis=0)
        print(f"{name:28}{alone:8.3f}{found:8.3f}{peer:10.3f}")


def _scan(
    angles: int,
    columns: int,
    *,
    seed: int,
    phantom: int = 0,
    off: float = 0.02,
    counts: float = _COUNTS,
    stripes: float = 0,
    wide: float = 1,
    turn: float = 180,
) -> tuple[Sinogram, NDArray[np.float64], float]:
    """One sinogram (angle, column) with at most 2 of absorption, its angles, its center."""
    rng = np.random.default_rng(seed)
    center = (columns - 1) / 2 + off * columns * (-1) ** seed + rng.uniform(-0.5, 0.5)
    rng = np.random.default_rng(phantom)
    degrees = np.arange(angles) * turn / angles
    fit = min(center + 0.5, columns - 0.5 - center) / (columns / 2) * wide
    ellipses = random_ellipses(phantom) * [1, fit, fit, fit, fit, 1]
    sinogram = ellipse_sinogram(ellipses, degrees, columns, center=center).astype(np.float64)
    sinogram *= 2 / sinogram.max()
    sinogram += np.where(rng.random(columns) < 0.05, rng.normal(0, stripes, columns), 0)
    if counts:
        sinogram = -np.log(np.maximum(rng.poisson(counts * np.exp(-sinogram)), 0.5) / counts)
    return sinogram.astype(np.float32), degrees, center


def _best(function: Callable[[], float], repeats: int = 5) -> tuple[float, float]:
    """Shortest time in seconds, and the result."""
    result = function()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


if __name__ == "__main__":
    main()
