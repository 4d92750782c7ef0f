"""Virtual datasets: whether their sources are there, and which frames the sources do not reach.

HDF5 tells neither: it fills what a missing file should hold with zeros, and reads past the end of a
source that is shorter than its mapping (seen with HDF5 2.0: whatever bytes follow in the file).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io._hdf5_links import search_places
from daisy_kernel.io.hdf5_handles import opened

# Frames that are looked at one by one; no scan has so many.
_MOST_FRAMES = 10_000_000


class _Source(NamedTuple):
    """One mapping: frames ``here`` of the virtual dataset are ``there`` in ``name`` of ``path``."""

    path: Path
    name: str
    target: h5py.h5s.SpaceID
    selected: h5py.h5s.SpaceID


def check_sources(path: Path, dataset: h5py.Dataset) -> None:
    """Refuse a virtual dataset with a missing source, or one smaller than a frame of it."""
    where = f"{path}:{dataset.name}"
    for source in _sources(path, dataset):
        if not source.path.is_file():
            raise DataError(
                f"{where} is virtual and takes {source.name} from {source.path.name}, which is missing",
                remedy=f"put it at {source.path}",
            )
        with opened(source.path, source.name) as file:
            stored = file.get(source.name)
            if not isinstance(stored, h5py.Dataset):
                raise DataError(
                    f"{where} is virtual and {source.path} has no {source.name}",
                    remedy="copy that file again",
                )
            if not _frames_fit(stored.shape, source):
                raise DataError(
                    f"{where} is virtual and {source.path}:{source.name} {stored.shape} is too small for it",
                    remedy="copy that file again",
                )


def unreached_frames(path: Path, dataset: h5py.Dataset) -> NDArray[np.int64]:
    """Indices along axis 0 whose source is shorter than its mapping: an aborted scan."""
    if dataset.shape[0] > _MOST_FRAMES:
        raise DataError(f"{path}:{dataset.name} claims {dataset.shape[0]} frames", remedy="copy the file again")
    gaps = [np.empty(0, np.int64)]
    for source in _sources(path, dataset):
        with opened(source.path, source.name) as file:
            stored = file[source.name].shape
        here = _frames(source.target)
        if here is None or len(stored) != len(dataset.shape):
            continue
        whole = source.selected.get_select_type() == h5py.h5s.SEL_ALL
        there = np.arange(len(here)) if whole else _frames(source.selected)
        if there is not None and len(there) == len(here):
            gaps.append(here[there >= stored[0]])
    return np.unique(np.concatenate(gaps))


def _sources(path: Path, dataset: h5py.Dataset) -> Iterator[_Source]:
    """Mappings of a virtual dataset; names with printf patterns grow with their files and have no gap."""
    for mapping in dataset.virtual_sources():
        if "%" in mapping.file_name or "%" in mapping.dset_name:
            continue
        places = [path] if mapping.file_name == "." else search_places(path, Path(mapping.file_name))
        place = next((place for place in places if place.is_file()), places[0])
        yield _Source(place, mapping.dset_name, mapping.vspace, mapping.src_space)


def _frames_fit(stored: tuple[int, ...], source: _Source) -> bool:
    """Whether the source reaches as far as its mapping along every axis but the first."""
    wanted = _extents(source.target)
    if source.selected.get_select_type() != h5py.h5s.SEL_ALL:
        reached = _extents(source.selected)
        return len(stored) == len(reached) and all(
            last < length for (_, last), length in zip(reached[1:], stored[1:], strict=True)
        )
    lengths = [last + 1 - first for first, last in wanted]
    if len(stored) == len(wanted):
        return list(stored[1:]) == lengths[1:]
    return math.prod(stored) == int(source.target.get_select_npoints())


def _extents(space: Any) -> list[tuple[int, int]]:
    """First and last index that is selected along each axis (an unlimited one ends beyond anything)."""
    if space.get_select_type() == h5py.h5s.SEL_HYPERSLABS and space.is_regular_hyperslab():
        axes = zip(*space.get_regular_hyperslab(), strict=True)
        return [(start, start + stride * (count - 1) + block - 1) for start, stride, count, block in axes]
    first, last = space.get_select_bounds()
    return list(zip(first, last, strict=True))


def _frames(space: Any) -> NDArray[np.int64] | None:
    """Indices along axis 0 of a regular selection, in order; None for others and for unlimited ones."""
    if space.get_select_type() != h5py.h5s.SEL_HYPERSLABS or not space.is_regular_hyperslab():
        return None
    start, stride, count, block = (axis[0] for axis in space.get_regular_hyperslab())
    if count * block > _MOST_FRAMES:
        return None
    starts: NDArray[np.int64] = start + stride * np.arange(count, dtype=np.int64)
    return (starts[:, None] + np.arange(block)).ravel()
