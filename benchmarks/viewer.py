"""Slices of a volume of 4 GiB for a screen: what the server needs for each, by plane and kind of file.

512 x 2048 x 2048 u2, at most 1000 x 1000 pixels wanted, 50 steps from one slice to the next, page cache warm: as
`daisy run` writes it, and the first 64 rows compressed. Then a window by percentiles, a histogram, and the volume
for a 3-D view.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import h5py
import numpy as np
import psutil

from benchmarks._shared import machine
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec
from widgets_apps.session import Session
from widgets_apps.viewer.part import ViewerPart

_SHAPE = (512, 2048, 2048)
_WANTED, _STEPS, _PACKED_ROWS = 1000, 50, 64
_LIMIT = 15.0  # ms, median, of each plane as `daisy run` writes it


class _Page:
    """Asks one viewer, as a page does."""

    def __init__(self) -> None:
        self._replies: Queue[dict[str, Any]] = Queue()
        self._session = Session([ViewerPart()], lambda header, _buffers: self._replies.put(header))

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._session.handle({"id": 1, "method": f"viewer.{method}", "params": params})
        return self._replies.get()["result"]

    def timed(self, method: str, **params: Any) -> float:
        begin = time.perf_counter()
        self.ask(method, **params)
        return 1e3 * (time.perf_counter() - begin)


def main() -> None:
    print(f"{' x '.join(map(str, _SHAPE))} u2, {_WANTED} x {_WANTED} pixels wanted; {machine()}")
    print(f"\n{'plane':24}{'first ms':>10}{'median ms':>11}{'p95 ms':>8}{'most ms':>9}")
    page = _Page()
    with tempfile.TemporaryDirectory() as folder:
        written, packed = Path(folder) / "volume.h5", Path(folder) / "packed.h5"
        _write(written, packed)
        source = page.ask("open", path=str(written))
        medians = [_steps(page, source, axis, "daisy run") for axis in range(3)]
        small = page.ask("open", path=str(packed))
        for axis in range(3):
            _steps(page, small, axis, f"{_PACKED_ROWS} rows, gzip")
        at = {"source": source["source"], "axis": 0, "index": 256}
        print(f"\nwindow by percentiles {page.timed('range', **at, percentiles=[1, 99]):.0f} ms", end=", ")
        print(f"histogram {page.timed('histogram', **at, bins=256):.0f} ms", end=", ")
        print(f"volume of 160 {page.timed('reduced', source=source['source'], side=160) / 1e3:.1f} s")
    print(f"memory of this process {psutil.Process().memory_info().rss >> 20} MiB")
    if max(medians) > _LIMIT:
        sys.exit(f"a plane took {max(medians):.1f} ms, above {_LIMIT} ms")


def _steps(page: _Page, source: dict[str, Any], axis: int, kind: str) -> float:
    """Print the times of steps along an axis; return their median in ms."""
    rows, columns = (n for at, n in enumerate(source["shape"]) if at != axis)
    middle = source["shape"][axis] // 2
    steps = min(_STEPS, source["shape"][axis] // 2 - 1)

    def one(index: int) -> float:
        region, size = [0, rows, 0, columns], [_WANTED, _WANTED]
        at = {"source": source["source"], "axis": axis, "index": index}
        return page.timed("slice", **at, region=region, size=size, low=100, high=4000)

    first = one(middle - steps // 2)
    times = [one(middle - steps // 2 + step) for step in range(1, steps + 1)]
    name = f"{kind}, across {source['dims'][axis]}"
    print(f"{name:24}{first:10.1f}{statistics.median(times):11.1f}{_p95(times):8.1f}{max(times):9.1f}")
    return statistics.median(times)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _write(written: Path, packed: Path) -> None:
    """A volume of noise around a gradient, as a run writes it; its first rows once more, compressed."""
    spec = ArraySpec(_SHAPE, "uint16", ("z", "y", "x"))
    output = HDF5Output(written, spec)
    output.create()
    block = np.random.default_rng(0).normal(2000, 300, (16, *_SHAPE[1:])).astype(np.uint16)
    for start in range(0, _SHAPE[0], len(block)):
        output.write(start, block + np.uint16(start))
    output.complete()
    with h5py.File(packed, "w") as file:
        made = file.create_dataset(
            "volume", (_PACKED_ROWS, *_SHAPE[1:]), "u2", chunks=(16, 64, 64), compression="gzip", compression_opts=1
        )
        for start in range(0, _PACKED_ROWS, len(block)):
            made[start : start + len(block)] = block + np.uint16(start)


if __name__ == "__main__":
    main()
