"""What it costs to run as a job: from the start of the job to its end, against ``daisy run`` in a shell.

A demo scan of 128 rows x 512 columns, both with the same graph, into files, each a process of its own, in
alternation. The job is watched as a page watches it. ``--quick`` takes a quarter of the rows and columns.
"""

from __future__ import annotations

import argparse
import fcntl
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from benchmarks._shared import alternate, machine, ratio, timed
from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.graph import Graph
from widgets_apps.jobs.job import Job, JobRequest
from widgets_apps.jobs.jobs import Jobs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    rows, columns = (32, 128) if given.quick else (128, 512)
    print(f"{rows} rows x {columns} columns; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        both = _Both(Path(folder), rows, columns)
        both.shell()  # compiles
        seconds = alternate({"shell": both.shell, "job": both.job}, given.rounds)
        both.check()
    print(f"\n{'daisy run s':>12}{'job s':>10}{'job / run':>12}{'reach':>10}")
    best = min(seconds["shell"]), min(seconds["job"])
    print(f"{best[0]:12.3f}{best[1]:10.3f}{ratio(seconds['job'], seconds['shell']):12.3f}{'<= 1.05':>10}")


class _Both:
    """The same graph in a shell and as a job."""

    def __init__(self, folder: Path, rows: int, columns: int) -> None:
        self._scan, self._shell, self._job = folder / "scan.h5", folder / "shell.h5", folder / "job.h5"
        write_demo_scan(self._scan, rows=rows, columns=columns)
        self._file = folder / "graph.json"
        self._file.write_text(self._graph(self._shell).to_json())
        self._folder = folder / "jobs"
        self._jobs = Jobs(self._folder)

    def _graph(self, output: Path) -> Graph:
        return requested_graph(Request("ct", (f"input={self._scan}", f"output={output}")))

    def shell(self) -> float:
        """Seconds of the command."""
        words = ["run", str(self._file), "--overwrite", "--json"]
        return timed([sys.executable, "-P", "-m", "daisy_kernel.cli", *words])[0]

    def job(self) -> float:
        """Seconds until the job has ended."""
        request = JobRequest(title="job", app="ct", graph=self._graph(self._job), output=self._job, overwrite=True)
        seen: list[Sequence[Job]] = []
        end = self._jobs.watch(seen.append)
        begin = time.perf_counter()
        started = self._jobs.start(request)
        with (self._folder / f"{started.ticket:08}.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)  # waits for the end of the process without looking again and again
        seconds = time.perf_counter() - begin
        end()
        assert self._jobs.get(started.id).state == "done"
        return seconds

    def check(self) -> None:
        """Both gave the same bits."""
        with h5py.File(self._shell) as shell, h5py.File(self._job) as job:
            np.testing.assert_array_equal(shell["entry/data/volume"][()], job["entry/data/volume"][()])


if __name__ == "__main__":
    main()
