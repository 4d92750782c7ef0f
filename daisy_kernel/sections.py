"""Sections: consecutive steps through which a slab runs in one task.

Going through the steps in order, a step's output is kept in the run's store, and a section ends, where

1. a step cannot be cut along any dim along which what it reads is being cut (a change of direction);
2. a reduction, or a step that looks at the whole, reads it, and so does another step (which would
   otherwise have it computed twice).

Steps that look at a declared part only (a center from some rows) end nothing: that part is computed
for them beforehand. What a person asks to keep is written on the way and ends nothing either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from daisy_kernel.step import Step

_Ends = dict[str, list[str]]


@dataclass(frozen=True)
class Section:
    """Steps, the dim along which they are cut (None: not at all), and what comes out at the end."""

    steps: tuple[str, ...]
    dim: str | None
    extent: int = 1
    keeps: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    reductions: tuple[str, ...] = ()
    whole: str | None = None

    @property
    def terminals(self) -> tuple[str, ...]:
        """Everything that leaves the section: ``node.port`` or the node of a sink or reduction."""
        return (*self.keeps, *self.collects, *self.sinks, *self.reductions)


@dataclass
class _Walk:
    """What is known of each step while going through them in order."""

    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    level: dict[str, int] = field(default_factory=dict)
    boundaries: set[str] = field(default_factory=set)


def sectionize(
    steps: Mapping[str, Step], *, keep: tuple[str, ...] = (), collect: tuple[str, ...] = ()
) -> list[Section]:
    """Cut the steps (in order) into sections, in the order in which they are to be computed.

    `keep` and `collect` are references ``node.port`` to be stored on the way or to be returned.
    """
    walk = _Walk(boundaries=_read_by_reductions(steps))
    for step in steps.values():
        walk.allowed[step.name] = _allowed(step, steps, walk)
    for step in steps.values():
        walk.level[step.name] = _level(step, steps, walk)
    groups: dict[tuple[int, str, int], _Ends] = defaultdict(lambda: defaultdict(list))
    for kind, reference in _terminals(steps, walk.boundaries, keep, collect):
        step = steps[reference.rpartition(".")[0] or reference]
        dim = walk.allowed[step.name][0]
        groups[walk.level[step.name], dim, step.extent(dim) or 1][kind].append(reference)
    found = [(level, 1, _section(steps, walk, dim, n, ends)) for (level, dim, n), ends in groups.items()]
    for step in steps.values():
        if step.is_whole and not step.is_told:
            section = Section(_members(steps, walk, {step.name}), None, whole=step.name)
            found.append((walk.level[step.name], 0, section))
    return [section for *_, section in sorted(found, key=lambda item: item[:2])]


def _allowed(step: Step, steps: Mapping[str, Step], walk: _Walk) -> tuple[str, ...]:
    """Rule 1; notes the boundaries that it makes."""
    cuts = step.cuts
    if not cuts:
        return ()
    remaining = cuts
    sources = [(source, node) for source in step.sources.values() if (node := _cut_step(source, steps))]
    for source, node in sources:
        if source not in walk.boundaries:
            remaining = tuple(dim for dim in remaining if dim in walk.allowed[node])
    if remaining:
        return remaining
    walk.boundaries |= {source for source, node in sources if cuts[0] not in walk.allowed[node]}
    return tuple(
        dim
        for dim in cuts
        if all(dim in walk.allowed[node] for source, node in sources if source not in walk.boundaries)
    )


def _read_by_reductions(steps: Mapping[str, Step]) -> set[str]:
    """Rule 2."""
    readers: dict[str, list[Step]] = defaultdict(list)
    for step in steps.values():
        for source in step.sources.values():
            if _cut_step(source, steps):
                readers[source].append(step)
    return {source for source, those in readers.items() if len(those) > 1 and any(map(_sees_all, those))}


def _sees_all(step: Step) -> bool:
    looks_at_all = step.is_whole and not step.is_told and not step.algorithm.select(**step.inputs)
    return step.is_reduction or looks_at_all


def _level(step: Step, steps: Mapping[str, Step], walk: _Walk) -> int:
    """How many stores and results it has to wait for, one after the other."""
    level = 0
    for source in step.sources.values():
        node = source.rpartition(".")[0]
        if node in steps:
            waits = source in walk.boundaries or steps[node].is_whole or steps[node].is_reduction
            level = max(level, walk.level[node] + int(waits))
    return level


def _terminals(
    steps: Mapping[str, Step], boundaries: set[str], keep: tuple[str, ...], collect: tuple[str, ...]
) -> list[tuple[str, str]]:
    cut = {name: step for name, step in steps.items() if not step.is_whole}
    asked = [("collects", ref) for ref in collect if ref.rpartition(".")[0] in cut]
    stored = [("keeps", ref) for ref in sorted({*boundaries, *keep}) if ref.rpartition(".")[0] in cut]
    sinks = [("sinks", name) for name, step in cut.items() if step.is_sink]
    reductions = [("reductions", name) for name, step in cut.items() if step.is_reduction]
    return stored + asked + sinks + reductions


def _section(steps: Mapping[str, Step], walk: _Walk, dim: str, extent: int, ends: _Ends) -> Section:
    starts = {ref.rpartition(".")[0] or ref for refs in ends.values() for ref in refs}
    return Section(
        _members(steps, walk, starts),
        dim,
        extent,
        keeps=tuple(ends["keeps"]),
        collects=tuple(ends["collects"]),
        sinks=tuple(ends["sinks"]),
        reductions=tuple(ends["reductions"]),
    )


def _members(steps: Mapping[str, Step], walk: _Walk, starts: set[str]) -> tuple[str, ...]:
    """The steps of a section, back to stores and known results."""
    members: set[str] = set()
    waiting = sorted(starts)
    while waiting:
        name = waiting.pop()
        if name in members:
            continue
        members.add(name)
        for source in steps[name].sources.values():
            node = source.rpartition(".")[0]
            known = node not in steps or steps[node].is_whole or steps[node].is_reduction
            if not known and source not in walk.boundaries:
                waiting.append(node)
    return tuple(name for name in steps if name in members)


def _cut_step(source: str, steps: Mapping[str, Step]) -> str | None:
    """The node of a reference, where it is a step that is cut (not a source, not a known result)."""
    node = source.rpartition(".")[0]
    if node not in steps or steps[node].is_source or steps[node].is_whole or steps[node].is_reduction:
        return None
    return node
