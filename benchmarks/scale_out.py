"""What planner and client take for each slab of 100,000 on 1,000 workers; asked for: less than 1 ms.

Fake workers: the executor's own loop, with a client of distributed in whose place slabs are complete when they are
sent. Then the same loop with distributed's client, a scheduler and one worker process of many threads whose slabs
compute nothing: seconds of this process alone count, since scheduler and worker have machines of their own. Planning is
that of a scan of 3.2 million rows. ``--quick`` takes a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import numpy as np
from xarray import DataArray

from benchmarks._shared import machine
from daisy_kernel.algorithm import Algorithm, Dims, Slabs
from daisy_kernel.engines import remote
from daisy_kernel.engines.dask import DaskExecutor
from daisy_kernel.engines.driver import remaining
from daisy_kernel.engines.engine import Engine
from daisy_kernel.engines.news import tell_nobody
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.plan import BASELINE, Planned, Slab, make_plan
from daisy_kernel.step import describe
from daisy_kernel.template import template

_WORKERS = 1000
_ROWS_OF_A_SLAB = 32
_Stack = Annotated[DataArray, Dims("angle", "row", "column")]


class Nothing(Algorithm):
    """Gives back what it gets."""

    slabs = Slabs("row", block=_ROWS_OF_A_SLAB)

    def execute(self, stack: _Stack) -> _Stack:
        """See `Algorithm.execute`."""
        return stack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    slabs = 10_000 if parser.parse_args().quick else 100_000
    print(f"{slabs} slabs, {_WORKERS} workers; {machine()}\n")
    before = _peak()
    seconds, (planned, task) = _timed(lambda: _planned(slabs))
    assert len(planned.slabs) == slabs
    print(f"{'':44}{'ms a slab':>10}{'MiB':>8}")
    _say("planning", seconds, slabs, before)
    seconds, left = _timed(lambda: remaining(planned.slabs, planned.slabs[::2]))
    assert len(left) == slabs // 2
    _say("what is left of a run that goes on", seconds, slabs, before)
    seconds, _ = _timed(lambda: _run(_FakeClient(), task, planned.slabs))
    _say("executor, fake workers", seconds, slabs, before)
    with _dask() as client:
        some = planned.slabs[: slabs // 10]
        seconds, _ = _timed(lambda: _run(client, task, some))
    _say(f"executor and distributed's client ({len(some)})", seconds, len(some), before)


def _planned(slabs: int) -> tuple[Planned, SectionTask]:
    raw = template(("angle", "row", "column"), (4, slabs * _ROWS_OF_A_SLAB, 8), "float32")
    with Engine() as engine:
        engine.datastore["raw"] = DataArray(np.zeros((1, 1, 1)), dims=("angle", "row", "column"))
        engine.create("nothing", Nothing).execute(stack="raw", output="same")
        steps = describe(engine.graph, engine.resolve, {"raw": raw})
        plan = make_plan(steps, budget=2 * BASELINE, slots=slabs, collect=["nothing.output"])
        (planned,) = plan.sections
        return planned, SectionTask(key="k", section=planned.section, pieces=planned.pieces, graph=engine.graph)


def _run(client: Any, task: SectionTask, slabs: tuple[Slab, ...]) -> None:
    """The executor's way with slabs, where there are 1,000 workers and nothing is computed."""
    done: set[Slab] = set()
    executor = _Executor(client)
    real, remote.compute = remote.compute, _compute_nothing
    try:
        executor.run(task, slabs, lambda report: done.add(report.slab), tell_nobody)
    finally:
        remote.compute = real
    assert len(done) == len(slabs)


def _compute_nothing(*given: Any) -> SlabReport:
    return SlabReport(Slab(*given[-2:]))


class _Executor(DaskExecutor):
    """The real one, but for who says how many workers there are."""

    slots = _WORKERS

    def __init__(self, client: Any) -> None:
        self._pods = self._requirements = None
        self._connection: Any = _Up(client)
        self._roster: Any = _Full()


class _Up:
    is_up = True

    def __init__(self, client: Any) -> None:
        self.client = client


class _Full:
    count = _WORKERS
    ends_for_memory = 0

    def look(self, *_: object, **__: object) -> None:
        """Nothing changes."""


class _FakeClient:
    """Takes slabs as distributed's does, in a loop of its own; each is complete when it is sent."""

    status = "running"

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.loop = self

    def submit(self, call: Callable[[int, int], SlabReport], start: int, stop: int, **_: object) -> _Complete:
        return _Complete(call(start, stop))

    def add_callback(self, call: Callable[..., Any], *given: object) -> None:
        asyncio.run_coroutine_threadsafe(call(*given), self._loop)

    def run(self, *_: object, **__: object) -> dict[str, Any]:
        return {}


class _Complete:
    status = "finished"

    def __init__(self, report: SlabReport) -> None:
        self._report = report

    def __await__(self) -> Iterator[None]:
        yield
        return self._report


@contextmanager
def _dask() -> Iterator[Any]:
    from distributed import Client

    common = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    address = "tcp://127.0.0.1:18786"
    words = (
        ["scheduler", "--port", "18786", "--no-show", *common],
        ["worker", address, "--no-nanny", "--nthreads", "200", *common],
    )
    processes = [
        subprocess.Popen([sys.executable, "-m", "dask", *each], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for each in words
    ]
    try:
        with Client(address, timeout=30) as client:
            client.wait_for_workers(1, timeout=30)
            yield client
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of this process's own computing, and what the call gives."""
    begin = time.process_time()
    found = call()
    return time.process_time() - begin, found


def _say(what: str, seconds: float, slabs: int, before: int) -> None:
    print(f"{what:44}{1e3 * seconds / slabs:10.4f}{(_peak() - before) / 1024:8.0f}")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
