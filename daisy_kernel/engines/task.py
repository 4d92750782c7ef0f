"""SectionTask and SlabReport: what goes to a process that computes a slab, and what comes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Algorithm
from daisy_kernel.engines.kept import Kept
from daisy_kernel.graph import Graph
from daisy_kernel.io.output import Output
from daisy_kernel.plan import Pieces, Slab
from daisy_kernel.registry import load_class
from daisy_kernel.sections import Section


@dataclass(frozen=True)
class SectionTask:
    """A section and all that a process needs to compute any slab of it. Small, and picklable.

    data: data objects by name and known results by ``node.port``. opened: what the sources gave, read
    where it is cut. stores: kept data by ``node.port``, to be read or written. outputs: by sink.
    threads: cores that the process may use (None: all). plots: folder for what uncut steps draw.
    memory: bytes that the plan expects a slab to take.
    """

    key: str
    section: Section
    pieces: Pieces
    graph: Graph
    classes: Mapping[str, type[Algorithm]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    opened: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stores: Mapping[str, Kept] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    device: str = "cpu"
    threads: int | None = None
    plots: Path | None = None
    silent: frozenset[str] = frozenset()
    memory: int = 0

    def resolve(self, algorithm: str) -> type[Algorithm]:
        """The class of an algorithm of this section."""
        return self.classes.get(algorithm) or load_class(algorithm, Algorithm)


@dataclass
class SlabReport:
    """What computing one slab gave: times and memory by step, warnings, and small results.

    partials: of reductions, by step, one a piece. results: of an uncut step, by ``node.port``. collected:
    pieces of arrays that were asked for.
    """

    slab: Slab
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    memory: dict[str, int] = field(default_factory=dict)
    warnings: Counter[str] = field(default_factory=Counter)
    partials: dict[str, list[Any]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    collected: list[tuple[str, Slab, Any]] = field(default_factory=list)
