"""Step: a node of a graph made concrete, with templates of what goes in and comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xarray import DataArray

from daisy_kernel.algorithm import Algorithm, Reduction, Region, Sink, declaration
from daisy_kernel.declaration import LATER
from daisy_kernel.errors import GraphError, ParameterError
from daisy_kernel.graph import Graph, Resolve
from daisy_kernel.template import by_port, template_of


@dataclass(frozen=True)
class Step:
    """A node with its algorithm, the source of each input, and templates by port."""

    name: str
    algorithm: Algorithm
    sources: Mapping[str, str]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]

    @property
    def is_source(self) -> bool:
        """Whether it takes no data: it opens something, and its arrays are read lazily."""
        return not self.sources and not declaration(type(self.algorithm)).inputs

    @property
    def is_whole(self) -> bool:
        """Whether it sees its inputs at once and is not cut."""
        return not self.is_source and self.algorithm.slabs is None

    @property
    def is_told(self) -> bool:
        """Whether `describe` gave its outputs themselves, so that nothing is left to compute."""
        values = self.outputs.values()
        return self.is_whole and bool(values) and not any(isinstance(v, DataArray | None) for v in values)

    @property
    def is_sink(self) -> bool:
        """Whether its result goes into an output."""
        return isinstance(self.algorithm, Sink)

    @property
    def is_reduction(self) -> bool:
        """Whether its partial results are combined."""
        return isinstance(self.algorithm, Reduction)

    @property
    def cuts(self) -> tuple[str, ...]:
        """Dims along which it may be cut, the preferred one first."""
        if self.is_source:
            return tuple(dict.fromkeys(dim for value in self.outputs.values() for dim in _dims(value)))
        return self.algorithm.cuts(**self.inputs)

    @property
    def block(self) -> int:
        """Its outputs are computed at multiples of so many elements along its cuts."""
        return self.algorithm.slabs.block if self.algorithm.slabs else 1

    def extent(self, dim: str) -> int | None:
        """Length of its output along `dim`; of its input where it is a sink or reduction."""
        values = list(self.outputs.values()) or list(self.inputs.values())
        return next((int(value.sizes[dim]) for value in values if dim in _dims(value)), None)

    def produced(self, region: Region) -> Region:
        """The output region that is computed for a wanted one: whole blocks, whole dims if uncut."""
        if self.is_source:
            return dict(region)
        grown: Region = {}
        for dim, (start, stop) in region.items():
            extent = self.extent(dim)
            if dim in self.cuts and extent is not None:
                grown[dim] = (
                    start // self.block * self.block,
                    min(-(-stop // self.block) * self.block, extent),
                )
        return grown

    def needed(self, port: str, produced: Region) -> Region:
        """The region of an input which gives the produced output region."""
        template = self.inputs[port]
        return {
            dim: self._window(dim, *produced[dim], int(template.sizes[dim]))
            for dim in _dims(template)
            if dim in produced
        }

    def inside(self, produced: Region, given: Region) -> dict[str, slice]:
        """Where the produced region lies in what `execute` returned for inputs at `given`: without halo."""
        return {
            dim: slice(start - given[dim][0], stop - given[dim][0])
            for dim, (start, stop) in produced.items()
            if dim in given and self.algorithm.halo(dim, **self.inputs)
        }

    def _window(self, dim: str, start: int, stop: int, extent: int) -> tuple[int, int]:
        first, last = self.algorithm.source_range(dim, start, stop, **self.inputs)
        halo = self.algorithm.halo(dim, **self.inputs)
        return max(first - halo, 0), min(last + halo, extent)


def make(name: str, algorithm: str, cls: type[Algorithm], parameters: Mapping[str, Any]) -> Algorithm:
    """An algorithm of a step; the error names both."""
    try:
        return cls(**parameters)
    except ParameterError as error:
        text = error.error.removeprefix(cls.__name__).lstrip(": ")
        raise ParameterError(f"{name} ({algorithm}): {text}", remedy=error.remedy) from None


def describe(
    graph: Graph, resolve: Resolve, data: Mapping[str, Any], opened: Mapping[str, Any] | None = None
) -> dict[str, Step]:
    """Every node as a step, in order, with templates; sources are opened, nothing is computed.

    `data` holds data objects by name and known results by ``node.port``; a node all of whose outputs
    are known is taken as a source of them. Raises what `describe` and the sources raise.
    """
    opened = opened or {}
    steps: dict[str, Step] = {}
    for name in graph.order():
        node = graph.nodes[name]
        cls = resolve(node.algorithm)
        declared = declaration(cls)
        sources = graph.into(name)
        values = {port: _template(steps, data, source) for port, source in sources.items()}
        linked = {p: v for p, v in values.items() if p not in declared.inputs}
        inputs = {p: v for p, v in values.items() if p in declared.inputs}
        later = {port: LATER if value is None else value for port, value in linked.items()}
        algorithm = make(name, node.algorithm, cls, {**node.parameters, **later})
        _check_dims(name, declared.inputs, inputs)
        if not sources and not declared.inputs:
            outputs = opened[name] if name in opened else open_source(name, algorithm).outputs
            outputs = {port: template_of(value) for port, value in outputs.items()}
        else:
            outputs = by_port(name, declared, algorithm.describe(**inputs)) if declared.outputs else {}
        steps[name] = Step(name, algorithm, sources, inputs, outputs)
    return steps


@dataclass(frozen=True)
class Opened:
    """What a source gave: arrays that are read where they are cut, small values, and its warnings."""

    outputs: Mapping[str, Any]
    warnings: Counter[str]


def open_source(name: str, algorithm: Algorithm) -> Opened:
    """Let a source open what it names."""
    algorithm.initialize()
    outputs = by_port(name, declaration(type(algorithm)), algorithm.execute())
    return Opened(outputs, algorithm.warnings)


def _template(steps: Mapping[str, Step], data: Mapping[str, Any], source: str) -> Any:
    node, _, port = source.rpartition(".")
    if source in data:
        return template_of(data[source])
    if node in steps:
        return steps[node].outputs[port]
    raise GraphError(f"there is no data object {source!r}", remedy="put it into the data store first")


def _check_dims(name: str, ports: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    for port, value in inputs.items():
        wanted = ports[port].dims
        if wanted is None or value is None or _dims(value) == wanted:
            continue
        shown = f"dims ({', '.join(_dims(value))})" if isinstance(value, DataArray) else type(value).__name__
        raise GraphError(
            f"{name}.{port} takes ({', '.join(wanted)}), but was given {shown}",
            remedy="give an xarray.DataArray of these dims",
        )


def _dims(value: Any) -> tuple[str, ...]:
    return tuple(str(dim) for dim in getattr(value, "dims", ()))
