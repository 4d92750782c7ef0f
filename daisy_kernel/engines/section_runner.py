"""SectionRunner: computes slabs of one section in one process, the same way under every engine.

A slab is read, computed and written by one call. Several threads may call at once: reading and
writing overlap with computing, but one slab computes at a time, with all threads of the process
inside (numba's own thread pool allows one caller).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import psutil
from xarray import DataArray

from daisy_kernel.algorithm import Region, declaration
from daisy_kernel.engines.device import limit_threads, to_device, to_host
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.errors import DaisyError, RunError
from daisy_kernel.plan import Slab
from daisy_kernel.regions import Regions, cut, regions
from daisy_kernel.step import Step, describe
from daisy_kernel.template import by_port, check_like

_Values = dict[str, tuple[Any, Region]]

computing = threading.Lock()
"""Held while numba computes: its thread pool allows one caller in a process."""

_runners: OrderedDict[str, SectionRunner] = OrderedDict()
_making = threading.Lock()


class SectionRunner:
    """The algorithms of a section, initialized, and the way of a slab through them."""

    def __init__(self, task: SectionTask) -> None:
        self._task = task
        steps = describe(task.graph, task.resolve, task.data, task.opened)
        self._steps: Mapping[str, Step] = {name: steps[name] for name in task.section.steps}
        self._last_reader = {source: name for name, step in self._steps.items() for source in step.sources.values()}
        self._process = psutil.Process()
        self._initialized: list[Step] = []
        try:
            for step in self._steps.values():
                if not step.is_source:
                    self._initialized.append(step)
                    step.algorithm.initialize()
        except BaseException:
            self.close()
            raise

    def run(self, slab: Slab) -> SlabReport:
        """Read, compute and write one slab."""
        report = SlabReport(slab)
        found = regions(self._task.section, self._steps, slab.start, slab.stop)
        begin = time.perf_counter()
        values = self._read(found)
        report.seconds["read"] = time.perf_counter() - begin
        for piece in self._task.pieces.of(slab):
            self._run_piece(piece, dict(values), report)
        return report

    def _run_piece(self, piece: Slab, values: _Values, report: SlabReport) -> None:
        """Compute and write a part of a slab that has been read."""
        found = regions(self._task.section, self._steps, piece.start, piece.stop)
        with computing:
            limit_threads(self._task.threads)
            ends = self._compute(piece, found, values, report)
        begin = time.perf_counter()
        self._write(piece, ends, found)
        report.seconds["write"] += time.perf_counter() - begin
        for reference in self._task.section.collects:
            report.collected.append((reference, piece, self._leaving(reference, piece, ends, found)))

    def close(self) -> None:
        """Release what the algorithms acquired, in reverse order; the first failure is raised at the end."""
        failure: Exception | None = None
        while self._initialized:
            try:
                self._initialized.pop().algorithm.finalize()
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def _read(self, found: Regions) -> _Values:
        """Everything from files and stores that this slab needs, in memory."""
        values: _Values = {}
        for name, step in self._steps.items():
            if step.is_source:
                for port, value in self._task.opened[name].items():
                    values[f"{name}.{port}"] = _loaded(value, found.produced[name]), found.produced[name]
            for port, source in step.sources.items():
                if source in self._task.stores and source.rpartition(".")[0] not in self._steps:
                    region = found.needed[f"{name}.{port}"]
                    array = self._task.stores[source].read_region(region)
                    template = step.inputs[port]
                    values[f"{name}.{port}"] = cut(template, region).copy(data=array), region
        return values

    def _compute(self, slab: Slab, found: Regions, values: _Values, report: SlabReport) -> dict[str, Any]:
        ends: dict[str, Any] = {}
        before = regions(self._task.section, self._steps, slab.start - 1, slab.start) if slab.start else None
        for name, step in self._steps.items():
            if step.is_source:
                continue
            begin = time.perf_counter()
            inputs = {port: self._input(step, port, found, values) for port in step.inputs}
            step.algorithm.own = self._own(step, found, before)
            outputs = self._execute(slab, step, inputs, found)
            for port, value in outputs.items():
                reference = f"{name}.{port}"
                values[reference] = value, found.produced[name]
                self._keep(ends, report, step, reference, value)
            for source, reader in self._last_reader.items():
                if reader == name:
                    values.pop(source, None)
            if step.is_whole and self._task.plots is not None:
                self._task.plots.mkdir(parents=True, exist_ok=True)
                step.algorithm.plot(self._task.plots / f"{name.replace('/', '-')}.png")
            report.seconds[name] += time.perf_counter() - begin
            report.memory[name] = max(report.memory.get(name, 0), self._process.memory_info().rss)
            if name not in self._task.silent:
                report.warnings.update(step.algorithm.warnings)
            step.algorithm.warnings.clear()
        return ends

    def _keep(self, ends: dict[str, Any], report: SlabReport, step: Step, reference: str, value: Any) -> None:
        section = self._task.section
        if step.is_reduction:
            report.partials.setdefault(step.name, []).append(value)
        elif step.is_sink:
            ends[step.name] = to_host(value)
        elif reference in section.terminals:
            ends[reference] = to_host(value)
        elif section.whole == step.name:
            report.results[reference] = to_host(value)

    def _input(self, step: Step, port: str, found: Regions, values: _Values) -> Any:
        source = step.sources.get(port)
        if source is None:
            return None
        needed = found.needed[f"{step.name}.{port}"]
        if f"{step.name}.{port}" in values:
            array, lies = values[f"{step.name}.{port}"]
            value: Any = cut(array, needed, lies)
        elif source in values:
            value, lies = values[source]
            value = cut(value, needed, lies) if isinstance(value, DataArray) else value
        else:
            value = _loaded(self._task.data[source], needed)
        return to_device(value, self._task.device) if step.algorithm.on_gpu else to_host(value)

    def _execute(self, slab: Slab, step: Step, inputs: Mapping[str, Any], found: Regions) -> dict[str, Any]:
        dim = self._task.section.dim
        where = f"{step.name}, {dim} {slab.start} to {slab.stop}" if dim else step.name
        try:
            returned = step.algorithm.execute(**{p: v for p, v in inputs.items() if p in step.sources})
        except DaisyError as error:
            raise type(error)(f"{where}: {error.error}", remedy=error.remedy) from error
        except MemoryError as error:
            raise RunError(f"{where}: out of memory", remedy="lower memory= or workers=, then --resume") from error
        except Exception as error:
            raise RunError(
                f"{where}: {type(error).__name__}: {error}", remedy="--debug shows where in the code"
            ) from error
        outputs = by_port(step.name, declaration(type(step.algorithm)), returned)
        if step.is_reduction:
            return outputs
        return {port: self._trim(step, port, value, found) for port, value in outputs.items()}

    def _trim(self, step: Step, port: str, value: Any, found: Regions) -> Any:
        """Cut the halo off, and hold the result against what was described."""
        described = step.outputs.get(port)
        if isinstance(described, DataArray):
            produced = found.produced[step.name]
            if isinstance(value, DataArray):
                value = value.isel(step.inside(produced, self._given(step, found)))
            check_like(step.name, port, value, cut(described, produced))
        return value

    def _given(self, step: Step, found: Regions) -> Region:
        """The region of the inputs, which are all cut alike."""
        given: Region = {}
        for port in step.inputs:
            given.update(found.needed.get(f"{step.name}.{port}", {}))
        return given

    def _own(self, step: Step, found: Regions, before: Regions | None) -> dict[str, slice]:
        """Where, in what a step is given, that lies which it computes in no slab before this one."""
        dim = self._task.section.dim
        if dim is None or dim not in found.produced[step.name]:
            return {}
        start, stop = found.produced[step.name][dim]
        first = start if before is None else min(max(start, before.produced[step.name][dim][1]), stop)
        given = self._given(step, found).get(dim, (start, stop))[0]
        return {dim: slice(first - given, stop - given)}

    def _write(self, slab: Slab, ends: Mapping[str, Any], found: Regions) -> None:
        for reference in self._task.section.keeps:
            array = self._leaving(reference, slab, ends, found)
            axis = array.dims.index(self._task.section.dim)
            self._task.stores[reference].write(slab.start, array.values, axis=axis)
        for name, output in self._task.outputs.items():
            if name in ends:
                output.write(slab.start, self._leaving(name, slab, ends, found).values)

    def _leaving(self, terminal: str, slab: Slab, ends: Mapping[str, Any], found: Regions) -> Any:
        """Exactly the slab, where whole blocks were computed."""
        dim = self._task.section.dim
        if dim is None:
            return ends[terminal]
        return cut(
            ends[terminal],
            {dim: (slab.start, slab.stop)},
            found.produced[terminal.rpartition(".")[0] or terminal],
        )


def run_slab(key: str, task: Callable[[], SectionTask], slab: Slab) -> SlabReport:
    """Compute one slab with this process's runner of the section, which is made of its task on first use."""
    with _making:
        runner = _runners.get(key)
        if runner is None:
            while len(_runners) >= 4:
                _runners.popitem(last=False)[1].close()
            runner = _runners[key] = SectionRunner(task())
    return runner.run(slab)


def close_section(key: str) -> None:
    """Finalize the algorithms of a section in this process."""
    with _making:
        runner = _runners.pop(key, None)
    if runner is not None:
        runner.close()


def _loaded(value: Any, region: Region) -> Any:
    return cut(value, region).load() if isinstance(value, DataArray) else value
