"""Fills numba's cache: takes a demo scan by every way that compiles something, and what the app and the viewer ask for.

Run as ``NUMBA_CACHE_DIR=FOLDER python compile.py``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from daisy_kernel.cli import main
from daisy_kernel.domains import ct
from daisy_kernel.domains.ct.gpu._cells import make_cells
from widgets_apps.ct.warm import warm as warm_app
from widgets_apps.viewer.warm import warm as warm_viewer

WAYS = (
    "",
    "zingers=5000",
    "stripes=sorting",
    "stripes=wavelet-fourier",
    "stripes=wavelet-fourier crop=8:120 rows=3:9",
    "binning=2",
    "binning=2 crop=8:120 center=64",
    "air=4 phase=50 dtype=uint16",
    "background=0:8:0:8 dtype=uint8",
    "algorithm=fbp filter=hann mask=0.9",
)
"""Parameters of the runs; each compiles what those before did not, or would after a change of the planner."""

COUNTS = ("uint8", "uint16", "int32", "float32")
"""Types of counts that detectors and their files have."""


def compile_all(folder: Path) -> None:
    """Reconstruct, and call what these runs do not: other counts, tables for GPUs, the app's pictures."""
    # What shares no function with the first way; two processes that compile the same one would lose the work of one.
    aside = multiprocessing.get_context("spawn").Process(target=_compile_aside)
    aside.start()
    scan = folder / "scan.h5"
    _daisy("demo", "--rows", "32", "--columns", "128", str(scan))
    for number, way in enumerate(WAYS):
        _daisy("run", "ct", f"input={scan}", f"output={folder / 'volume.h5'}", "--overwrite", *way.split())
        if number == 0:
            aside.join()
            assert aside.exitcode == 0, "what is compiled beside the first way has failed"
    for dtype in COUNTS:
        counts = np.full((3, 4, 16), 100, dtype)
        ct.repair_nonfinite(ct.normalize(counts, counts, np.zeros_like(counts)))
    make_cells(ct.GridPlan(np.arange(0.0, 180.0, 10.0), 16, center=8.0).gridding)
    warm_app()


def _compile_aside() -> None:
    warm_viewer()
    counts = np.full((32, 4, 32), 100, np.uint16)
    ct.remove_zingers(counts, threshold=5000)
    absorption = np.zeros(counts.shape, np.float32)
    ct.remove_stripes_sorting(absorption)
    ct.remove_stripes_wavelet_fourier(absorption)


def _daisy(*words: str) -> None:
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        compile_all(Path(temporary))
    for path in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
