"""Downloads as streams: a file as it is, a folder or a Zarr store as a zip; memory stays flat."""

from __future__ import annotations

import errno
import mimetypes
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zipstream import ZipStream

from daisy_kernel.errors import DataError
from daisy_kernel.io.disk import open_regular
from widgets_apps.files.listing import whole

_PIECE = 1 << 20


@dataclass(frozen=True)
class Download:
    """What is sent: a name, a type, the number of bytes, and the bytes in pieces.

    The pieces end with a `DataError` where something changed meanwhile, before the last byte of `size`, so that what
    arrived never looks whole.
    """

    filename: str
    content_type: str
    size: int
    pieces: Iterator[bytes]


def stream(path: str | Path, *, start: int = 0) -> Download:
    """The download of a path; of a file from byte `start` on. Errors: DataError where it cannot be read so."""
    where = whole(path)
    try:
        return _folder(where, start) if where.is_dir() else _file(where, start)
    except FileNotFoundError:
        raise DataError(f"{where} does not exist", remedy="look at the folder again") from None
    except OSError as error:
        named = error.filename or where
        raise DataError(f"{named} cannot be read by this user: {error.strerror}", remedy="ask its owner") from None


def _file(path: Path, start: int) -> Download:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{path} is no file", remedy="choose a file or a folder")
    if not os.access(path, os.R_OK):
        raise _forbidden(path)
    if not 0 <= start <= status.st_size:
        raise DataError(f"{path} has {status.st_size} bytes, so none at {start}", remedy="begin inside the file")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Download(path.name, kind, status.st_size - start, _pieces(path, start, status))


def _pieces(path: Path, start: int, before: os.stat_result) -> Iterator[bytes]:
    stop = before.st_size
    try:
        file = open_regular(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read any more: {error.strerror}", remedy="download it again") from error
    with file:
        if not os.path.samestat(os.fstat(file.fileno()), before):
            raise DataError(f"{path} is another file by now", remedy="download it again")
        file.seek(start)
        while start < stop:
            piece = file.read(min(_PIECE, stop - start))
            if not piece:
                raise DataError(f"{path} became shorter while it was sent", remedy="download it again")
            start += len(piece)
            yield piece


def _folder(path: Path, start: int) -> Download:
    if start:
        raise DataError(f"the zip of {path} is made while it is sent, not from byte {start}", remedy="begin at 0")
    zipped = ZipStream(sized=True)
    top = path.name or "root"
    for inside in _walk(path):
        zipped.add_path(inside, _name_in_zip(Path(top, inside.relative_to(path))), recurse=False)
    return Download(f"{top}.zip", "application/zip", len(zipped), _zip_pieces(zipped, path, len(zipped)))


def _walk(folder: Path) -> Iterator[Path]:
    """Files and empty folders below a folder, by name.

    A link to a file is that file; a link to a folder is left out, since it may lead round in a circle, and so are
    broken links, pipes and devices. Errors: OSError for what this user may not read: a copy is whole or there is none.
    """
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda one: one.name)
    if not inside:
        yield folder
    for one in inside:
        if one.is_dir(follow_symlinks=False):
            yield from _walk(Path(one.path))
        elif one.is_file():
            if not os.access(one.path, os.R_OK):
                raise _forbidden(Path(one.path))
            yield Path(one.path)


def _zip_pieces(zipped: ZipStream, path: Path, size: int) -> Iterator[bytes]:
    """The zip in larger pieces, and never more bytes than were announced."""
    waiting, sent = bytearray(), 0
    try:
        for piece in zipped:
            sent += len(piece)
            if sent > size:
                raise DataError(f"a file below {path} grew while it was sent", remedy="download it again")
            waiting += piece
            if len(waiting) >= _PIECE:
                yield bytes(waiting)
                waiting.clear()
    except (OSError, RuntimeError) as error:  # zipstream raises RuntimeError for another length than before
        changed = getattr(error, "filename", None) or f"a file below {path}"
        raise DataError(f"{changed} changed while it was sent", remedy="download it again") from error
    if waiting:
        yield bytes(waiting)


def _forbidden(path: Path) -> PermissionError:
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _name_in_zip(path: Path) -> str:
    """A name as Unicode, as zip files have it; a byte that is none is written as ``%FF``.

    >>> _name_in_zip(Path("a/b" + chr(0xDCFF)))
    'a/b%FF'
    """
    return "".join(f"%{ord(sign) - 0xDC00:02X}" if 0xDC80 <= ord(sign) <= 0xDCFF else sign for sign in str(path))
