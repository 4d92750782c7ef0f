"""Downloads as streams: a file as it is, a folder or a Zarr store as a zip; memory stays flat."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zipstream import ZipStream

from daisy_kernel.errors import DataError

_PIECE = 1 << 20


@dataclass(frozen=True)
class Download:
    """What is sent: a name, a type, the size where it is known, and the bytes in pieces.

    The pieces end with an error where the file changed meanwhile, never with a short file that looks whole.
    """

    filename: str
    content_type: str
    size: int | None
    pieces: Iterator[bytes]


def stream(path: str | Path) -> Download:
    """The download of a path. Errors: DataError where it is not there or cannot be read."""
    where = Path(path).expanduser().absolute()
    if not where.exists():
        raise DataError(f"{where} does not exist", remedy="look at the folder again")
    if not os.access(where, os.R_OK):
        raise DataError(f"{where} cannot be read by this user", remedy="ask its owner")
    return _folder(where) if where.is_dir() else _file(where)


def _file(path: Path) -> Download:
    if not path.is_file():
        raise DataError(f"{path} is no file", remedy="choose a file or a folder")
    size = path.stat().st_size
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Download(path.name, kind, size, _pieces(path, size))


def _pieces(path: Path, size: int) -> Iterator[bytes]:
    left = size
    with path.open("rb") as file:
        while left:
            piece = file.read(min(_PIECE, left))
            if not piece:
                raise DataError(f"{path} became shorter while it was sent", remedy="download it again")
            left -= len(piece)
            yield piece


def _folder(path: Path) -> Download:
    zipped = ZipStream(sized=True)
    zipped.add_path(path, path.name or "root")
    return Download(f"{path.name or 'root'}.zip", "application/zip", len(zipped), iter(zipped))
