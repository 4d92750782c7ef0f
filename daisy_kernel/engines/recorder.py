"""Recorder: turns calls into a graph; an engine is one that also computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from daisy_kernel.algorithm import Algorithm, declaration, plain_parameters
from daisy_kernel.datastore import DataStore
from daisy_kernel.declaration import LATER
from daisy_kernel.engines.scope import Scope, StepHandle
from daisy_kernel.errors import DataError, GraphError
from daisy_kernel.graph import Graph, Link, Node, check_targets
from daisy_kernel.registry import load_class
from daisy_kernel.step import make
from daisy_kernel.workflow import Workflow, is_workflow


class Recorder:
    """A graph in the making: steps by name, data objects by name, workflows as the steps in them."""

    def __init__(self) -> None:
        self.datastore = DataStore(self._compute)
        self.graph = Graph()
        self.classes: dict[str, type[Algorithm]] = {}
        self._workflows: dict[str, Workflow] = {}

    def create(self, name: str, algorithm: str | type[Algorithm] | type[Workflow], **parameters: Any) -> StepHandle:
        """Add a step: a registered name, or a class; parameters are checked at once."""
        return Scope(self).create(name, algorithm, **parameters)

    def __getitem__(self, name: str) -> StepHandle:
        return Scope(self)[name]

    def __iter__(self) -> Iterator[str]:
        return self.step_names()

    def step_names(self) -> Iterator[str]:
        """Names of all steps, those inside workflows with the workflow's name before a slash."""
        return iter([*self.graph.nodes, *self._workflows])

    def step_class(self, name: str) -> type[Algorithm] | type[Workflow]:
        """The class of a step."""
        if name in self._workflows:
            return type(self._workflows[name])
        return self.resolve(self.graph.nodes[name].algorithm)

    def resolve(self, algorithm: str) -> type[Algorithm]:
        """The class of an algorithm: one that was given as such, or a registered one."""
        return self.classes.get(algorithm) or load_class(algorithm, Algorithm)

    def record_step(self, name: str, algorithm: Any, parameters: Mapping[str, Any]) -> None:
        """Add a node; a workflow creates its steps below its name."""
        if name in self.graph.nodes or name in self._workflows:
            raise GraphError(f"there is a step {name!r} already", remedy="choose another name")
        cls = load_class(algorithm, Algorithm, Workflow) if isinstance(algorithm, str) else algorithm
        if is_workflow(cls):
            flow = self._workflows[name] = cls(**parameters)
            flow.initialize(Scope(self, f"{name}/"))
            return
        key = algorithm if isinstance(algorithm, str) else f"{cls.__module__}:{cls.__qualname__}"
        self.classes[key] = cls
        fields = declaration(cls).parameters.model_fields.items()
        later = {field: LATER for field, info in fields if info.is_required()}
        made = make(name, key, cls, {**later, **parameters})
        self.graph.nodes[name] = Node(algorithm=key, parameters=plain_parameters(made, parameters))

    def record_links(self, name: str, inputs: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Say what goes into a step and how its outputs are called; checked at once, or nothing changes."""
        if name in self._workflows:
            self._record_workflow(name, inputs, labels)
            return
        sources = {port: self._reference(source) for port, source in inputs.items()}
        others = [link for link in self.graph.links if link.target.rpartition(".")[0] != name]
        new = [Link(source=source, target=f"{name}.{port}") for port, source in sources.items()]
        before, self.graph.links = self.graph.links, others + new
        try:
            self._check(name)
        except BaseException:
            self.graph.links = before
            raise
        for port, label in labels.items():
            self._label(label, f"{name}.{port}")

    def record_graph(self, graph: Graph) -> None:
        """Add the steps of a graph; a workflow in it becomes the steps that it consists of."""
        check_targets(graph)
        for name in graph.order():
            self.create(name, graph.nodes[name].algorithm, **graph.nodes[name].parameters)
            self[name].execute(**graph.into(name))
        for label, reference in graph.data.items():
            self._label(label, self.datastore.reference(reference))

    def _record_workflow(self, name: str, inputs: Mapping[str, str], labels: Mapping[str, str]) -> None:
        flow = self._workflows[name]
        for port, inner in flow.result_names(flow.execute(**inputs)).items():
            full = f"{name}/{inner}"
            self._label(labels[port], self.datastore.reference(full if full in self.datastore else inner))

    def _label(self, label: str, reference: str) -> None:
        self.datastore.record(label, reference)
        if label != reference:
            self.graph.data[label] = reference

    def _reference(self, source: str) -> str:
        """What a link starts at; a recorder alone cannot know which data objects there will be."""
        return self.datastore.reference(source) if source in self.datastore else source

    def _check(self, name: str) -> None:
        """Nothing to hold the step against: data are not known to a recorder alone."""

    def _compute(self, reference: str) -> Any:
        raise DataError(f"{reference} is recorded, but not computed here", remedy="use an Engine")


def record_workflow(name: str, cls: type[Workflow], parameters: Mapping[str, Any]) -> Graph:
    """The graph of a workflow with these parameters, its steps at the top; nothing is opened."""
    recorder = Recorder()
    flow = cls(**parameters)
    flow.initialize(Scope(recorder))
    try:
        flow.execute()
    finally:
        flow.finalize()
    return recorder.graph.model_copy(update={"name": name})
