"""A preview of one row of the CT app after each change, in the app's process: 1000 angles x 1024 columns, CPU.

Each change is made in turn from the same parameters, to a value that was not there before, with what the first preview
left in memory. Reach: 300 ms after a change of the center, 500 ms after that of a preparation step. The last column is
how far the slice is from the one that ``daisy run`` writes, as a share of its range. ``--quick`` takes a small scan.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from benchmarks._shared import machine
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from widgets_apps.ct.checking import previewed
from widgets_apps.ct.preview import CtPreview
from widgets_apps.ct.warm import warm

_CHANGES: dict[str, list[dict[str, Any]]] = {
    "center": [{"center": 540.0 + 0.5 * i} for i in range(9)],
    "zingers": [{"zingers": 800.0 + 50 * i} for i in range(5)],
    "minimum": [{"minimum": 1e-4 * (i + 1)} for i in range(5)],
    "background": [{"background": [2, 20, 0, 10 + i]} for i in range(5)],
    "air": [{"air": 8 + i} for i in range(5)],
    "phase": [{"phase": 50.0 + i} for i in range(5)],
    "crop": [{"crop": [10 + i, 1000]} for i in range(5)],
    "binning": [{"binning": 2}, {"binning": 3}],
    "stripes=sorting": [{"stripes": "sorting"}],
    "stripes=wavelet-fourier": [{"stripes": "wavelet-fourier"}],
    "filter": [{"filter": "hann"}, {"filter": "shepp-logan"}, {"cutoff": 0.8}],
    "mask": [{"mask": 0.9}, {"mask": 0.8}],
    "algorithm=fbp": [{"algorithm": "fbp"}],
    "row": [{}],
    "center=auto, first": [{"center": None}],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows, angles, columns = (32, 200, 256) if given.quick else (128, 1000, 1024)
    print(f"{rows} rows x {angles} angles x {columns} columns u2; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder) / "scan.h5"
        write_demo_scan(scan, rows=rows, columns=columns, angles=angles)
        base = {"input": str(scan), "center": round(0.53 * columns, 1)}
        changes = {name: [_scaled(change, columns / 1024) for change in those] for name, those in _CHANGES.items()}
        warm()
        seconds: dict[str, list[float]] = {name: [] for name in changes}
        for _ in range(given.rounds):
            for name, those in changes.items():
                seconds[name] += _times(base, those, row=rows // 2, other_row=rows // 4)
        for name, times in seconds.items():
            apart = _apart(base, changes[name][0], rows // 2, Path(folder))
            print(f"{name:28}{1000 * statistics.median(times):8.0f} ms{1000 * max(times):8.0f} at most{apart:12.1e}")


def _times(base: Mapping[str, Any], changes: list[dict[str, Any]], *, row: int, other_row: int) -> list[float]:
    preview = CtPreview()
    preview.picture(previewed(base), "slice", row=row)
    found = []
    for change in changes:
        begin = time.perf_counter()
        preview.picture(previewed({**base, **change}), "slice", row=row if change else other_row)
        found.append(time.perf_counter() - begin)
    return found


def _apart(base: Mapping[str, Any], change: Mapping[str, Any], row: int, folder: Path) -> float:
    """Largest difference from the slice of a run, over that slice's range."""
    wanted = {**base, **change}
    words = [f"{name}={_word(value)}" for name, value in wanted.items()]
    daisy = shutil.which("daisy", path=str(Path(sys.executable).parent)) or "daisy"
    output = folder / "volume.h5"
    command = [daisy, "run", "ct", *words, f"output={output}", "--overwrite", "--json"]
    json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    with h5py.File(output) as file:
        expected = np.asarray(file["entry/data/volume"][row // int(wanted.get("binning", 1))])
    shown = CtPreview().picture(previewed(wanted), "slice", row=row).values
    return float(np.abs(shown - expected).max() / np.ptp(expected))


def _scaled(change: dict[str, Any], factor: float) -> dict[str, Any]:
    """Columns of a change for a scan of another width."""
    if "center" in change and change["center"] is not None:
        return {"center": round(change["center"] * factor, 1)}
    if "crop" in change:
        return {"crop": [change["crop"][0], int(change["crop"][1] * factor)]}
    return change


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ":".join(map(str, value))
    return "auto" if value is None else str(value)


if __name__ == "__main__":
    main()
