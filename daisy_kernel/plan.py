"""Plan: from a graph to sections and slabs, with memory and disk known beforehand. Pure.

Slabs only decide what is computed when: a step's blocks, halo and windows fix the numbers, whatever
the slabs. So their length follows the file's chunks (a chunk is read once where memory allows), the
blocks of the steps and the budget:

1. a slab begins and ends where blocks do, the last one aside;
2. it is a multiple of the file's chunks where such a slab fits into the budget;
3. it is no longer than is needed to keep every slot busy `_ROUNDS` times, and chunks whole;
4. a slab of one block that does not fit is refused, with what would be needed;
5. where whole chunks would leave half of the slots without a slab, each slot gets its share once: it reads
   the chunks again, which costs less than computing for the others.

A slab is read as a whole, so that chunks are, and computed in pieces of one or a few blocks, so that
the arrays between its steps stay small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daisy_kernel.errors import DataError
from daisy_kernel.footprint import output, peak, read, written
from daisy_kernel.regions import regions
from daisy_kernel.sections import Section, sectionize
from daisy_kernel.step import Step

KEEP_CHUNK = 32
"""Elements of a kept array's chunk along each dim that may be cut: 32 x 32 rows of 2048 floats are 8 MB."""

BASELINE = 400 << 20
"""Bytes of a process that has loaded the libraries and computes nothing (measured: 330 to 380 MB)."""

_ROUNDS = 4
_PIECE = 24 << 20
"""Bytes read for a piece: from here on a longer one saves no time (64 rows x 1000 angles x 1024 columns)."""

_LARGEST = 512 << 20
"""A slab's result is no larger than this unless the file's chunks ask for it: longer slabs gain nothing."""


@dataclass(frozen=True)
class Slab:
    """A part of a section: the unit of work, of retry, of resume and of progress."""

    start: int
    stop: int


@dataclass(frozen=True)
class Pieces:
    """How slabs are cut for computing: `length` from each slab's start on, where blocks begin.

    Blocks begin at multiples of `block`, counted from `lead` elements before 0.
    """

    length: int
    block: int = 1
    lead: int = 0

    def of(self, slab: Slab) -> tuple[Slab, ...]:
        """The pieces of a slab.

        >>> [(piece.start, piece.stop) for piece in Pieces(16, block=16, lead=8).of(Slab(0, 40))]
        [(0, 8), (8, 24), (24, 40)]
        """
        first = slab.start + self.length - (slab.start + self.lead) % self.block
        borders = sorted({slab.start, slab.stop, *range(first, slab.stop, self.length)})
        return tuple(Slab(start, stop) for start, stop in itertools.pairwise(borders))


@dataclass(frozen=True)
class Planned:
    """A section with its slabs and the bytes that a process needs for one of them."""

    section: Section
    slabs: tuple[Slab, ...]
    memory: int
    pieces: Pieces


@dataclass(frozen=True)
class Plan:
    """What will be computed, in order."""

    steps: Mapping[str, Step]
    sections: tuple[Planned, ...]
    kept: Mapping[str, Any]
    budget: int

    @property
    def kept_bytes(self) -> int:
        """Disk that the kept data take in the run folder."""
        return sum(int(array.nbytes) for array in self.kept.values())

    @property
    def memory(self) -> int:
        """Bytes that a process needs at most."""
        return max((planned.memory for planned in self.sections), default=BASELINE)


def make_plan(
    steps: Mapping[str, Step],
    *,
    budget: int,
    slots: int = 1,
    keep: Sequence[str] = (),
    collect: Sequence[str] = (),
) -> Plan:
    """Plan the computation of all sinks, and of what is to be kept or collected.

    budget: bytes for each process. slots: processes that compute at the same time.
    Raises `DataError` where not even one block fits.
    """
    sections = sectionize(steps, keep=tuple(keep), collect=tuple(collect))
    planned = tuple(_plan(section, steps, budget, slots) for section in sections)
    kept = {ref: output(steps, ref) for section in sections for ref in section.keeps}
    return Plan(steps, planned, kept, budget)


def memory(section: Section, steps: Mapping[str, Step], slab: Slab, pieces: Pieces) -> int:
    """Bytes a process needs to compute this slab while it reads the next and writes the last piece."""
    whole = read(section, steps, regions(section, steps, slab.start, slab.stop))
    needed = 0
    for piece in pieces.of(slab)[:2]:
        found = regions(section, steps, piece.start, piece.stop)
        needed = max(needed, peak(section, steps, found) + 2 * written(section, steps, found))
    return BASELINE + 2 * whole + needed


def _plan(section: Section, steps: Mapping[str, Step], budget: int, slots: int) -> Planned:
    if section.dim is None:
        slab = Slab(0, 1)
        needed = memory(section, steps, slab, Pieces(1))
        _refuse(section, needed, budget, f"{section.whole} at once")
        return Planned(section, (slab,), needed, Pieces(1))
    block, lead = _block(section, steps)
    pieces = _pieces(section, steps, block, lead)
    chunk = math.lcm(block, _chunk(section, steps))

    def fits(length: int) -> bool:
        return _most(section, steps, length, pieces) <= budget

    least = min(block, section.extent)
    needed = _most(section, steps, least, pieces)
    _refuse(section, needed, budget, f"{least} of {section.dim}")
    length = _length(section, steps, block, chunk, slots, fits)
    return Planned(section, _slabs(section.extent, length, lead), _most(section, steps, length, pieces), pieces)


def _pieces(section: Section, steps: Mapping[str, Step], block: int, lead: int) -> Pieces:
    """Whole slabs where no step has blocks; else as many blocks as read `_PIECE` bytes, at least one."""
    if not any(steps[name].block > 1 for name in section.steps):
        return Pieces(section.extent)
    each = max(1, read(section, steps, regions(section, steps, 0, min(block, section.extent))))
    return Pieces(block * max(1, _PIECE // each), block, lead)


def _length(
    section: Section,
    steps: Mapping[str, Step],
    block: int,
    chunk: int,
    slots: int,
    fits: Callable[[int], bool],
) -> int:
    """Rules 1 to 3, and 5."""
    one = max(1, written(section, steps, regions(section, steps, 0, min(block, section.extent))))
    unit, rounds = chunk if fits(min(chunk, section.extent)) else block, _ROUNDS
    if 2 * math.ceil(section.extent / unit) <= slots:
        unit, rounds = block, 1
    busy = math.ceil(section.extent / (slots * rounds) / block) * block
    useful = max(block, min(busy, _LARGEST // one * block))
    length = max(unit, useful // unit * unit)
    while length > unit and not fits(length):
        length -= unit
    return min(length, section.extent)


def _slabs(extent: int, length: int, lead: int) -> tuple[Slab, ...]:
    """Slabs of this length, with borders at its multiples, counted from `lead` elements before 0."""
    borders = sorted({0, extent, *range(length - lead % length, extent, length)})
    return tuple(Slab(start, stop) for start, stop in itertools.pairwise(borders))


def _block(section: Section, steps: Mapping[str, Step]) -> tuple[int, int]:
    """The common multiple of the blocks, and how far before element 0 of the end a block begins.

    No two slabs may share a chunk of what is kept, which begins at 0: other blocks are computed twice at a border.
    """
    assert section.dim is not None
    first = regions(section, steps, 0, 1)
    block, lead = KEEP_CHUNK if section.keeps else 1, 0
    wanted = _starts(section, steps)
    for name in section.steps:
        step = steps[name]
        if step.block > 1 and section.dim in first.produced[name]:
            block = math.lcm(block, step.block)
            lead = max(lead, wanted[name])
    return block, 0 if section.keeps else lead


def _starts(section: Section, steps: Mapping[str, Step]) -> dict[str, int]:
    """By step, the element of its output which element 0 of the section's end comes from."""
    assert section.dim is not None
    starts = dict.fromkeys(section.steps, 0)
    for name in reversed(section.steps):
        step = steps[name]
        start = step.algorithm.source_range(section.dim, starts[name], starts[name] + 1, **step.inputs)[0]
        for source in steps[name].sources.values():
            node = source.rpartition(".")[0]
            if node in starts:
                starts[node] = max(starts[node], start)
    return starts


def _chunk(section: Section, steps: Mapping[str, Step]) -> int:
    """The largest chunk, along the section's dim, of the files that it reads."""
    chunks = [1]
    for name in section.steps:
        step = steps[name]
        outside = [step.inputs.get(p) for p, s in step.sources.items() if s.rpartition(".")[0] not in section.steps]
        for array in [*outside, *(step.outputs.values() if step.is_source else ())]:
            preferred = getattr(array, "encoding", {}).get("preferred_chunks", {})
            chunks.append(int(preferred.get(section.dim, 1)))
    return max(chunks)


def _most(section: Section, steps: Mapping[str, Step], length: int, pieces: Pieces) -> int:
    """Bytes for the slab of this length that needs most: an inner one has halo on both sides."""
    slabs = _slabs(section.extent, length, pieces.lead)
    places = {0, min(1, len(slabs) - 1), len(slabs) // 2, len(slabs) - 1}
    return max(memory(section, steps, slabs[place], pieces) for place in places)


def _refuse(section: Section, needed: int, budget: int, what: str) -> None:
    if needed > budget:
        raise DataError(
            f"computing {what} ({' -> '.join(section.steps)}) needs {needed / 2**30:.2f} GiB of memory, "
            f"but {budget / 2**30:.2f} GiB are allowed",
            remedy="raise memory=, lower workers=, or crop or bin the scan",
        )
