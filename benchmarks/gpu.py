"""The GPU path: a slice in the GPU's memory against the CPU, and a scan from RAM to RAM.

From RAM to RAM: counts (u2) go up in pieces of 32 rows, are normalised, -log, gridded, and the volume comes down.
``--rows`` says how many rows of 2048 x 2048 x 2048; nothing is run where there is no CUDA device.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from daisy_kernel.domains.ct import gpu
from daisy_kernel.domains.ct.demo.phantom import ellipse_sinogram, random_ellipses
from daisy_kernel.domains.ct.reconstruct.grid import GridPlan
from daisy_kernel.engines.device import check_device
from daisy_kernel.errors import ParameterError

_SLICES = 64
_PIECE = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=256)
    rows = parser.parse_args().rows
    try:
        check_device("gpu")
    except ParameterError as error:
        print(f"no CUDA device: not run ({error.error})")
        return
    import cupy

    print(cupy.cuda.runtime.getDeviceProperties(0)["name"].decode())
    print(f"\n{'columns x angles':>18}{'plan, s':>9}{'GPU ms/slice':>14}{'CPU ms/slice':>14}{'difference':>12}")
    for columns, angles in ((1024, 1000), (2048, 2048)):
        _slices(cupy, columns, angles)
    print(f"\n{'RAM to RAM':>18}{'seconds':>9}{'ms/row':>14}")
    _scan(cupy, rows)


def _slices(cupy: Any, columns: int, angles: int) -> None:
    """Time of a slice whose sinogram is in the GPU's memory already, and the largest difference to the CPU."""
    turn, center = np.arange(angles) * 180 / angles, columns / 2 + 0.3
    sinogram = ellipse_sinogram(random_ellipses(0), turn, columns, center=center)
    begin = time.perf_counter()
    plan = gpu.GpuGridPlan(turn, columns, center=center)
    made = time.perf_counter() - begin
    rows = np.repeat(sinogram[np.newaxis], _SLICES, axis=0)
    given = cupy.asarray(rows)

    def on_gpu() -> Any:
        images = plan.reconstruct(given)
        cupy.cuda.get_current_stream().synchronize()
        return images

    seconds, images = _best(on_gpu)
    reference = GridPlan(turn, columns, center=center)
    cpu, wanted = _best(lambda: reference.reconstruct(rows[:16]))
    difference = np.abs(images[0].get() - wanted[0]).max() / np.abs(wanted[0]).max()
    size = f"{columns} x {angles}"
    print(f"{size:>18}{made:9.2f}{seconds / _SLICES * 1e3:14.3f}{cpu / 16 * 1e3:14.2f}{difference:12.1e}")


def _scan(cupy: Any, rows: int) -> None:
    columns = angles = 2048
    turn, center = np.arange(angles) * 180 / angles, columns / 2 + 0.3
    absorption = ellipse_sinogram(random_ellipses(0), turn, columns, center=center) / columns
    counts = np.repeat((100 + 50000 * np.exp(-absorption)).astype(np.uint16)[:, np.newaxis], rows, axis=1)
    flats, darks = np.full((2, rows, columns), 50100, np.uint16), np.full((2, rows, columns), 100, np.uint16)
    volume = np.empty((rows, columns, columns), np.float32)
    plan = gpu.GpuGridPlan(turn, columns, center=center)

    def compute() -> None:
        for start in range(0, rows, _PIECE):
            piece = slice(start, start + _PIECE)
            transmission = gpu.normalize(cupy.asarray(counts[:, piece]), flats[:, piece], darks[:, piece])
            images = plan.reconstruct(gpu.absorption(transmission).transpose(1, 0, 2))
            images.get(out=volume[piece])

    seconds, _ = _best(compute)
    size = f"{angles} x {columns} x {rows}"
    print(f"{size:>18}{seconds:9.2f}{seconds / rows * 1e3:14.2f}")


def _best(function: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """The shortest of several times after a first call that warms up, and the last result."""
    function()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - begin)
    return min(times), result


if __name__ == "__main__":
    main()
