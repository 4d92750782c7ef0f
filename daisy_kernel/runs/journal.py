"""FileJournal: what of a run is complete, as lines in its folder, and the news for whoever watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from daisy_kernel.algorithm import Sink
from daisy_kernel.engines.driver import Job
from daisy_kernel.engines.news import News
from daisy_kernel.engines.task import SlabReport
from daisy_kernel.io.output import Output
from daisy_kernel.plan import Planned, Slab
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.step import describe


class Watcher(Protocol):
    """Is told how a run goes on."""

    def begin(self, planned: Planned, left: Sequence[Slab]) -> None:
        """A section starts, with these slabs to go."""

    def slab(self, report: SlabReport) -> None:
        """A slab is complete."""

    def news(self, news: News) -> None:
        """Something happened to the machines."""


@dataclass
class FileJournal:
    """Reads what earlier processes completed, and adds to it."""

    folder: RunFolder
    targets: Mapping[str, Path] = field(default_factory=dict)
    watcher: Watcher | None = None
    overwrite: bool = False
    seconds: Counter[str] = field(default_factory=Counter)
    memory: dict[str, int] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)
    results: dict[str, Any] = field(default_factory=dict)
    open_outputs: dict[str, Output] = field(default_factory=dict)
    begun: bool = False
    _begun: set[str] = field(default_factory=set)
    _done: dict[str, dict[Slab, dict[str, Any]]] = field(default_factory=dict)

    def load(self) -> None:
        """Take over what is in the folder."""
        for event in self.folder.events():
            if event.get("event") == "created":
                self._begun.add(event["section"])
                self._done.pop(event["section"], None)
            elif event.get("event") == "warnings":
                self.warnings.update(event["warnings"])
            elif event.get("event") == "slab":
                slabs = self._done.setdefault(event["section"], {})
                slabs[Slab(event["start"], event["stop"])] = event["partials"]
                self._add(event["seconds"], event["memory"], event["warnings"])
                self.begun = True
            elif event.get("event") == "result":
                self.results[event["reference"]] = event["value"]

    def outputs(self, section: str, planned: Planned, job: Job, results: Mapping[str, Any]) -> Mapping[str, Output]:
        """See `Journal.outputs`; where something is missing, the section is computed anew."""
        sinks = [name for name in (*planned.section.sinks, planned.section.whole) if name in self.targets]
        opened = {name: target(job, name, results) for name in sinks if name is not None}
        stores = [job.stores[reference].store for reference in planned.section.keeps]
        self.open_outputs.update(opened)
        if section in self._begun and all(place.part.exists() for place in [*opened.values(), *stores]):
            return opened
        self._done.pop(section, None)
        for place in [*opened.values(), *stores]:
            place.create(overwrite=self.overwrite)
        self.folder.append(event="created", section=section)
        return opened

    def done(self, section: str) -> Mapping[Slab, Mapping[str, Any]]:
        """See `Journal.done`."""
        return self._done.get(section, {})

    def begin(self, section: str, planned: Planned, left: Sequence[Slab]) -> None:
        """See `Journal.begin`."""
        self.folder.append(
            event="section",
            section=section,
            steps=planned.section.steps,
            slabs=len(planned.slabs),
            left=len(left),
        )
        if planned.section.dim is not None:
            self.begun = True
        if self.watcher:
            self.watcher.begin(planned, left)

    def slab(self, section: str, report: SlabReport) -> None:
        """See `Journal.slab`."""
        self.folder.append(
            event="slab",
            section=section,
            start=report.slab.start,
            stop=report.slab.stop,
            partials=report.partials,
            seconds={step: round(seconds, 4) for step, seconds in report.seconds.items()},
            memory=report.memory,
            warnings=dict(report.warnings),
        )
        self._add(report.seconds, report.memory, report.warnings)
        if self.watcher:
            self.watcher.slab(report)

    def result(self, reference: str, value: Any) -> None:
        """See `Journal.result`; only plain values are kept, others are computed again."""
        if isinstance(value, str | int | float | bool | list | tuple | None):
            self.results[reference] = value
            self.folder.append(event="result", reference=reference, value=value)

    def news(self, news: News) -> None:
        """See `Journal.news`."""
        self.folder.append(**news.event())
        if self.watcher:
            self.watcher.news(news)

    def warning_texts(self) -> list[str]:
        """Each warning once, with its count where it has one."""
        return [f"{text}: {count}" if count else text for text, count in sorted(self.warnings.items())]

    def _add(self, seconds: Mapping[str, float], memory: Mapping[str, int], warnings: Mapping[str, int]) -> None:
        self.seconds.update(seconds)
        self.warnings.update(warnings)
        for step, rss in memory.items():
            self.memory[step] = max(rss, self.memory.get(step, 0))


def target(job: Job, name: str, results: Mapping[str, Any]) -> Output:
    """The output of a sink, with the results that its parameters are linked to."""
    steps = describe(job.graph, job.resolve, {**job.data, **results}, job.opened)
    algorithm = steps[name].algorithm
    assert isinstance(algorithm, Sink)
    return algorithm.target(next(iter(steps[name].outputs.values())))
