"""A chain: algorithms by their names, of which each takes what those before it give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.declaration import Declaration, Port
from daisy_kernel.errors import GraphError
from daisy_kernel.graph import Graph, Link, Node
from daisy_kernel.registry import load_class


def chain(algorithms: Sequence[str]) -> Graph:
    """The graph of algorithms one after the other, each step called after its algorithm.

    An input is linked to the nearest step before it that gives what it takes: a port of the same name if there is
    one, else the first that fits. Errors: RegistryError for an unknown name, GraphError where nothing fits.
    """
    graph = Graph()
    before: dict[str, Declaration] = {}
    for algorithm in algorithms:
        name = _free_name(algorithm, before)
        declared = declaration(load_class(algorithm, Algorithm))
        graph.nodes[name] = Node(algorithm=algorithm)
        for port in declared.inputs.values():
            source = _nearest(before, port)
            if source is not None:
                graph.links.append(Link(source=source, target=f"{name}.{port.name}"))
            elif port.required:
                raise GraphError(
                    f"no step before {name} gives its input {port.name} {port}",
                    remedy=f"put one that does before {algorithm}",
                )
        before[name] = declared
    return graph


def _free_name(algorithm: str, taken: Mapping[str, Declaration]) -> str:
    """The last part of the algorithm's name, with a number where there is a step of that name."""
    base = algorithm.replace(":", ".").rpartition(".")[2].lower()
    for number in count(1):
        name = f"{base}{number if number > 1 else ''}"
        if name not in taken:
            return name
    raise AssertionError("numbers do not end")


def _nearest(before: Mapping[str, Declaration], port: Port) -> str | None:
    for name in reversed(list(before)):
        fitting = [given.name for given in before[name].outputs.values() if port.accepts(given)]
        if fitting:
            return f"{name}.{port.name if port.name in fitting else fitting[0]}"
    return None
