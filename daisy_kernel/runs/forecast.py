"""How long a run will take, from one block of each section computed here and thrown away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from daisy_kernel.engines.driver import Job, Silent, drive
from daisy_kernel.engines.section_runner import SectionRunner
from daisy_kernel.engines.task import SectionTask
from daisy_kernel.plan import Planned, Slab

if TYPE_CHECKING:
    from daisy_kernel.engines.engine import Engine
    from daisy_kernel.runs.run import Run

_BLOCK = 16


def forecast(engine: Engine, run: Run) -> float | None:
    """Seconds on one process of this machine, shared by the slots of the engine; writing is not counted.

    None where a section needs data that an earlier one has yet to make.
    """
    job = engine.job(run.graph, run.folder.data, keep=run.options.keep)
    whole = [planned for planned in job.plan.sections if planned.section.whole is not None]
    sinks = [p for p in whole if p.section.whole in run.outputs]
    if job.plan.kept or sinks:
        return None
    small = replace(job, plan=replace(job.plan, sections=tuple(whole)))
    from daisy_kernel.engines.local import LocalExecutor

    timed = _Timed()
    results = drive(small, LocalExecutor(), timed)
    cut = [planned for planned in job.plan.sections if planned.section.whole is None]
    seconds = sum(_seconds(job, planned, results) for planned in cut)
    return timed.seconds + seconds / engine.executor.slots


class _Timed(Silent):
    """Adds up what the uncut steps take, which have to be computed for the forecast anyway."""

    seconds = 0.0

    def slab(self, section: str, report: object) -> None:
        """Add the times of all steps."""
        self.seconds += sum(getattr(report, "seconds", {}).values())


def _seconds(job: Job, planned: Planned, results: dict[str, object]) -> float:
    """Of a section: the second of two computations of a block, times the number of blocks."""
    section = planned.section
    task = SectionTask(
        key="forecast",
        section=section,
        graph=job.graph,
        classes=job.classes,
        data={**job.data, **results},
        opened=job.opened,
        device=job.device,
        threads=job.threads,
        pieces=planned.pieces,
    )
    runner = SectionRunner(task)
    try:
        length = min(_BLOCK, section.extent)
        start = (section.extent - length) // 2 // _BLOCK * _BLOCK
        slab = Slab(start, min(start + length, section.extent))
        runner.run(slab)
        report = runner.run(slab)
    finally:
        runner.close()
    return sum(report.seconds.values()) * section.extent / (slab.stop - slab.start)
