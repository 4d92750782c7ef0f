"""DaskExecutor: slabs on the workers of any dask cluster; one future a slab, a bounded number in flight.

Workers read their slabs and write their results themselves. Through scheduler and client go only
descriptions: a task of some kilobytes with each slab, so that a worker that is lost takes nothing with it.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from daisy_kernel.cluster import closed_cluster
from daisy_kernel.engines.section_runner import close_section, run_slab
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.errors import DaisyError, DataError, RunError
from daisy_kernel.plan import Slab

_AHEAD = 2
"""Slabs in flight for each worker: one computes while the other reads or writes."""

_CONNECT_SECONDS = 20
_CHECKED = ("daisy-daas", "numpy", "scipy", "numba", "h5py", "zarr", "xarray")
"""Packages whose versions must be the same everywhere, because numbers or files depend on them."""


class DaskExecutor:
    """Computes on a dask cluster, given by address, cluster or client."""

    shares_memory = False

    def __init__(self, where: Any) -> None:
        from distributed import Client

        self._cluster: Any = None
        self._owns_client = not isinstance(where, Client)
        try:
            self._client = where if isinstance(where, Client) else Client(where, timeout=_CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise DaisyError(
                f"no dask scheduler answers at {where} within {_CONNECT_SECONDS} s ({type(error).__name__})",
                remedy="start the cluster, or correct engine=",
            ) from error
        self._name = f"dask {self._client.scheduler.address}"

    @classmethod
    def on_this_machine(cls, workers: int) -> DaskExecutor:
        """Start so many processes here; only this user's processes may talk to them."""
        cluster = closed_cluster(
            workers,
            _AHEAD,
            memory_limit=None,
            preload=["daisy_kernel.engines.worker"],
            env={"NUMBA_NUM_THREADS": str(max(1, (os.cpu_count() or 1) // workers))},
        )
        executor = cls(cluster)
        executor._cluster = cluster
        executor._name = f"{workers} processes on this machine"
        return executor

    @property
    def memory(self) -> int | None:
        """Bytes of the smallest worker; None where none has a limit."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return min((int(w["memory_limit"]) for w in workers if w["memory_limit"]), default=None)

    @property
    def slots(self) -> int:
        """How many workers there are now; at least one, since more may come."""
        return max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def describe(self) -> str:
        """What it is, for the record of a run."""
        return f"{self._name}, {self.slots} workers"

    def check(self, read: Sequence[Path], write: Sequence[Path]) -> None:
        """Ask every worker for versions and for the paths of the run."""
        self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        here = _versions()
        answers = self._client.run(_look, list(read), list(write))
        for worker, (versions, problem) in answers.items():
            if problem:
                raise DataError(
                    f"worker {worker} {problem}",
                    remedy="mount the same storage at the same paths on all workers",
                )
            for package, there in versions.items():
                if there != here[package]:
                    raise DaisyError(
                        f"worker {worker} has {package} {there}, but here is {here[package]}",
                        remedy="run client and workers from the same image or environment",
                    )

    def run(self, task: SectionTask, slabs: Sequence[Slab], report: Callable[[SlabReport], None]) -> None:
        """See `Executor.run`."""
        from distributed import wait

        waiting = list(reversed(slabs))
        running: set[Any] = set()
        try:
            while waiting or running:
                while waiting and len(running) < self.slots * _AHEAD:
                    running.add(self._submit(task, waiting.pop()))
                done, running = wait(running, return_when="FIRST_COMPLETED")
                for future in done:
                    report(self._result(future))
        finally:
            self._client.cancel(list(running))
        self._client.run(partial(close_section, task.key))

    def close(self) -> None:
        """Leave the cluster; end it where this executor started it."""
        if self._owns_client:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def _submit(self, task: SectionTask, slab: Slab) -> Any:
        key = f"{task.key}-{slab.start}-{slab.stop}"
        return self._client.submit(run_slab, task, slab, key=key, pure=False)

    def _result(self, future: Any) -> SlabReport:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        try:
            return future.result()  # type: ignore[no-any-return]
        except KilledWorker as error:
            raise RunError(
                f"the slab {future.key} ended one worker after the other",
                remedy="give the workers more memory, then --resume",
            ) from error
        except FutureCancelledError as error:
            raise RunError(f"the scheduler lost the slab {future.key}", remedy="--resume when it is back") from error


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), **{package: version(package) for package in _CHECKED}}


def _look(read: list[Path], write: list[Path]) -> tuple[dict[str, str], str]:
    """Versions of this process, and the first path that it cannot use."""
    for path in read:
        if not os.access(path, os.R_OK):
            return _versions(), f"cannot read {path}"
    for path in write:
        if not os.access(path, os.W_OK | os.X_OK):
            return _versions(), f"cannot write into {path}"
    return _versions(), ""
