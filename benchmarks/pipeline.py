"""The whole pipeline, raw counts to volume and file to file, against h5py + algotom + finufft in the same run.

64 rows x 1000 angles x 1024 columns u2: normalisation, automatic center, stripes by sorting, reconstruction. Each
is a process of its own, in alternation; page cache and numba's cache are warm. ``--quick`` takes a quarter of the size.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks._shared import machine, ratio, timed, watched

_PEER = Path(__file__).parent / "peers" / "pipeline_peer.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows, angles, columns = (16, 250, 256) if given.quick else (64, 1000, 1024)
    daisy = shutil.which("daisy", path=str(Path(sys.executable).parent)) or "daisy"
    print(f"{rows} rows x {angles} angles x {columns} columns u2, HDF5 to HDF5; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        scan = f"{folder}/scan.h5"
        size = ("--rows", str(rows), "--angles", str(angles), "--columns", str(columns))
        truth = subprocess.run([daisy, "demo", *size, scan, "--json"], check=True, capture_output=True, text=True)
        save = (f"output={folder}/rec.h5", "stripes=sorting", "--overwrite", "--json")
        commands = {
            "daisy run ct": [daisy, "run", "ct", f"input={scan}", *save],
            "h5py + algotom + finufft": [sys.executable, str(_PEER), scan, f"{folder}/peer.h5"],
        }
        peaks = {name: watched(command).peak for name, command in commands.items()}  # compiles, too
        found: dict[str, list[tuple[float, str]]] = {name: [] for name in commands}
        for _ in range(given.rounds):
            for name, command in commands.items():
                found[name].append(timed(command))
    _print(found, peaks, json.loads(truth.stdout)["center"])


def _print(found: dict[str, list[tuple[float, str]]], peaks: dict[str, int], truth: float) -> None:
    print(f"\n{'':28}{'wall s':>8}{'peak MiB':>10}{'center error':>14}  seconds by part, of the median run")
    for name, runs in found.items():
        seconds, output = sorted(runs)[len(runs) // 2]
        record = json.loads(output)
        parts = {part: round(own, 2) for part, own in record["seconds"].items() if own >= 0.01}
        parts["start and end"] = round(seconds - sum(record["seconds"].values()), 2)
        texts = ", ".join(f"{part} {own}" for part, own in parts.items())
        error = abs(record["center"] - truth)
        print(f"{name:28}{seconds:8.2f}{peaks[name] >> 20:10}{error:14.2f}  {texts}")
    ours, theirs = found.values()
    faster = ratio([seconds for seconds, _ in theirs], [seconds for seconds, _ in ours])
    mine, other = peaks.values()
    print(f"\n{faster:.1f} times faster (reach: 5), {other / mine:.1f} times less memory (reach: 1)")


if __name__ == "__main__":
    main()
