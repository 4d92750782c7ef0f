"""What is in a folder, and where a name is found below it; the boundary is the user's own rights."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from daisy_kernel.errors import DataError

MOST_LISTED = 2000
MOST_FOUND = 500
SEARCH_SECONDS = 2.0

_ZARR = ("zarr.json", ".zgroup", ".zarray")


@dataclass(frozen=True)
class Entry:
    """A file or folder. size in bytes, None of a folder; modified in seconds since 1970; None where it is unknown."""

    name: str
    path: str
    kind: Literal["folder", "file", "zarr"]
    size: int | None
    modified: float | None
    readable: bool


@dataclass(frozen=True)
class Listing:
    """Entries of a folder; `more`: there are others that are not listed."""

    path: str
    parent: str | None
    entries: list[Entry]
    more: bool


@dataclass(frozen=True)
class Found:
    """What a search found; `more`: it ended before everything was looked at."""

    entries: list[Entry]
    more: bool


def list_folder(path: Path, *, hidden: bool = False) -> Listing:
    """Folders first, in natural order (scan_2 before scan_10). Errors: DataError in words."""
    path = whole(path)
    found = [one for one in _scan(path) if hidden or not one.name.startswith(".")]
    found.sort(key=lambda one: (not _is_folder(one), natural(one.name)))
    parent = str(path.parent) if path.parent != path else None
    # What is known of each costs several calls, so only those that are shown are asked.
    return Listing(str(path), parent, [entry_of(Path(one)) for one in found[:MOST_LISTED]], len(found) > MOST_LISTED)


def search(path: Path, text: str, *, seconds: float = SEARCH_SECONDS) -> Found:
    """Entries below a folder whose name holds a text, whatever its case, the nearest first.

    Links to folders are not followed, so that a circle ends; hidden folders and the inside of Zarr stores are left out.
    Errors: DataError for an empty text, and a folder that cannot be read.
    """
    wanted, deadline = text.strip().casefold(), time.monotonic() + seconds
    if not wanted:
        raise DataError("there is nothing to search for", remedy="type a part of a name")
    found: list[Entry] = []
    for one in _below(whole(path), deadline):
        if wanted in one.name.casefold():
            if len(found) == MOST_FOUND:
                return Found(found, more=True)
            found.append(entry_of(Path(one)))
    return Found(found, more=time.monotonic() > deadline)


def whole(path: str | Path) -> Path:
    """A path from the root on, without ``..``; one that begins with ``~`` is in the home folder.

    Errors: DataError for one that depends on where this process happens to be, and for one with a null.
    """
    if "\0" in str(path):
        raise DataError(f"{str(path)!r} cannot be read: no name holds a null", remedy="leave it out")
    in_home = Path(path).parts[:1] == ("~",)
    expanded = Path(os.path.normpath(Path(path).expanduser() if in_home else path))
    if not expanded.is_absolute():
        raise DataError(f"{str(path)!r} is no whole path", remedy="begin it with / or ~/")
    return expanded


def entry_of(path: Path) -> Entry:
    """What is known of a path without opening it; a broken link is a file that cannot be read."""
    try:
        status = path.stat()
    except OSError:
        return Entry(path.name, str(path), "file", None, None, readable=False)
    is_folder = path.is_dir()
    # A pipe or a device would wait to be read.
    readable = (is_folder or path.is_file()) and os.access(path, os.R_OK | (os.X_OK if is_folder else 0))
    if not is_folder:
        return Entry(path.name, str(path), "file", status.st_size, status.st_mtime, readable)
    kind: Literal["folder", "zarr"] = "zarr" if _is_zarr(path) else "folder"
    return Entry(path.name, str(path), kind, None, status.st_mtime, readable)


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts numbers inside names by their value.

    >>> sorted(["scan_10", "Scan_2", "a"], key=natural)
    ['a', 'Scan_2', 'scan_10']
    """
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _is_folder(one: os.DirEntry[str]) -> bool:
    with suppress(OSError):  # a link to where this user may not look
        return one.is_dir()
    return False


def _is_zarr(path: Path) -> bool:
    with suppress(OSError):
        return any((path / name).exists() for name in _ZARR)
    return False


def _scan(path: Path) -> list[os.DirEntry[str]]:
    with _reasons(path), os.scandir(path) as entries:
        return list(entries)


@contextmanager
def _reasons(path: Path) -> Iterator[None]:
    """Why a folder cannot be read, in words."""
    try:
        yield
    except FileNotFoundError:
        raise DataError(f"the folder {path} does not exist", remedy="check the path") from None
    except NotADirectoryError:
        raise DataError(f"{path} is a file, no folder", remedy="name the folder that holds it") from None
    except OSError as error:
        raise DataError(f"the folder {path} cannot be read: {error.strerror}", remedy="choose another folder") from None


def _below(path: Path, deadline: float) -> Iterator[os.DirEntry[str]]:
    """What is below a folder, breadth first, until a time; what cannot be read is passed over, the folder is not."""
    waiting = deque([str(path)])
    with _reasons(path):
        os.scandir(path).close()
    while waiting:
        with suppress(OSError), os.scandir(waiting.popleft()) as entries:
            for one in entries:
                if time.monotonic() > deadline:
                    return
                yield one
                if one.is_dir(follow_symlinks=False) and one.name[0] != "." and not _is_zarr(Path(one)):
                    waiting.append(one.path)
