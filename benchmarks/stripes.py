"""Stripe removal against algotom with the same parameters, in the same run: time a sinogram and largest difference.

``--quick`` takes a quarter of the size.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numba
import numpy as np
from algotom.prep.removal import remove_stripe_based_sorting, remove_stripe_based_wavelet_fft
from numpy.typing import NDArray

from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.stripes.removal import remove_stripes_sorting, remove_stripes_wavelet_fourier

Array = NDArray[np.float32]

_ROWS = 16  # rows in one call, a block of the pipeline
_METHODS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sorting": (remove_stripes_sorting, remove_stripe_based_sorting),
    "wavelet-Fourier": (remove_stripes_wavelet_fourier, remove_stripe_based_wavelet_fft),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    angles, columns = (250, 256) if parser.parse_args().quick else (1000, 1024)
    projections = _striped(angles, columns)
    print(f"{columns} columns x {angles} angles, ms a sinogram ({_ROWS} rows and 1 row in a call)\n")
    print(
        f"{'':18}{'algotom':>9}{'threads':>9}{f'{_ROWS} rows':>9}{'faster':>8}{'1 row':>9}{'faster':>8}{'max |d|':>10}"
    )
    for name, (ours, theirs) in _METHODS.items():
        alone = projections[:, :1]
        difference = abs(ours(alone)[:, 0] - theirs(alone[:, 0])).max()
        peer = _best(lambda method=theirs, one=alone: method(one[:, 0]), repeats=3)
        for threads in (1, 2):
            numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
            block = _best(lambda method=ours: method(projections), repeats=3) / _ROWS
            single = _best(lambda method=ours, one=alone: method(one))
            print(
                f"{name:18}{peer:9.1f}{threads:9}{block:9.1f}{peer / block:8.1f}"
                f"{single:9.1f}{peer / single:8.1f}{difference:10.1e}"
            )


def _striped(angles: int, columns: int) -> Array:
    """Projections (angle, row, column) of order 1 with stripes and noise."""
    rng = np.random.default_rng(0)
    turn = np.arange(angles) * 180 / angles
    sinogram = ellipse_sinogram(random_ellipses(0), turn, columns, center=columns / 2)
    stripes = np.where(rng.random((_ROWS, columns)) < 0.05, rng.normal(0, 0.1, (_ROWS, columns)), 0)
    noise = rng.normal(0, 0.01, (angles, _ROWS, columns))
    return (sinogram[:, np.newaxis] / sinogram.max() + stripes + noise).astype(np.float32)


def _best(function: Callable[[], Array], repeats: int = 7) -> float:
    """Shortest time in milliseconds."""
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


if __name__ == "__main__":
    main()
