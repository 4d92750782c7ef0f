"""What an HDF5 dataset claims, checked against what is stored, before anything of that size is made."""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io import _hdf5_virtual
from daisy_kernel.io.hdf5_handles import opened

# No compressed chunk unfolds to more than this many times the whole file (deflate reaches 1032 : 1).
_MOST_EXPANSION = 4096

# Frames that are looked at one by one; no scan has so many.
_MOST_FRAMES = 10_000_000

# Filters that are part of HDF5 itself: deflate, shuffle, fletcher32, szip, nbit, scaleoffset.
_BUILT_IN_FILTERS = range(1, 7)


def open_dataset(path: Path, file: h5py.File, name: str) -> h5py.Dataset:
    """Open a dataset so that regions are read as directly as HDF5 can.

    Errors: DataError where ``name`` is a group or a compression filter is missing.
    """
    access = _access(path, file, name)
    return h5py.Dataset(h5py.h5d.open(file.id, name.encode(), access))


def _access(path: Path, file: h5py.File, name: str) -> Any:
    """How to open the dataset; it is closed again here, because HDF5 keeps the first opening's ways."""
    dataset = file[name]
    if not isinstance(dataset, h5py.Dataset):
        raise DataError(f"{path}:{name} is a group", remedy="name a dataset inside it")
    filtered = _need_filters(path, dataset)
    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
    if dataset.chunks and (filtered or dataset.chunks[-1] == dataset.shape[-1]):
        # A region touches each chunk once, so a cache only copies, and for plain chunks it makes HDF5
        # read whole chunks: 16 rows of 500 frames of 256 x 1024 u2 take 25 ms with it, 5 ms without;
        # Blosc 50 and 34 ms. Plain chunks narrower than a row are the exception (36 and 96 ms).
        access.set_chunk_cache(0, 0, 0.0)
    if dataset.external:
        access.set_efile_prefix(str(path.parent).encode())
    return access


def check_claims(path: Path, dataset: h5py.Dataset) -> None:
    """Refuse a dataset whose type is no number, or whose size the file does not bear out."""
    where = f"{path}:{dataset.name}"
    if dataset.shape is None or dataset.dtype.kind not in "iuf" or dataset.dtype.itemsize > 8:
        kind = "nothing" if dataset.shape is None else f"values of type {dataset.dtype}"
        raise DataError(f"{where} holds {kind}, not numbers", remedy="name a dataset of numbers")
    if dataset.is_virtual:
        _hdf5_virtual.check_sources(path, dataset)
    elif dataset.external:
        for stored, _, _ in dataset.external:
            if not (path.parent / stored).is_file():
                raise DataError(f"{where} is stored in {stored}, which is missing", remedy=f"put it beside {path.name}")
    elif dataset.chunks:
        chunk = math.prod(dataset.chunks) * dataset.dtype.itemsize
        if chunk > _MOST_EXPANSION * path.stat().st_size:
            raise DataError(f"{where} is damaged: it claims chunks of {chunk} bytes", remedy="copy the file again")
    else:
        _check_contiguous(where, path, dataset)


def written_frames(path: Path, name: str) -> NDArray[np.int64] | None:
    """Indices along axis 0 that were really written; None where all were.

    An aborted scan leaves chunks that were never allocated, which HDF5 fills with zeros without
    saying so, or sources of a virtual dataset that end early.
    """
    with opened(path, name, guarded=False) as file:
        dataset = open_dataset(path, file, name)
        if dataset.is_virtual:
            missing = _hdf5_virtual.unreached_frames(path, dataset)
            return np.setdiff1d(np.arange(dataset.shape[0]), missing) if missing.size else None
        return _allocated(path, dataset) if dataset.chunks else None


def _allocated(path: Path, dataset: h5py.Dataset) -> NDArray[np.int64] | None:
    across = [-(-length // chunk) for length, chunk in zip(dataset.shape, dataset.chunks, strict=True)]
    if dataset.id.get_num_chunks() >= math.prod(across):
        return None
    counts: dict[int, int] = {}

    def count(info: Any) -> None:
        counts[info.chunk_offset[0]] = counts.get(info.chunk_offset[0], 0) + 1

    dataset.id.chunk_iter(count)
    whole = sorted(start for start, number in counts.items() if number == math.prod(across[1:]))
    depth = dataset.chunks[0]
    if len(whole) * depth > _MOST_FRAMES:
        raise DataError(
            f"{path}:{dataset.name} claims chunks {depth} frames deep",
            remedy="copy the file again",
        )
    frames = [np.arange(start, min(start + depth, dataset.shape[0])) for start in whole]
    return np.concatenate(frames) if frames else np.empty(0, np.int64)


def _check_contiguous(where: str, path: Path, dataset: h5py.Dataset) -> None:
    claimed = math.prod(dataset.shape) * dataset.dtype.itemsize
    offset = dataset.id.get_offset()
    if claimed and offset is None and dataset.id.get_storage_size() == 0:
        raise DataError(f"{where} is empty: {claimed} bytes were announced, none was written", remedy="scan again")
    end = claimed if offset is None else offset + claimed  # a compact dataset lies in its header
    if end > path.stat().st_size:
        raise DataError(f"{where} is truncated: {claimed} bytes do not fit in the file", remedy="copy it again")


def _need_filters(path: Path, dataset: h5py.Dataset) -> bool:
    """Make the dataset's filters available; whether it has any."""
    plist = dataset.id.get_create_plist()
    codes = [] if dataset.is_virtual else [plist.get_filter(n)[0] for n in range(plist.get_nfilters())]
    if dataset.is_virtual or any(code not in _BUILT_IN_FILTERS for code in codes):
        importlib.import_module("hdf5plugin")  # registers its filters with HDF5
    missing = [code for code in codes if not h5py.h5z.filter_avail(code)]
    if missing:
        raise DataError(
            f"{path}:{dataset.name} needs HDF5 filter {missing[0]}, which is not here",
            remedy="install that filter's plugin and set HDF5_PLUGIN_PATH",
        )
    return bool(codes)
