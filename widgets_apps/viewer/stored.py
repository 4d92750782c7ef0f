"""Arrays on disk: how each is best read for slices, the files it lies in, and whether they are what they were."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import weakref
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5 import Hdf5Array
from daisy_kernel.io.lazy import FrameSelection
from daisy_kernel.io.tiff import TiffStack
from widgets_apps.viewer.plain import PlainArray, plain


class LaidArray(PlainArray):
    """Values that were in memory, in a file without a name."""


def lay_down(values: NDArray[Any]) -> LaidArray:
    """Bring values to the disk, where they take no memory of this process; the file goes with the array."""
    with tempfile.TemporaryFile() as file:
        values.tofile(file)
        file.flush()
        descriptor = os.dup(file.fileno())
    array = LaidArray(Path(f"/dev/fd/{descriptor}"), values.shape, values.dtype, values.shape, 0)
    weakref.finalize(array, os.close, descriptor)
    return array


class _Frames(FrameSelection):
    """Some frames of another array, of which every so many are read in one go where they are neighbours."""

    def _strided(self, ranges: Sequence[range]) -> NDArray[Any]:
        frames, *others = ranges
        chosen = self.indices[frames.start : frames.stop : frames.step]
        within = tuple(slice(axis.start, axis.stop, axis.step) for axis in others)
        out = np.empty([len(axis) for axis in ranges], self.dtype)
        breaks = np.flatnonzero(np.diff(chosen) != frames.step) + 1
        with self.held():
            for first, last in pairwise([0, *breaks.tolist(), len(chosen)]):
                if first < last:
                    run = slice(int(chosen[first]), int(chosen[last - 1]) + 1, frames.step)
                    out[first:last] = self.base[(run, *within)]
        return out


def faster(array: Any) -> Any:
    """The same array in the way that slices of any axis are read best.

    HDF5 datasets are read past the library where that is possible. Of a TIFF page whole rows are read, so that they
    count as its chunks. Errors: DataError where the file cannot be opened.
    """
    if isinstance(array, Hdf5Array):
        return plain(array) or array
    if isinstance(array, TiffStack) and array.chunks is None:
        return dataclasses.replace(array, chunks=(1, 1, array.shape[2]))
    if isinstance(array, FrameSelection):
        return _Frames(faster(array.base), array.indices)
    return array


def leaves_rows_out(array: Any) -> bool:
    """Whether every so many rows of the array cost less than all of them: not of what was written just now."""
    plainly = array.base if isinstance(array, _Frames) else array
    return isinstance(plainly, PlainArray) and not isinstance(plainly, LaidArray)


def files_of(array: Any) -> tuple[Path, ...]:
    """The files of an array, the first and the last of many; none where it is in memory."""
    if isinstance(array, Hdf5Array | PlainArray):
        return (array.path,)
    if isinstance(array, TiffStack):
        return array.files[0], array.files[-1]
    return files_of(array.base) if isinstance(array, FrameSelection) else ()


def unchanged(*paths: Path) -> Callable[[], None]:
    """A check that raises DataError when one of the files is gone or is no longer what it is now."""
    known = {path: _state(path) for path in paths}

    def check() -> None:
        for path, state in known.items():
            if _state(path) != state:
                raise DataError(f"{path} has changed since it was opened", remedy="open it again")

    return check


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path} is no longer there", remedy="open it where it is now") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror})", remedy="ask its owner, or try again") from error
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
