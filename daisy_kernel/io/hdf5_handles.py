"""Opening HDF5 files for reading, and what HDF5 fails at as one sentence."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import h5py

from daisy_kernel.errors import DataError
from daisy_kernel.io._hdf5_guard import GuardedFile

# Everything that h5py raises when HDF5 meets damage (also in its own conversions of types and names).
HDF5_FAILURES = (
    OSError,
    KeyError,
    RuntimeError,
    ValueError,
    TypeError,
    IndexError,
    OverflowError,
    MemoryError,
)

# Held from the first block of opened() that is entered to the last that is left, so that nested blocks of
# one thread share a file. HDF5 itself does one thing at a time in a process: this costs no speed.
_LOCK = threading.RLock()
_OPEN: dict[tuple[Path, bool], h5py.File] = {}


@contextmanager
def opened(path: Path, purpose: str = "", *, guarded: bool = True) -> Iterator[h5py.File]:
    """The HDF5 file, open for reading until the block ends; what HDF5 fails at is a DataError.

    A file is not kept open beyond its block (opening takes 0.3 ms): an open file would keep others,
    and other cells of a notebook, from writing to it. Locking is left as h5py's default, because HDF5
    refuses a second opening in one process with another setting.

    purpose: what is being read, for the message ("/entry/data"). guarded: look at what HDF5 will
    parse (see _hdf5_guard); without it, reads are HDF5's own and virtual datasets find their sources,
    for datasets that were described before.
    """
    with _LOCK, ExitStack() as stack:
        file = _OPEN.get((path, guarded))
        if file is None:
            try:
                file = _open(path, stack) if guarded else stack.enter_context(h5py.File(path, "r"))
            except HDF5_FAILURES as error:
                raise _cannot_open(path, error) from error
            _OPEN[path, guarded] = file
            stack.callback(_OPEN.pop, (path, guarded))
        stack.enter_context(_translated(path, purpose))
        yield file


def _open(path: Path, stack: ExitStack) -> h5py.File:
    guard = stack.enter_context(GuardedFile(path))
    file = stack.enter_context(h5py.File(guard, "r"))
    guard.length_size = file.id.get_create_plist().get_sizes()[1]
    guard.base = file.userblock_size
    return file


@contextmanager
def _translated(path: Path, purpose: str) -> Iterator[None]:
    try:
        yield
    except HDF5_FAILURES as error:
        raise DataError(
            f"{path} is damaged: HDF5 cannot read {purpose or 'its structure'} ({_reason(error)})",
            remedy="copy the file again from where it was measured",
        ) from error


def _cannot_open(path: Path, error: BaseException) -> DataError:
    if isinstance(error, FileNotFoundError):
        return DataError(f"{path} does not exist", remedy="check the path")
    if path.is_dir():
        return DataError(f"{path} is a folder, not an HDF5 file", remedy="give the file's path")
    if isinstance(error, PermissionError):
        return DataError(f"{path} may not be read by this account", remedy="ask its owner for permission to read")
    text = str(error)
    if short := re.search(r"truncated file: eof = (\d+).*stored_eof = (\d+)", text):
        return DataError(
            f"{path} is truncated: it has {short[1]} of {short[2]} bytes",
            remedy="copy the file again, or wait until it is written completely",
        )
    if "signature" in text:
        return DataError(f"{path} is not an HDF5 file", remedy="give an HDF5 or NeXus file")
    if "unable to lock file" in text or "already open for write" in text:
        return DataError(f"{path} is being written by another program", remedy="wait until the scan has ended")
    return DataError(
        f"{path} cannot be opened as HDF5 ({_reason(error)})",
        remedy="copy the file again from where it was measured",
    )


def _reason(error: BaseException) -> str:
    """Name HDF5's own reason, which stands in parentheses at the end of its long sentence."""
    text: Any = error.args[0] if error.args else ""
    inner = re.search(r"\((.*)\)\s*$", str(text), re.DOTALL)
    words = " ".join((inner[1] if inner else str(text)).split())
    return words[:160] or type(error).__name__
