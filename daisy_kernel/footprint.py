"""Footprint: bytes that a slab of a section reads, holds while it is computed, and leaves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daisy_kernel.regions import Regions, cut, size
from daisy_kernel.sections import Section
from daisy_kernel.step import Step


def peak(section: Section, steps: Mapping[str, Step], found: Regions) -> int:
    """The most that inputs, outputs and scratch take at once; an input is dropped after its last reader."""
    last = {source: name for name in section.steps for source in steps[name].sources.values()}
    ends = {*section.keeps, *section.collects}
    live: dict[str, int] = {}
    most = 0
    for name in section.steps:
        step = steps[name]
        given = {p: _part(step.inputs[p], found.needed.get(f"{name}.{p}", {})) for p in step.inputs}
        for port, array in step.outputs.items():
            if hasattr(array, "sizes"):
                live[f"{name}.{port}"] = size(array, found.produced[name])
        outside = sum(
            int(getattr(given[port], "nbytes", 0))
            for port, source in step.sources.items()
            if port in given and source.rpartition(".")[0] not in section.steps
        )
        scratch = 0 if step.is_source else step.algorithm.scratch(**given)
        most = max(most, sum(live.values()) + outside + scratch)
        for source, reader in last.items():
            if reader == name and source not in ends:
                live.pop(source, None)
    return most


def read(section: Section, steps: Mapping[str, Step], found: Regions) -> int:
    """Bytes read for one slab, from files and stores."""
    total = 0
    for name in section.steps:
        step = steps[name]
        if step.is_source:
            total += sum(size(a, found.produced[name]) for a in step.outputs.values() if hasattr(a, "sizes"))
        for port, source in step.sources.items():
            template: Any = step.inputs.get(port)
            if source.rpartition(".")[0] not in section.steps and hasattr(template, "sizes"):
                total += size(template, found.needed[f"{name}.{port}"])
    return total


def written(section: Section, steps: Mapping[str, Step], found: Regions) -> int:
    """Bytes that leave the section with one slab."""
    references = (*section.keeps, *section.collects)
    total = sum(size(output(steps, ref), found.produced[ref.rpartition(".")[0]]) for ref in references)
    for name in section.sinks:
        total += sum(
            size(a, found.needed.get(f"{name}.{p}", {})) for p, a in steps[name].inputs.items() if hasattr(a, "sizes")
        )
    return total


def _part(value: Any, region: Any) -> Any:
    return cut(value, region) if hasattr(value, "isel") else value


def output(steps: Mapping[str, Step], reference: str) -> Any:
    """The template of ``node.port``."""
    node, _, port = reference.rpartition(".")
    return steps[node].outputs[port]
