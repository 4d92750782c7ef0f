"""What is in a folder, and where a name is found below it; the boundary is the user's own rights."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
    path = path.expanduser().absolute()
    names = [one for one in _scan(path) if hidden or not one.name.startswith(".")]
    entries = [entry_of(Path(one)) for one in names]
    entries.sort(key=lambda entry: (entry.kind != "folder", natural(entry.name)))
    parent = str(path.parent) if path.parent != path else None
    return Listing(str(path), parent, entries[:MOST_LISTED], len(entries) > MOST_LISTED)


def search(path: Path, text: str, *, seconds: float = SEARCH_SECONDS) -> Found:
    """Entries below a folder whose name holds a text, whatever its case, the nearest first.

    Links to folders are not followed, so that a circle ends.
    """
    found: list[Entry] = []
    wanted, deadline = text.casefold(), time.monotonic() + seconds
    for one in _below(path.expanduser().absolute()):
        if wanted in one.name.casefold():
            found.append(entry_of(Path(one)))
        if len(found) >= MOST_FOUND or time.monotonic() > deadline:
            return Found(found, more=True)
    return Found(found, more=False)


def entry_of(path: Path) -> Entry:
    """What is known of a path without opening it; a broken link is a file that cannot be read."""
    try:
        status = path.stat()
    except OSError:
        return Entry(path.name, str(path), "file", None, None, readable=False)
    is_folder = path.is_dir()
    readable = os.access(path, os.R_OK | (os.X_OK if is_folder else 0))
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


def _is_zarr(path: Path) -> bool:
    with suppress(OSError):
        return any((path / name).exists() for name in _ZARR)
    return False


def _scan(path: Path) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return list(entries)
    except FileNotFoundError:
        raise DataError(f"the folder {path} does not exist", remedy="check the path") from None
    except NotADirectoryError:
        raise DataError(f"{path} is a file, no folder", remedy="name the folder that holds it") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise DataError(f"the folder {path} cannot be read: {reason}", remedy="choose another folder") from None


def _below(path: Path) -> Iterator[os.DirEntry[str]]:
    """Everything below a folder, breadth first; what cannot be read is passed over, the folder itself is not."""
    level: deque[str] = deque()
    entries = _scan(path)
    while True:
        for one in entries:
            yield one
            if one.is_dir(follow_symlinks=False):
                level.append(one.path)
        if not level:
            return
        entries = []
        with suppress(DataError):
            entries = _scan(Path(level.popleft()))
