"""Regions: which part of each step's output and input a slab needs, found from the end backwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xarray import DataArray

from daisy_kernel.algorithm import Region
from daisy_kernel.sections import Section
from daisy_kernel.step import Step


@dataclass
class Regions:
    """For one slab: by step what it produces, by ``step.input`` what it is given."""

    produced: dict[str, Region] = field(default_factory=dict)
    needed: dict[str, Region] = field(default_factory=dict)


def regions(section: Section, steps: Mapping[str, Step], start: int, stop: int) -> Regions:
    """The regions of a slab from `start` to `stop` along the section's dim, as its terminals count."""
    found = Regions()
    wanted: dict[str, list[Region]] = {name: [] for name in section.steps}
    for terminal in section.terminals:
        name = terminal.rpartition(".")[0] or terminal
        wanted[name].append({section.dim: (start, stop)} if section.dim else {})
    for name in reversed(section.steps):
        step = steps[name]
        found.produced[name] = step.produced(hull(wanted[name]))
        selected = step.algorithm.select(**step.inputs) if step.is_whole else {}
        for port, source in step.sources.items():
            if port not in step.inputs:
                continue
            region = selected.get(port, {}) if step.is_whole else step.needed(port, found.produced[name])
            found.needed[f"{name}.{port}"] = region
            node = source.rpartition(".")[0]
            if node in wanted and isinstance(step.inputs[port], DataArray):  # what is not there is read nowhere
                wanted[node].append(region)
    return found


def hull(parts: list[Region]) -> Region:
    """The smallest region that holds all of these; a dim that one of them takes whole is whole.

    >>> hull([{"row": (0, 16)}, {"row": (8, 32)}])
    {'row': (0, 32)}
    """
    if not parts:
        return {}
    shared = set(parts[0]).intersection(*parts[1:])
    return {
        dim: (min(part[dim][0] for part in parts), max(part[dim][1] for part in parts))
        for dim in parts[0]
        if dim in shared
    }


def cut(array: DataArray, region: Region, within: Region | None = None) -> DataArray:
    """The part of an array at `region`; the array itself lies at `within` of the whole."""
    slices = {}
    for dim, (start, stop) in region.items():
        if dim in array.dims:
            lead = within[dim][0] if within and dim in within else 0
            slices[dim] = slice(start - lead, stop - lead)
    return array.isel(slices) if slices else array


def size(array: DataArray, region: Region) -> int:
    """Bytes of the part of a template at `region`."""
    count = 1
    for dim, extent in array.sizes.items():
        start, stop = region.get(str(dim), (0, extent))
        count *= stop - start
    return count * int(array.dtype.itemsize)
