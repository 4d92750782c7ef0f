"""Preview: a part of any data object of a graph, computed without computing the whole.

Going backwards from what is wanted, each step is asked which region of its inputs it needs. What steps gave is
kept, by everything that it depends on: algorithm, parameters, what came in, region, and the files that were read.
So a change of one step computes that step and those after it, and nothing before it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Region, declaration
from daisy_kernel.graph import Graph, node_of, port_of
from daisy_kernel.regions import cut
from daisy_kernel.registry import load_class
from daisy_kernel.step import Opened, Step, describe, open_source
from widgets_apps.kept import Memory
from widgets_apps.work import Strip, Work

_CACHE = 96 << 20  # bytes of what is remembered: one row of a large scan at two of its steps


@dataclass(frozen=True)
class Found:
    """A data object, or the part of an array that was asked for; `warnings` of all steps that led to it."""

    value: Any
    warnings: Mapping[str, int]


class _Alone(Step):
    """A step of which a single element is computed where a run computes blocks."""

    @property
    def block(self) -> int:
        return 1


class Preview:
    """Computes parts of graphs, and remembers what it computed.

    alone: compute the wanted elements alone where a run computes whole blocks. For algorithms whose rows do not
    depend on each other the bits are the same, and that takes a fraction of the time.
    """

    def __init__(self, *, cache: int = _CACHE, alone: bool = False) -> None:
        self._memory = Memory(cache)
        self._kind = _Alone if alone else Step
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._lock = threading.RLock()

    def compute(self, graph: Graph, reference: str, region: Region | None = None, *, along: str | None = None) -> Found:
        """The data object ``node.port`` of a graph, or the part of an array at `region`.

        along: a dim of the array along which it may be computed part by part, each with little memory; what led to
        these is not remembered. Errors: those of the steps; DataError where a step has to see more than can be waited
        for.
        """
        wanted = dict(region or {})
        with self._lock:
            work = self.describe(graph, reference)
            count = 1 if along is None else work.parts(reference, wanted, along)
            if along is not None and count > 1:
                return _joined(work, reference, wanted, along, count)
            kept = work.outputs(reference, wanted)
            value = kept.outputs[port_of(reference)]
            if isinstance(value, DataArray):
                value = cut(value, wanted, kept.region)
            return Found(value, kept.warnings)

    def bytes(self, graph: Graph, reference: str, region: Region | None = None, *, along: str | None = None) -> int:
        """About how much memory `compute` would work with."""
        wanted = dict(region or {})
        with self._lock:
            work = self.describe(graph, reference)
            count = 1 if along is None else work.parts(reference, wanted, along)
            return work.bytes(reference, wanted) // count

    def template(self, graph: Graph, reference: str) -> Any:
        """What a data object will look like, as an array without data; nothing is computed but linked parameters."""
        with self._lock:
            return self.describe(graph, reference).steps[node_of(reference)].outputs[port_of(reference)]

    def describe(self, graph: Graph, reference: str) -> Work:
        """The steps up to a data object, with parameters that other steps give computed."""
        members = graph.ancestors([node_of(reference)])
        part = Graph(
            nodes={name: node for name, node in graph.nodes.items() if name in members},
            links=[link for link in graph.links if node_of(link.target) in members],
        )
        known: dict[str, Any] = {}
        for source in _parameters_from_steps(part):
            before = self.describe(part, source)
            known[source] = before.outputs(source, {}).outputs[port_of(source)]
        digests = dict.fromkeys(part.order(), "")
        for name in digests:
            digests[name] = _digest(part, name, digests, known)
        opened = {name: self._open(part, name, digests[name]) for name in part.nodes if _is_source(part, name)}
        arrays = {name: source.outputs for name, source in opened.items()}
        steps = describe(part, _resolve, known, arrays)
        kinds = {name: self._kind(s.name, s.algorithm, s.sources, s.inputs, s.outputs) for name, s in steps.items()}
        return Work(kinds, digests, opened, self._memory, self.execute, self.strip)

    def execute(self, step: Step, inputs: Mapping[str, Any]) -> Any:
        """Let a step compute; an app that knows a faster way to the same bits replaces this."""
        step.algorithm.initialize()
        try:
            return step.algorithm.execute(**inputs)
        finally:
            step.algorithm.finalize()

    def strip(self, step: Step, wanted: Region) -> Strip | None:
        """Less than whole frames that a step can be computed from; an app that knows replaces this."""
        return None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._memory.clear()
            self._opened.clear()

    def _open(self, graph: Graph, name: str, digest: str) -> Opened:
        if digest not in self._opened:
            node = graph.nodes[name]
            self._opened[digest] = open_source(name, _resolve(node.algorithm)(**node.parameters))
            while len(self._opened) > 4:
                self._opened.popitem(last=False)
        self._opened.move_to_end(digest)
        return self._opened[digest]


def _joined(work: Work, reference: str, wanted: Region, along: str, count: int) -> Found:
    """A region that is computed in so many parts along a dim."""
    template = cut(work.steps[node_of(reference)].outputs[port_of(reference)], wanted)
    values = np.empty(template.shape, template.dtype)
    axis, extent = template.dims.index(along), int(template.sizes[along])
    warnings: dict[str, int] = {}
    for first, last in pairwise(i * extent // count for i in range(count + 1)):
        part = {**wanted, along: (first, last)}
        kept = work.outputs(reference, part, keep=False)
        place = (slice(None),) * axis + (slice(first, last),)
        values[place] = cut(kept.outputs[port_of(reference)], part, kept.region).values
        for text, number in kept.warnings.items():
            warnings[text] = warnings.get(text, 0) + number
    return Found(template.copy(data=values), warnings)


def _parameters_from_steps(graph: Graph) -> list[str]:
    """References to what steps give for the parameters, not the inputs, of others."""
    found = []
    for name in graph.order():
        declared = declaration(_resolve(graph.nodes[name].algorithm))
        found += [source for port, source in graph.into(name).items() if port not in declared.inputs]
    return found


def _digest(graph: Graph, name: str, before: Mapping[str, str], known: Mapping[str, Any]) -> str:
    """Everything that the outputs of a step depend on."""
    node = graph.nodes[name]
    cls = _resolve(node.algorithm)
    links = {p: repr(known[s]) if s in known else [before[node_of(s)], port_of(s)] for p, s in graph.into(name).items()}
    files = [_identity(value) for value in node.parameters.values() if isinstance(value, str)]
    said = [node.algorithm, cls.version, node.parameters, links, files if _is_source(graph, name) else []]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _identity(text: str) -> list[int] | None:
    """Size and time of a file, where a text is the name of one."""
    try:
        stat = Path(text).stat()
    except (OSError, ValueError):
        return None
    return [stat.st_ino, stat.st_size, stat.st_mtime_ns]


def _is_source(graph: Graph, name: str) -> bool:
    return not graph.into(name) and not declaration(_resolve(graph.nodes[name].algorithm)).inputs


def _resolve(algorithm: str) -> type[Algorithm]:
    found: type[Algorithm] = load_class(algorithm, Algorithm)
    return found
