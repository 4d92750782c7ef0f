"""The end of a run: provenance, renaming, preview, and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daisy_kernel.algorithm import plain_parameters
from daisy_kernel.engines.driver import Job
from daisy_kernel.provenance import Provenance, Step, input_file, now, software_versions, this_machine
from daisy_kernel.runs.journal import FileJournal

if TYPE_CHECKING:
    from daisy_kernel.runs.run import Run


def finish(
    run: Run,
    job: Job,
    journal: FileJournal,
    results: Mapping[str, Any],
    started: datetime,
    inputs: Sequence[Path],
) -> dict[str, Any]:
    """Complete the outputs; returns what the record says of a run that is done."""
    record = provenance(run, job, journal, results, started, inputs)
    run.folder.put("provenance.json", record.to_json())
    for output in journal.open_outputs.values():
        output.complete(record, overwrite=run.options.overwrite or run.options.resume)
    preview = _preview(run, journal)
    first = next(iter(run.outputs))
    return {
        "state": "done",
        "finished": now().isoformat(),
        "output": str(run.outputs[first]),
        "shape": list(journal.open_outputs[first].spec.shape),
        "results": {**_scalars(journal.results)},
        "seconds": {step: round(seconds, 3) for step, seconds in journal.seconds.items()},
        "memory": journal.memory,
        "warnings": journal.warning_texts(),
        "preview": preview,
        "provenance": str(run.folder.path / "provenance.json"),
        "plots": _plots(run),
        "error": None,
        "remedy": None,
    }


def provenance(
    run: Run,
    job: Job,
    journal: FileJournal,
    results: Mapping[str, Any],
    started: datetime,
    inputs: Sequence[Path],
) -> Provenance:
    """What made the outputs."""
    steps = []
    for name, node in job.graph.nodes.items():
        algorithm = job.plan.steps[name].algorithm
        linked = {p: results[s] for p, s in job.graph.into(name).items() if _is_plain(results.get(s))}
        steps.append(
            Step(
                name=name,
                algorithm=node.algorithm,
                version=algorithm.version,
                parameters={**plain_parameters(algorithm), **linked},
                seconds=journal.seconds.get(name),
                memory=journal.memory.get(name),
            )
        )
    return Provenance(
        started=started,
        ended=now(),
        command=run.options.command,
        engine=run.engine.executor.describe(),
        graph=job.graph.model_dump(mode="json"),
        steps=tuple(steps),
        inputs=tuple(input_file(path) for path in inputs if path.is_file()),
        software=software_versions(),
        machine=this_machine(),
        warnings=tuple(journal.warning_texts()),
    )


def _preview(run: Run, journal: FileJournal) -> str | None:
    """Central planes of the first output that is a volume."""
    from daisy_kernel.io.preview import save_volume_preview

    for output in journal.open_outputs.values():
        if len(output.spec.shape) == 3 and output.path.suffix != ".png":
            path = run.folder.path / "preview.png"
            save_volume_preview(path, output)
            return str(path)
    return None


def _plots(run: Run) -> list[str]:
    folder = run.folder.path / "plots"
    return sorted(str(path) for path in folder.iterdir()) if folder.is_dir() else []


def _scalars(results: Mapping[str, Any]) -> dict[str, Any]:
    return {reference: value for reference, value in results.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list | tuple)
