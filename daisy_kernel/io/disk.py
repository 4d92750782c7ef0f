"""The disk below the writers: its errors in words, free space, and names put in place at the end."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from daisy_kernel.errors import DaisyError, OutputError, RunError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


def size_text(nbytes: int) -> str:
    """Return a size for people.

    >>> size_text(512), size_text(3 << 29)
    ('512 B', '1.5 GiB')
    """
    size, unit = float(nbytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{size:.4g} {unit}"


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read its bytes; what else has its name is refused: a pipe would wait until somebody writes.

    Errors: OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", str(path))
    return os.fdopen(descriptor, "rb")


def part_of(path: Path) -> Path:
    """Return the temporary name of an output: beside it, and found by no pattern for its suffix."""
    return path.with_name(path.name + ".part")


def present(path: Path) -> Path:
    """Return the part while there is one, else the finished output."""
    part = part_of(path)
    if part.exists():
        return part
    if path.exists():
        return path
    raise RunError(f"neither {part} nor {path} is there", remedy="start the run again without --resume")


def check_file(path: Path, *, overwrite: bool) -> None:
    """Raise `OutputError` unless a file may be put at `path`."""
    _check_name(path, overwrite)
    if path.is_dir():
        raise OutputError(f"{path} is a folder, which a file cannot replace", remedy="name another output")


def check_folder(path: Path, *, overwrite: bool, ours: Callable[[Path], bool]) -> None:
    """Raise `OutputError` unless a folder may be put at `path`; one is replaced if all in it is `ours`."""
    _check_name(path, overwrite)
    if path.is_dir():
        foreign = next((entry.name for entry in path.iterdir() if not ours(entry)), None)
        if foreign is not None:
            raise OutputError(
                f"{path} also holds {foreign!r}, which would be lost",
                remedy="name a folder of its own as output",
            )
    elif path.exists() or path.is_symlink():
        raise OutputError(f"{path} is a file, which a folder cannot replace", remedy="name another output")


def check_space(path: Path, nbytes: int) -> None:
    """Raise `OutputError` unless the file system of `path` has so many bytes free."""
    free = shutil.disk_usage(path.parent).free
    if nbytes > free:
        raise _no_space(OutputError, path, nbytes, free)


def put_in_place(path: Path) -> None:
    """Rename the part to its final name; what had that name is replaced."""
    part, old = part_of(path), path.with_name(path.name + ".old")
    if part.is_dir() and path.exists():
        # A folder cannot be renamed onto a full one: for an instant there is none under the final name.
        remove(old)
        path.rename(old)
        part.rename(path)
        remove(old)
    else:
        part.replace(path)
    _flush_one(path.parent)


def flush(path: Path) -> None:
    """Bring a file, or all that is in a folder, from the page cache to the disk.

    Without it a power cut after the rename leaves the final name on data that were never written.
    512 x 1024 x 1024 float32 in one file took 0.6 s longer, most of it having been written meanwhile;
    300 files of 1 MiB took 1.0 s one after another, and 0.2 s together, as the file system then commits once.
    """
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(_flush_one, [*path.rglob("*"), path]))


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def disk_errors(kind: type[DaisyError], path: Path, nbytes: int = 0, action: str = "written") -> Iterator[None]:
    """Turn errors of the operating system and of the HDF5 library into one sentence about `path`."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        # The HDF5 library reports a failed flush as RuntimeError or without a number: ask the disk.
        code, folder = getattr(error, "errno", None), path.parent
        free = _free(folder)
        if code in _FULL or (code is None and free is not None and free < nbytes):
            raise _no_space(kind, path, nbytes, free or 0) from error
        if code == errno.EROFS:
            reason, remedy = "its file system is read-only", "name an output elsewhere"
        elif code in _FORBIDDEN:
            reason, remedy = "permission denied", f"get access to {folder}, or name an output elsewhere"
        elif isinstance(error, FileNotFoundError):
            reason, remedy = "it is not there", f"see whether {folder} was moved or removed"
        else:
            reason, remedy = getattr(error, "strerror", None) or str(error), "check the disk"
        raise kind(f"{path} cannot be {action}: {reason}", remedy=remedy) from error


def _check_name(path: Path, overwrite: bool) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise OutputError(f"the folder {folder} does not exist", remedy=f"make it: mkdir -p {folder}")
    if not overwrite and (path.exists() or path.is_symlink()):
        raise OutputError(f"{path} exists already", remedy="use --overwrite, or another output")


def _free(folder: Path) -> int | None:
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return None


def _no_space(kind: type[DaisyError], path: Path, nbytes: int, free: int) -> DaisyError:
    remedy = "free space there, then go on with --resume" if kind is RunError else "name an output elsewhere"
    return kind(f"no space for {path}: {size_text(nbytes)} needed, {size_text(free)} free", remedy=remedy)


def _flush_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
