"""Graph: nodes and links, the one description that everything goes through, and its JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.declaration import LATER, suggest, validate
from daisy_kernel.errors import GraphError

Resolve = Callable[[str], type[Algorithm]]
NodeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w/-]*$")]
Reference = Annotated[str, StringConstraints(min_length=1)]


class Node(BaseModel):
    """A step: which algorithm, with which parameters."""

    model_config = ConfigDict(extra="forbid")

    algorithm: str
    parameters: dict[str, Any] = {}


class Link(BaseModel):
    """Data that flow: from ``node.port``, or from a data object by name, to ``node.input``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Reference
    target: Reference


class Graph(BaseModel):
    """What is to be computed. Order of nodes and links means nothing."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["daisy-graph"] = "daisy-graph"
    version: Literal[1] = 1
    name: str = "graph"
    nodes: dict[NodeName, Node] = {}
    links: list[Link] = []
    data: dict[str, Reference] = Field({}, description="names of data objects: name -> node.port")

    def into(self, node: str) -> dict[str, str]:
        """Source of each linked input of a node."""
        ends = ((*link.target.rpartition("."), link.source) for link in self.links)
        return {port: source for owner, _, port, source in ends if owner == node}

    def order(self) -> list[str]:
        """Nodes so that each comes after those it needs; `GraphError` names a cycle."""
        needs = {name: {node_of(source) for source in self.into(name).values()} for name in self.nodes}
        try:
            ordered = TopologicalSorter(needs).static_order()
            return [name for name in ordered if name in self.nodes]
        except CycleError as error:
            raise GraphError(
                f"the graph {self.name!r} runs in a circle: {' -> '.join(error.args[1])}",
                remedy="remove one of these links",
            ) from None

    def ancestors(self, wanted: Iterable[str]) -> set[str]:
        """The nodes that these need, themselves included."""
        found: set[str] = set()
        open_nodes = [name for name in wanted if name in self.nodes]
        while open_nodes:
            name = open_nodes.pop()
            if name not in found:
                found.add(name)
                open_nodes += [node_of(s) for s in self.into(name).values() if node_of(s) in self.nodes]
        return found

    def to_json(self) -> str:
        """The file's text; the same graph gives the same text."""
        return json.dumps(self.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, name: str = "graph") -> Graph:
        """Read the file's text; `GraphError` says where it is wrong."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the text"
            raise GraphError(
                f"{name} is no graph: {where}: {first['msg']}", remedy="see the schema: daisy show graph"
            ) from None

    @classmethod
    def read(cls, path: Path) -> Graph:
        """Read a graph file."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise GraphError(f"{path} cannot be read: {error}", remedy="name a *.daisy.json file") from None


def node_of(reference: str) -> str:
    """The node of ``node.port``; empty for the name of a data object."""
    return reference.rpartition(".")[0]


def port_of(reference: str) -> str:
    """The port of ``node.port``."""
    return reference.rpartition(".")[2]


def check(graph: Graph, resolve: Resolve, *, data: Iterable[str] = ()) -> None:
    """Raise the first error of a graph: algorithms, parameters, links, types, cycles.

    `data` are the names of data objects that exist outside the graph.
    """
    check_targets(graph)
    _check_sources(graph, set(data))
    graph.order()
    for name, node in graph.nodes.items():
        cls = resolve(node.algorithm)
        linked = graph.into(name)
        declared = declaration(cls)
        for port, source in linked.items():
            _check_link(graph, resolve, name, port, source)
        for needed in declared.inputs.values():
            if needed.required and needed.name not in linked:
                raise GraphError(
                    f"{name}.{needed.name} {needed} is not linked",
                    remedy=f"link a source to {name}.{needed.name}",
                )
        given = {**node.parameters, **{port: LATER for port in linked if port not in declared.inputs}}
        validate(f"{name} ({node.algorithm})", declared.parameters, given)
    for label, source in graph.data.items():
        if node_of(source) not in graph.nodes:
            raise GraphError(
                f"data object {label!r} names {source!r}, which is not there",
                remedy=suggest(node_of(source), graph.nodes),
            )


def check_targets(graph: Graph) -> None:
    """Raise where a link ends at a node that is not there, or at an input that is linked already."""
    targets: set[str] = set()
    for link in graph.links:
        if link.target in targets:
            raise GraphError(f"{link.target} is linked twice", remedy="remove one of the links")
        targets.add(link.target)
        if node_of(link.target) not in graph.nodes:
            raise GraphError(
                f"the link from {link.source} ends at {link.target!r}, which is not there",
                remedy=suggest(node_of(link.target), graph.nodes),
            )


def _check_sources(graph: Graph, data: set[str]) -> None:
    for link in graph.links:
        source = node_of(link.source)
        if source not in graph.nodes and link.source not in data:
            raise GraphError(
                f"the link to {link.target} starts at {link.source!r}, which is not there",
                remedy=suggest(source or link.source, [*graph.nodes, *data]),
            )


def _check_link(graph: Graph, resolve: Resolve, name: str, port: str, source: str) -> None:
    try:
        target = declaration(resolve(graph.nodes[name].algorithm)).target(port)
    except GraphError as error:
        raise GraphError(f"{name}: {error.error}", remedy=error.remedy) from None
    if node_of(source) not in graph.nodes:
        return
    outputs = declaration(resolve(graph.nodes[node_of(source)].algorithm)).outputs
    if port_of(source) not in outputs:
        raise GraphError(
            f"{node_of(source)} has no output {port_of(source)!r}", remedy=suggest(port_of(source), outputs)
        )
    given = outputs[port_of(source)]
    if not target.accepts(given):
        raise GraphError(
            f"{source} gives {given}, but {name}.{port} takes {target}",
            remedy="put a step between them that converts one into the other",
        )
