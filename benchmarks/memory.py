"""A scan four times the memory budget: whether it finishes, its peak memory, its time a slice.

1000 angles x 1024 columns u2, 2048 rows (4 GiB) with --memory 1GiB, against 256 rows with the same budget. Then 256
rows compressed in chunks of one frame, which every slab must unpack anew: how often a chunk is read.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from benchmarks._shared import Finished, machine, watched
from daisy_kernel.domains.ct.demo.scan import write_demo_scan

_ANGLES, _COLUMNS = 1000, 1024
_REPEATED = 64  # rows that are simulated; the others repeat them
_SMALL, _LARGE, _PACKED = 256, 2048, 256
_BUDGET = 1 << 30
_ALLOWED = 1 << 30  # above the budget
_FRAMES = "entry/instrument/detector/data"


@dataclass(frozen=True)
class _Case:
    name: str
    rows: int
    filters: dict[str, Any]


_CASES = (
    _Case("small", _SMALL, {}),
    _Case("large", _LARGE, {}),
    _Case("gzip, a frame", _PACKED, {"compression": "gzip", "compression_opts": 1, "shuffle": True}),
    _Case("lz4, a frame", _PACKED, dict(hdf5plugin.Bitshuffle(cname="lz4"))),
)


def main() -> None:
    print(f"{_ANGLES} angles x {_COLUMNS} columns u2, --memory {_BUDGET >> 20}MiB; {machine()}")
    head = ("rows", "MiB", "wall s", "ms a slice", "peak MiB", "a chunk is read")
    print(f"\n{'':14}" + "".join(f"{title:>{len(title) + 4}}" for title in head))
    ran: dict[str, Finished] = {}
    with tempfile.TemporaryDirectory() as folder:
        model, scan, output = (Path(folder) / name for name in ("model.h5", "scan.h5", "rec.h5"))
        write_demo_scan(model, rows=_REPEATED, columns=_COLUMNS, angles=_ANGLES)
        for case in _CASES:
            _repeat(model, scan, case)
            done = ran[case.name] = _run(scan, output)
            values = (
                str(case.rows),
                str(scan.stat().st_size >> 20),
                f"{done.seconds:.1f}",
                f"{1000 * done.seconds / case.rows:.1f}",
                str(done.peak >> 20),
                f"{_slabs(output)} times",
            )
            cells = (f"{value:>{len(title) + 4}}" for value, title in zip(values, head, strict=True))
            print(f"{case.name:14}" + "".join(cells), flush=True)
    small, large = ran["small"], ran["large"]
    slower = large.seconds / _LARGE / (small.seconds / _SMALL)
    above = (large.peak - _BUDGET) >> 20
    print(f"\nlarge: {slower:.2f} times the time a slice of small (reach: 1.3)")
    print(f"large: peak {above} MiB above the budget (reach: {_ALLOWED >> 20})")


def _repeat(model: Path, scan: Path, case: _Case) -> None:
    """Write the scan whose rows are those of the model, again and again."""
    with h5py.File(model) as source, h5py.File(scan, "w") as file:
        source.copy("entry", file)
        for name in ("entry/data/data", _FRAMES):
            del file[name]
        frames = source[_FRAMES]
        shape = (len(frames), case.rows, _COLUMNS)
        repeated = file.create_dataset(_FRAMES, shape, np.uint16, chunks=(1, *shape[1:]), **case.filters)
        for i, frame in enumerate(frames):
            repeated[i] = np.tile(frame, (case.rows // _REPEATED, 1))


def _run(scan: Path, output: Path) -> Finished:
    daisy = shutil.which("daisy", path=str(Path(sys.executable).parent)) or "daisy"
    run = (daisy, "run", "ct", f"input={scan}", f"output={output}")
    return watched([*run, "--memory", f"{_BUDGET >> 20}MiB", "--overwrite", "--json"])


def _slabs(output: Path) -> int:
    """How many slabs were computed; each reads a part of every frame."""
    journal = output.with_name(output.name + ".run") / "events.jsonl"
    return sum(json.loads(line)["event"] == "slab" for line in journal.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    main()
