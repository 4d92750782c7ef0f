"""Work: what a region of a data object needs, going backwards through the steps of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeGuard

import numpy as np
import xarray
from xarray import DataArray

from daisy_kernel.algorithm import Region, declaration
from daisy_kernel.engines.section_runner import computing
from daisy_kernel.errors import DaisyError, DataError
from daisy_kernel.graph import node_of, port_of
from daisy_kernel.regions import cut, size
from daisy_kernel.step import Opened, Step
from daisy_kernel.template import by_port
from widgets_apps.kept import Kept, Memory

_WIDE = 16  # elements along a cut: what is costly to come by is read and kept for the neighbours too
_WIDEST = 64 << 20  # bytes, at most, of what is widened so
_LONG = 64  # elements of a strip from which it is worth to keep what neighbours need
_BATCH = 96 << 20  # bytes of a step that must see whole frames, computed at once
_PART = 16 << 20  # bytes, about, of a step that is computed part by part
_WHOLE = 4 << 30  # bytes that a step sees for one picture, at most: several seconds


@dataclass(frozen=True)
class Strip:
    """A way to a part of frames without the rest of them.

    pieces: ranges along `dim` of the step's one input, which are joined and given to `execute`. It returns the range
    `gives` of the output.
    """

    dim: str
    pieces: tuple[tuple[int, int], ...]
    gives: tuple[int, int]
    execute: Callable[[DataArray], DataArray]

    @property
    def length(self) -> int:
        """Elements that are looked at."""
        return sum(stop - start for start, stop in self.pieces)


@dataclass(frozen=True)
class Work:
    """The steps of one graph, and what each gives for a region that is wanted of it."""

    steps: Mapping[str, Step]
    digests: Mapping[str, str]
    opened: Mapping[str, Opened]
    memory: Memory
    execute: Callable[[Step, Mapping[str, Any]], Any]
    strip: Callable[[Step, Region], Strip | None]

    def outputs(self, reference: str, wanted: Region, *, keep: bool = True) -> Kept:
        """A wanted region of a data object, or more: from memory, from its file, or computed."""
        step = self.steps[node_of(reference)]
        if step.is_reduction or step.is_sink:
            raise DataError(f"{step.name} is known at the end of a run only", remedy="look at what goes into it")
        make, region, digest = self._way(step, reference, wanted, keep=keep)
        kept = self.memory.find(digest, region)
        if kept is None:
            kept = make(region)
            if keep or not region:
                self.memory.put(digest, kept)
        return kept

    def bytes(self, reference: str, wanted: Region) -> int:
        """About how much memory the costliest step on the way to a wanted region works with."""
        step = self.steps[node_of(reference)]
        if step.is_source:
            array = step.outputs[port_of(reference)]
            return size(array, wanted) if _is_array(array) else 0
        wanted, needed = self._at_once(step, wanted)
        inputs = {port: cut(a, needed.get(port, {})) if _is_array(a) else a for port, a in step.inputs.items()}
        own = sum(int(array.nbytes) for array in inputs.values() if _is_array(array))
        own += sum(size(array, wanted) for array in step.outputs.values() if _is_array(array))
        before = [self.bytes(step.sources[port], region) for port, region in needed.items()]
        return max(own * 3 // 2 + step.algorithm.scratch(**inputs), *before, 0)  # copies: half as much again

    def parts(self, reference: str, wanted: Region, dim: str) -> int:
        """In how many parts along a dim a wanted region is computed, so that each takes little memory."""
        extent = int(self.steps[node_of(reference)].outputs[port_of(reference)].sizes[dim])
        count = min(-(-self.bytes(reference, wanted) // _PART), extent)
        return count if self._cuts(reference, dim, extent // max(count, 1)) else 1

    def _cuts(self, reference: str, dim: str, length: int) -> bool:
        """Whether all steps on the way can be cut along a dim, and files be read in parts of such a length."""
        step = self.steps[node_of(reference)]
        if step.is_source:
            array = self.opened[step.name].outputs[port_of(reference)]
            chunks = array.encoding.get("preferred_chunks", {}) if _is_array(array) else {}
            return int(chunks.get(dim, 1)) <= length
        return dim in step.cuts and all(self._cuts(step.sources[port], dim, length) for port in self._needed(step, {}))

    def _needed(self, step: Step, wanted: Region) -> dict[str, Region]:
        """The region of each input that gives a wanted one of the output."""
        selected = step.algorithm.select(**step.inputs) if step.is_whole else {}
        produced = {} if step.is_whole else step.produced(wanted)
        return {
            port: selected.get(port, {}) if step.is_whole else step.needed(port, produced)
            for port in step.sources
            if port in step.inputs
        }

    def _at_once(self, step: Step, wanted: Region) -> tuple[Region, dict[str, Region]]:
        """The part of a wanted region that is computed at once, and what that needs of each input.

        All of it; or some of the frames that are seen whole, or of strips of them.
        """
        if step.is_whole or all(dim in step.produced(wanted) for dim in wanted):
            return wanted, self._needed(step, wanted)
        dim, strip = step.cuts[0], self.strip(step, wanted)
        first, last = wanted.get(dim, (0, step.extent(dim) or 1))
        seen = _seen(step, strip, {dim: (first, last)})
        wanted = {**wanted, dim: (first, first + _batch(first, last, seen))}
        rows: Region = {} if strip is None else {strip.dim: (0, strip.length)}
        return wanted, {port: {**needed, **rows} for port, needed in self._needed(step, wanted).items()}

    def _way(
        self, step: Step, reference: str, wanted: Region, *, keep: bool
    ) -> tuple[Callable[[Region], Kept], Region, str]:
        """How a wanted region is made, which region that gives, and what it depends on."""
        digest = self.digests[step.name]
        if step.is_source:
            port = port_of(reference)
            read = partial(self._read, step, port)
            return read, _widened(step.outputs[port], wanted) if keep else dict(wanted), f"{digest}.{port}"
        if step.is_whole:
            return partial(self._computed, step), {}, digest
        produced = step.produced(wanted)
        if all(dim in produced for dim in wanted):
            return partial(self._computed, step, keep=keep), produced, digest
        strip = self.strip(step, wanted)
        if strip is None or strip.length > _LONG:
            wanted = _widened(next(iter(step.outputs.values())), wanted)
        return partial(self._streamed, step), wanted, digest

    def _read(self, step: Step, port: str, region: Region) -> Kept:
        opened = self.opened[step.name]
        value = opened.outputs[port]
        return Kept(
            {port: cut(value, region).load() if isinstance(value, DataArray) else value}, region, opened.warnings
        )

    def _computed(self, step: Step, produced: Region, *, keep: bool = True) -> Kept:
        selected = step.algorithm.select(**step.inputs) if step.is_whole else {}
        if step.is_whole:
            total = sum(size(a, selected.get(p, {})) for p, a in step.inputs.items() if _is_array(a))
            _refuse_large(step, total, "everything", remedy="look at what goes into it, or at the result of a run")
        inputs: dict[str, Any] = {}
        given: Region = {}
        warnings: dict[str, int] = {}
        for port, source in step.sources.items():
            if port not in step.inputs:
                continue
            needed = selected.get(port, {}) if step.is_whole else step.needed(port, produced)
            before = self.outputs(source, needed, keep=keep)
            value = before.outputs[port_of(source)]
            inputs[port] = cut(value, needed, before.region) if isinstance(value, DataArray) else value
            _note(warnings, before.warnings)
            given.update(needed)
        with _named(step), computing:
            returned = self.execute(step, inputs)
        outputs = by_port(step.name, declaration(type(step.algorithm)), returned)
        if not step.is_whole:
            inside = step.inside(produced, given)
            outputs = {p: v.isel(inside) if isinstance(v, DataArray) else v for p, v in outputs.items()}
        _note(warnings, step.algorithm.warnings)
        step.algorithm.warnings.clear()
        return Kept(outputs, produced, warnings)

    def _streamed(self, step: Step, wanted: Region) -> Kept:
        """A step that must see whole frames: a batch of frames at a time, of which the wanted part is kept."""
        dim = step.cuts[0]
        strip = self.strip(step, wanted)
        first, last = wanted.get(dim, (0, step.extent(dim) or 1))
        total = _seen(step, strip, {dim: (first, last)})
        _refuse_large(step, total, "whole frames", remedy="look at single projections, or at the result of a run")
        length = _batch(first, last, total)
        outputs = {port: cut(array, wanted).copy(deep=False) for port, array in step.outputs.items()}
        values = {port: np.empty(array.shape, array.dtype) for port, array in outputs.items()}
        warnings: dict[str, int] = {}
        for start in range(first, last, length):
            batch = {dim: (start, min(start + length, last))}
            made = self._batch(step, strip, batch, keep=length >= last - first)
            place = {dim: (start - first, batch[dim][1] - first)}
            for port, value in made.outputs.items():
                at = tuple(slice(*place.get(str(name), (0, None))) for name in outputs[port].dims)
                values[port][at] = cut(value, {**wanted, **batch}, made.region).values
            _note(warnings, made.warnings)
        return Kept({port: array.copy(data=values[port]) for port, array in outputs.items()}, wanted, warnings)

    def _batch(self, step: Step, strip: Strip | None, batch: Region, *, keep: bool) -> Kept:
        """Some frames of a step, all of them or a strip."""
        if strip is None:
            return self._computed(step, step.produced(batch), keep=keep)
        port, source = next(iter(step.sources.items()))
        parts = []
        warnings: dict[str, int] = {}
        for piece in strip.pieces:
            needed = {**step.needed(port, batch), strip.dim: piece}
            before = self.outputs(source, needed, keep=keep)
            parts.append(cut(before.outputs[port_of(source)], needed, before.region))
            _note(warnings, before.warnings)
        joined = parts[0] if len(parts) == 1 else _joined(parts, strip.dim)
        with _named(step), computing:
            output = strip.execute(joined)
        return Kept({next(iter(step.outputs)): output}, {**batch, strip.dim: strip.gives}, warnings)


def _batch(first: int, last: int, total: int) -> int:
    """How many frames of so many are computed at once, all of which are so many bytes."""
    return max(1, min(last - first, _BATCH * (last - first) // max(total, 1)))


def _refuse_large(step: Step, total: int, sees: str, *, remedy: str) -> None:
    """Raise DataError where a step would have to see more bytes than a person waits for, and a memory may hold."""
    if total > _WHOLE:
        raise DataError(f"{step.name} looks at {sees}, {total / 2**30:.0f} GiB for one picture", remedy=remedy)


def _note(warnings: dict[str, int], more: Mapping[str, int]) -> None:
    """Add warnings; the same one from two sides is one."""
    warnings.update({text: max(count, warnings.get(text, 0)) for text, count in more.items()})


def _joined(parts: list[DataArray], dim: str) -> DataArray:
    """Arrays one after the other along a dim."""
    joined: DataArray = xarray.concat(parts, dim, coords="minimal", compat="override", join="override")
    return joined.assign_attrs(parts[0].attrs)


def _seen(step: Step, strip: Strip | None, region: Region) -> int:
    """Bytes that a step must see of its inputs."""
    arrays = [array for array in step.inputs.values() if _is_array(array)]
    pieces = [{}] if strip is None else [{strip.dim: piece} for piece in strip.pieces]
    return sum(size(array, {**region, **piece}) for array in arrays for piece in pieces)


def _is_array(value: Any) -> TypeGuard[DataArray]:
    return isinstance(value, DataArray)


def _widened(array: Any, wanted: Region) -> Region:
    """Whole groups of neighbours of what is wanted of an array, where they are small."""
    if not isinstance(array, DataArray):
        return {}
    wide: Region = {}
    for dim, (start, stop) in wanted.items():
        wide[dim] = start // _WIDE * _WIDE, min(-(-stop // _WIDE) * _WIDE, int(array.sizes[dim]))
    return wide if size(array, wide) <= _WIDEST else dict(wanted)


@contextmanager
def _named(step: Step) -> Iterator[None]:
    """Errors of a step begin with its name."""
    try:
        yield
    except DaisyError as error:
        raise type(error)(f"{step.name}: {error.error}", remedy=error.remedy) from error
    except MemoryError as error:
        raise DataError(f"{step.name}: out of memory", remedy="crop or bin the scan") from error
