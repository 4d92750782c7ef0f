"""Engine: records steps into a graph, keeps the data objects, and computes when data are read."""

from __future__ import annotations

import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import declaration
from daisy_kernel.engines.device import check_device, device_budget
from daisy_kernel.engines.driver import Job, Journal, Silent, drive
from daisy_kernel.engines.executor import Executor, executor_for
from daisy_kernel.engines.kept import kept_in
from daisy_kernel.engines.recorder import Recorder
from daisy_kernel.graph import Graph, Node, check
from daisy_kernel.plan import make_plan
from daisy_kernel.resources import default_budget, parse_bytes
from daisy_kernel.step import Opened, describe, open_source

_WORKER_SHARE = 0.7


class Engine(Recorder):
    """Where steps are recorded and computed: this process, processes of this machine, a dask cluster.

    where: None for this machine, ``tcp://...``, a dask cluster or client, ``kubernetes``. workers: processes
    here, or pods. memory: for all processes here, or for each worker elsewhere, as bytes or ``8GiB``. device:
    ``cpu`` or ``gpu``. threads: cores of each process. scratch: folder for data between sections (a cluster's
    workers must see it).

    >>> import numpy, xarray
    >>> engine = Engine()
    >>> engine.datastore["raw"] = xarray.DataArray(numpy.ones((4, 2, 8)), dims=("angle", "row", "column"))
    >>> sorted(engine.datastore)
    ['raw']
    """

    def __init__(
        self,
        where: Any = None,
        *,
        workers: int = 1,
        memory: int | str | None = None,
        device: str = "cpu",
        threads: int | None = None,
        scratch: Path | None = None,
    ) -> None:
        super().__init__()
        if where is None:  # of another machine, only its workers know
            check_device(device)
        self.executor: Executor = executor_for(where, workers=workers)
        self._memory = None if memory is None else parse_bytes(memory)
        self._workers = workers if where is None else 1  # of another machine each has its own memory
        self._device = device
        self._where = where
        self._threads = threads
        self._scratch_parent = scratch or self.executor.scratch
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._opened: dict[str, tuple[Node, Opened]] = {}
        self._known: dict[str, Any] = {}

    @property
    def budget(self) -> int:
        """Bytes that each computing process may use; on a GPU, in its memory too."""
        if self._device == "gpu" and self._where is None:
            return min(self._host_budget, device_budget() // self._workers)
        return self._host_budget

    @property
    def _host_budget(self) -> int:
        if self._memory is not None:
            return self._memory // self._workers
        limit = self.executor.memory
        return int(limit * _WORKER_SHARE) if limit else default_budget() // self._workers

    def load(self, graph: Graph) -> None:
        """Take over every step of a graph; checked as a whole, or nothing changes."""
        fresh = Recorder()
        fresh.record_graph(graph)
        found = fresh.graph.model_copy(update={"name": graph.name})
        self.classes.update(fresh.classes)
        self._describe(found)
        self.graph = found
        for label, reference in fresh.datastore.recorded.items():
            self.datastore.record(label, reference)

    def job(self, graph: Graph, folder: Path, *, keep: tuple[str, ...] = (), collect: tuple[str, ...] = ()) -> Job:
        """The plan of a graph, and all that its sections refer to; kept data go into `folder`."""
        sources = self._open(graph)
        opened = {name: source.outputs for name, source in sources.items()}
        data = self.datastore.values_by_name
        steps = describe(graph, self.resolve, data, opened)
        plan = make_plan(steps, budget=self.budget, slots=self.executor.slots, keep=keep, collect=collect)
        return Job(
            graph,
            plan,
            classes=self.classes,
            data=data,
            opened=opened,
            warnings=sum((source.warnings for source in sources.values()), Counter()),
            stores={reference: kept_in(folder, reference, array) for reference, array in plan.kept.items()},
            device=self._device,
            threads=self._threads,
        )

    @property
    def scratch(self) -> Path:
        """Folder of data between sections, made on first use and removed with the engine."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix=".daisy-", dir=self._scratch_parent)
        return Path(self._scratch.name)

    def close(self) -> None:
        """End what this engine started, and remove its scratch data."""
        self.executor.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _compute(self, reference: str, journal: Journal | None = None) -> Any:
        """The data object of this reference; computed once, until another step is recorded."""
        if reference not in self._known:
            node, _, port = reference.rpartition(".")
            graph = self.upstream(node)
            opened = self._open(graph)
            if node in opened:
                return opened[node].outputs[port]
            self._known.update(self._collect(graph, reference, journal or Silent()))
        return self._known[reference]

    def _collect(self, graph: Graph, reference: str, journal: Journal) -> dict[str, Any]:
        """Compute one array: into this process's memory, or where only the workers see it into a store."""
        folder = self.scratch / uuid.uuid4().hex
        folder.mkdir()
        if self.executor.shares_memory:
            job = self.job(graph, folder, collect=(reference,))
            found = drive(job, self.executor, journal)
        else:
            job = self.job(graph, folder, keep=(reference,))
            found = drive(job, self.executor, journal)
            if reference in job.stores:
                found[reference] = job.stores[reference].to_dataarray(job.plan.kept[reference])
        return found

    def upstream(self, name: str) -> Graph:
        """The graph of a step and all that it needs."""
        members = self.graph.ancestors([name])
        nodes = {n: node for n, node in self.graph.nodes.items() if n in members}
        links = [link for link in self.graph.links if link.target.rpartition(".")[0] in members]
        return self.graph.model_copy(update={"nodes": nodes, "links": links, "data": {}})

    def _reference(self, source: str) -> str:
        return self.datastore.reference(source)

    def _check(self, name: str) -> None:
        """Names, types, dims and units of a step that was just recorded, and of all before it."""
        self._describe(self.upstream(name))
        self._known.clear()

    def _describe(self, graph: Graph) -> None:
        data = self.datastore.values_by_name
        check(graph, self.resolve, data=data)
        opened = {name: source.outputs for name, source in self._open(graph).items()}
        describe(graph, self.resolve, data, opened)

    def _open(self, graph: Graph) -> dict[str, Opened]:
        """What the sources of a graph give; each is opened once for its parameters."""
        for name, node in graph.nodes.items():
            cls = self.resolve(node.algorithm)
            is_source = not declaration(cls).inputs and not graph.into(name)
            if is_source and (name not in self._opened or self._opened[name][0] != node):
                self._opened[name] = node.model_copy(deep=True), open_source(name, cls(**node.parameters))
        return {name: self._opened[name][1] for name in graph.nodes if name in self._opened}
