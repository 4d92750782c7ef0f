"""Kept: what the steps of a preview gave, remembered within a number of bytes."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xarray import DataArray

from daisy_kernel.algorithm import Region


@dataclass(frozen=True)
class Kept:
    """Outputs of a step by port, the region at which they lie, and the warnings of all steps that led to them."""

    outputs: Mapping[str, Any]
    region: Region
    warnings: Mapping[str, int]

    @property
    def memory(self) -> dict[int, int]:
        """Bytes of the outputs by what holds them; a step may pass on what it was given."""
        found: dict[int, int] = {}
        for value in self.outputs.values():
            array = value.values if isinstance(value, DataArray) else value
            holder = getattr(array, "base", None)
            holder = array if holder is None else holder
            found[id(holder)] = max(found.get(id(holder), 0), int(getattr(array, "nbytes", 0)))
        return found


class Memory:
    """The outputs that were used last, by a digest of all that they depend on."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def find(self, digest: str, wanted: Region) -> Kept | None:
        """What holds the wanted region, if anything does."""
        for key in reversed(self._kept):
            if key[0] == digest and holds(self._kept[key].region, wanted):
                self._kept.move_to_end(key)
                return self._kept[key]
        return None

    def put(self, digest: str, kept: Kept) -> None:
        """Keep something, and let go of what was not used for longest."""
        if sum(kept.memory.values()) > self._limit:
            return
        self._kept[(digest, json.dumps(kept.region, sort_keys=True))] = kept
        while self._taken() > self._limit:
            self._kept.popitem(last=False)

    def _taken(self) -> int:
        found: dict[int, int] = {}
        for kept in self._kept.values():
            for holder, size in kept.memory.items():
                found[holder] = max(found.get(holder, 0), size)
        return sum(found.values())

    def clear(self) -> None:
        """Let go of all."""
        self._kept.clear()


def holds(region: Region, wanted: Region) -> bool:
    """Whether one region lies in another; a dim that is absent is whole.

    >>> holds({"row": (0, 16)}, {"row": (3, 4)}), holds({"row": (0, 16)}, {}), holds({}, {"row": (3, 4)})
    (True, False, True)
    """
    return all(
        dim in wanted and start <= wanted[dim][0] and wanted[dim][1] <= stop for dim, (start, stop) in region.items()
    )
