"""Run: a graph computed into files; survives its process, and goes on where it was stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Sink, declaration
from daisy_kernel.declaration import suggest
from daisy_kernel.engines.driver import Job, drive, section_name
from daisy_kernel.engines.engine import Engine
from daisy_kernel.engines.kept import kept_name
from daisy_kernel.errors import DaisyError, GraphError, Interrupted, OutputError, RunError
from daisy_kernel.graph import Graph
from daisy_kernel.io.disk import size_text
from daisy_kernel.plan import Plan
from daisy_kernel.provenance import now
from daisy_kernel.runs.finish import finish
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.journal import FileJournal, Watcher
from daisy_kernel.runs.key import Key, difference, part_of, run_key
from daisy_kernel.runs.known import remember


@dataclass(frozen=True)
class RunOptions:
    """How a run begins and what it leaves.

    resume: go on with a run that was stopped. overwrite: replace an earlier result. keep: references
    ``node.port`` whose data stay in the run's folder. plots: draw what steps can draw.
    """

    resume: bool = False
    overwrite: bool = False
    keep: tuple[str, ...] = ()
    plots: bool = False
    command: tuple[str, ...] = ()


@dataclass
class Run:
    """The graph of an engine, or the part that ends at `sink`; its outputs; the folder that remembers."""

    engine: Engine
    options: RunOptions = field(default_factory=RunOptions)
    watcher: Watcher | None = None
    sink: str | None = None

    def __post_init__(self) -> None:
        self.graph: Graph = self.engine.upstream(self.sink) if self.sink else self.engine.graph
        self.outputs: dict[str, Path] = self._outputs()
        self.folder = RunFolder.beside(next(iter(self.outputs.values())))
        self._check_keep()
        self.key: Key = run_key(self.graph, self.engine.resolve, self.engine.datastore.values_by_name)

    def plan(self) -> Plan:
        """What would be computed; nothing is written."""
        return self.engine.job(self.graph, self.folder.data, keep=self.options.keep).plan

    def execute(self) -> dict[str, Any]:
        """Compute what is not there yet; returns the record of the run.

        Raises `DaisyError`: of exit code 2 before the first slab, `RunError` after it, `Interrupted`.
        """
        self._refuse_existing()
        job = self.engine.job(self.graph, self.folder.data, keep=self.options.keep)
        inputs = self._inputs()
        self._check_outputs(job)
        is_new = not self.folder.path.exists()
        self.folder.lock()
        try:
            journal = self._journal(job)
            if self.folder.read().get("state") == "done":
                return self.folder.read()
            return self._drive(job, journal, inputs)
        except DaisyError as error:
            if is_new and not isinstance(error, RunError):
                self.folder.discard()
            raise
        finally:
            self.folder.unlock()

    def _drive(self, job: Job, journal: FileJournal, inputs: Sequence[Path]) -> dict[str, Any]:
        started = now()
        self.folder.write(state="running", engine=self.engine.executor.describe(), started=started.isoformat())
        sections = {section_name(planned): len(planned.slabs) for planned in job.plan.sections}
        self.folder.append(event="plan", sections=sections)
        remember(self.folder.path)
        try:
            self.engine.executor.check(inputs, sorted({path.parent for path in self.outputs.values()}), journal.news)
            plots = self.folder.path / "plots" if self.options.plots else None
            job = replace(job, results=dict(journal.results), plots=plots)
            results = drive(job, self.engine.executor, journal)
            record = finish(self, job, journal, results, started, inputs)
        except KeyboardInterrupt:
            self.folder.note(state="interrupted", error="stopped by the user")
            raise Interrupted(
                f"the run was stopped; what is complete is kept in {self.folder.path}",
                remedy="go on with --resume",
            ) from None
        except DaisyError as error:
            self.folder.note(state="failed", error=error.error, remedy=error.remedy)
            if journal.begun and not isinstance(error, RunError):
                raise RunError(error.error, remedy=error.remedy) from error
            raise
        self.folder.write(**record)
        return self.folder.read()

    def _journal(self, job: Job) -> FileJournal:
        """The journal of a new run, or of the one that goes on."""
        overwrite = self.options.overwrite or self.options.resume
        journal = FileJournal(self.folder, self.outputs, self.watcher, overwrite)
        old = self.folder.read() if self.options.resume or self.options.overwrite else {}
        if self.options.resume and old:
            differs = difference(old["key"], self.key)
            if differs:
                raise OutputError(
                    f"{self.folder.path} belongs to another run: {differs}",
                    remedy="set it back to go on with --resume, or start anew with --overwrite",
                )
            journal.load()
            return journal
        self.folder.clear(keep=self._reusable(old, job.plan))
        journal.warnings.update(job.warnings)
        self.folder.append(event="warnings", warnings=dict(job.warnings))
        self.folder.put("graph.json", self.graph.to_json())
        self.folder.write(
            key=self.key,
            outputs={name: str(path) for name, path in self.outputs.items()},
            kept={ref: part_of(self.key, self._ancestors(ref)) for ref in job.plan.kept},
        )
        return journal

    def _reusable(self, old: Mapping[str, Any], plan: Plan) -> set[str]:
        """Kept data of the earlier run that were made in the same way."""
        kept = old.get("kept", {})
        return {
            kept_name(ref)
            for ref in plan.kept
            if ref in kept and not difference(kept[ref], part_of(self.key, self._ancestors(ref)))
        }

    def _refuse_existing(self) -> None:
        if self.options.overwrite or (self.options.resume and self.folder.exists()):
            return
        for path in self.outputs.values():
            if path.exists() or path.is_symlink():
                raise OutputError(f"{path} exists already", remedy="use --overwrite, or another output=")
        if self.folder.exists():
            raise OutputError(
                f"an earlier run did not finish: {self.folder.path}",
                remedy="go on with --resume, or start anew with --overwrite",
            )

    def _check_outputs(self, job: Job) -> None:
        """Refuse what could not be written, before anything is computed."""
        needed: dict[Path, int] = {}
        for name, path in self.outputs.items():
            step = job.plan.steps[name]
            assert isinstance(step.algorithm, Sink)
            if not path.parent.is_dir():
                raise OutputError(f"the folder {path.parent} does not exist", remedy=f"make it: mkdir -p {path.parent}")
            if not os.access(path.parent, os.W_OK | os.X_OK):
                raise OutputError(
                    f"the folder {path.parent} cannot be written by this user, or is read-only",
                    remedy="choose another folder for output=",
                )
            template = next(iter(step.outputs.values()))
            nbytes = 0 if step.algorithm.target(template).part.exists() else int(template.nbytes)
            needed[path.parent] = needed.get(path.parent, job.plan.kept_bytes) + nbytes
        for folder, nbytes in needed.items():
            free = shutil.disk_usage(folder).free
            if nbytes > free:
                raise OutputError(
                    f"{folder} has {size_text(free)} free, but the run needs {size_text(nbytes)}",
                    remedy="free space there, or name an output elsewhere",
                )

    def _check_keep(self) -> None:
        nodes = self.graph.nodes.items()
        known = {
            f"{name}.{port}"
            for name, node in nodes
            for port in declaration(self.engine.resolve(node.algorithm)).outputs
        }
        for reference in self.options.keep:
            if reference not in known:
                raise GraphError(f"there is no {reference!r} to keep", remedy=suggest(reference, known))

    def _outputs(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for name, node in self.graph.nodes.items():
            cls = self.engine.resolve(node.algorithm)
            if issubclass(cls, Sink):
                role = declaration(cls).roles("output")[0]
                found[name] = Path(node.parameters[role]).absolute()
        if not found:
            raise GraphError(f"the graph {self.graph.name!r} saves nothing", remedy="end it with a Save step")
        if len(set(found.values())) < len(found):
            raise OutputError("two steps save to the same output", remedy="give each a name of its own")
        return found

    def _inputs(self) -> list[Path]:
        found = [
            Path(node.parameters[role]).absolute()
            for node in self.graph.nodes.values()
            for role in declaration(self.engine.resolve(node.algorithm)).roles("input")
            if node.parameters.get(role)
        ]
        for path in found:
            if path in self.outputs.values():
                raise OutputError(f"{path} is input and output at once", remedy="name another output")
        return found

    def _ancestors(self, reference: str) -> set[str]:
        return self.graph.ancestors([reference.rpartition(".")[0]])
