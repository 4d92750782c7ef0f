"""Driver: takes a plan through an executor, section by section, and tells a journal what is done."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from daisy_kernel.algorithm import Algorithm, Reduction, declaration
from daisy_kernel.engines.executor import Executor
from daisy_kernel.engines.kept import Kept
from daisy_kernel.engines.news import News
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.graph import Graph
from daisy_kernel.io.output import Output
from daisy_kernel.plan import Plan, Planned, Slab
from daisy_kernel.registry import load_class


class Journal(Protocol):
    """Remembers what is complete, and is told of progress."""

    def done(self, section: str) -> Mapping[Slab, Mapping[str, Any]]:
        """Slabs that are complete, with their partial results by reduction."""

    def outputs(self, section: str, planned: Planned, job: Job, results: Mapping[str, Any]) -> Mapping[str, Output]:
        """Make what the section writes ready, stores and outputs; returns the outputs by sink."""

    def begin(self, section: str, planned: Planned, left: Sequence[Slab]) -> None:
        """A section starts, with these slabs to go."""

    def slab(self, section: str, report: SlabReport) -> None:
        """A slab is complete."""

    def result(self, reference: str, value: Any) -> None:
        """A result for the whole is known."""

    def news(self, news: News) -> None:
        """Something happened to the machines."""


class Silent:
    """The journal of a computation that nobody resumes and nobody watches."""

    def done(self, section: str) -> Mapping[Slab, Mapping[str, Any]]:
        """Nothing is done before."""
        return {}

    def outputs(self, section: str, planned: Planned, job: Job, results: Mapping[str, Any]) -> Mapping[str, Output]:
        """Stores are made; sinks have no place to write to."""
        for reference in planned.section.keeps:
            job.stores[reference].store.create()
        return {}

    def begin(self, section: str, planned: Planned, left: Sequence[Slab]) -> None:
        """Not noted."""

    def slab(self, section: str, report: SlabReport) -> None:
        """Not noted."""

    def result(self, reference: str, value: Any) -> None:
        """Not noted."""

    def news(self, news: News) -> None:
        """Not noted."""


@dataclass(frozen=True)
class Job:
    """What a driver computes: a plan, and everything by name that the plan's sections refer to."""

    graph: Graph
    plan: Plan
    classes: Mapping[str, type[Algorithm]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    opened: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stores: Mapping[str, Kept] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)
    device: str = "cpu"
    threads: int | None = None
    plots: Path | None = None

    def resolve(self, algorithm: str) -> type[Algorithm]:
        """The class of an algorithm of this graph."""
        return self.classes.get(algorithm) or load_class(algorithm, Algorithm)


def drive(job: Job, executor: Executor, journal: Journal) -> dict[str, Any]:
    """Compute all sections; returns results for the whole by reference, and collected arrays."""
    found = _Found(dict(job.results), {})
    for step in job.plan.steps.values():
        for port, value in step.outputs.items() if step.is_told else ():
            if (reference := f"{step.name}.{port}") not in found.results:
                found.results[reference] = value
                journal.result(reference, value)
    for planned in job.plan.sections:
        if not _is_known(planned, job, found.results):
            _compute(job, planned, executor, journal, found)
    return {**found.results, **found.collected}


def section_name(planned: Planned) -> str:
    """A name that stays the same whatever the slabs: the ends of the section and its dim."""
    section = planned.section
    ends = "|".join((*section.terminals, section.whole or "", section.dim or ""))
    return hashlib.sha256(ends.encode()).hexdigest()[:12]


def remaining(slabs: Sequence[Slab], done: Sequence[Slab]) -> list[Slab]:
    """What is left of the slabs where these were done already, perhaps cut otherwise.

    >>> remaining([Slab(0, 32), Slab(32, 64)], [Slab(16, 48)])
    [Slab(start=0, stop=16), Slab(start=48, stop=64)]
    """
    left: list[Slab] = []
    known = deque(_merged(done))
    for slab in sorted(slabs, key=lambda each: each.start):
        start = slab.start
        while known and known[0].stop <= start:
            known.popleft()
        for other in known:
            if other.start >= slab.stop:
                break
            if other.start > start:
                left.append(Slab(start, other.start))
            start = other.stop
        if start < slab.stop:
            left.append(Slab(start, slab.stop))
    return left


def _merged(slabs: Sequence[Slab]) -> list[Slab]:
    """The same elements by slabs that are apart, in order: one look at each is enough for any number of them."""
    found: list[Slab] = []
    for slab in sorted(slabs, key=lambda each: each.start):
        if found and slab.start <= found[-1].stop:
            found[-1] = Slab(found[-1].start, max(found[-1].stop, slab.stop))
        else:
            found.append(slab)
    return found


@dataclass
class _Found:
    """Results for the whole, and collected arrays, by reference."""

    results: dict[str, Any]
    collected: dict[str, Any]


def _is_known(planned: Planned, job: Job, results: Mapping[str, Any]) -> bool:
    """Whether all that a section would give is there already."""
    section = planned.section
    if section.whole is not None:
        step = job.plan.steps[section.whole]
        return not step.is_sink and all(f"{section.whole}.{port}" in results for port in step.outputs)
    return set(section.terminals) == set(section.keeps) and all(
        job.stores[reference].is_complete for reference in section.keeps
    )


def _compute(job: Job, planned: Planned, executor: Executor, journal: Journal, found: _Found) -> None:
    """One section: what is left of its slabs, then what can only be said of all of them."""
    section, name = planned.section, section_name(planned)
    task = _task(job, planned, found.results, journal.outputs(name, planned, job, found.results))
    done = dict(journal.done(name))
    left = remaining(planned.slabs, list(done))
    journal.begin(name, planned, left)

    def report(slab: SlabReport) -> None:
        done[slab.slab] = slab.partials
        for reference, piece, value in slab.collected:
            _put(found.collected, job.plan, reference, section.dim, piece, value)
        for reference, value in slab.results.items():
            found.results[reference] = value
            journal.result(reference, value)
        journal.slab(name, slab)

    if left:
        executor.run(task, left, report, journal.news)
    for reference in section.keeps:
        job.stores[reference].store.complete(overwrite=True)
    ordered = [partials for _, partials in sorted(done.items(), key=lambda item: item[0].start)]
    for node in section.reductions:
        step = job.plan.steps[node]
        assert isinstance(step.algorithm, Reduction)
        port = next(iter(declaration(type(step.algorithm)).outputs))
        combined = step.algorithm.combine([each for partials in ordered for each in partials[node]])
        found.results[f"{node}.{port}"] = combined
        journal.result(f"{node}.{port}", combined)


def _task(job: Job, planned: Planned, results: Mapping[str, Any], outputs: Mapping[str, Output]) -> SectionTask:
    return SectionTask(
        key=f"{section_name(planned)}-{uuid.uuid4().hex[:8]}",
        section=planned.section,
        graph=job.graph,
        classes=job.classes,
        data={**job.data, **results},
        opened=job.opened,
        stores=job.stores,
        outputs=outputs,
        device=job.device,
        threads=job.threads,
        pieces=planned.pieces,
        plots=job.plots,
        silent=_told_elsewhere(job.plan, planned),
        memory=planned.memory,
    )


def _told_elsewhere(plan: Plan, planned: Planned) -> frozenset[str]:
    """Steps whose warnings another section tells of: the first of those that compute all of the step, if one does.

    A center from some rows has the steps before it computed for these rows in a section of its own.
    """
    others: set[str] = set()
    for name in planned.section.steps:
        those = [one for one in plan.sections if name in one.section.steps]
        tells = next((one for one in those if one.section.dim is not None), those[0])
        if tells is not planned:
            others.add(name)
    return frozenset(others)


def _put(collected: dict[str, Any], plan: Plan, reference: str, dim: str | None, slab: Slab, value: Any) -> None:
    """Put a slab of a collected array into its place in the whole."""
    if reference not in collected:
        node, _, port = reference.rpartition(".")
        hollow = plan.steps[node].outputs[port]
        collected[reference] = hollow.copy(data=np.empty(hollow.shape, hollow.dtype))
    collected[reference][{dim: slice(slab.start, slab.stop)}] = value.values
