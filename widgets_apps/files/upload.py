"""Upload: a file in pieces, into a hidden part beside its place; what is there is not sent again."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import disk_errors, size_text
from widgets_apps.files.listing import whole

_KEY = re.compile(r"[0-9a-zA-Z]{1,64}")
_BUSY_SECONDS = 10
_LONGEST_NAME = 200  # bytes; the part's name is longer, and a file system's limit is 255


@dataclass(frozen=True)
class Upload:
    """An upload of one page.

    A page may be gone without a word, so its part is nobody's once no piece came for some seconds. That two who go on
    at once cannot mix their pieces: each says for which byte it is, and is added under a lock. The descriptor is closed
    by `end` and `close` alone, which wait for a piece that is being written: its number is soon that of another file.
    """

    target: Path
    part: Path
    size: int
    descriptor: int
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def begin(cls, folder: Path, name: str, size: int, key: str) -> Upload:
        """Begin, or go on where the part of the same `key` (the browser's fingerprint of the file) ends.

        Errors: OutputError where the name is none, is taken, the disk has no space, or another page sends it now.
        """
        _check_name(name, key)
        if size < 0:
            raise OutputError(f"{name} cannot have {size} bytes", remedy="load the page again")
        target = whole(folder) / name
        _refuse_taken(target)
        part = target.with_name(f".{name}.{key}.upload")
        there = _sent(part, name)
        _check_space(target, size - there)
        with disk_errors(OutputError, target, size - there):
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
        try:
            _refuse_foreign(descriptor, part)
            if there > size:
                os.ftruncate(descriptor, 0)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(target, part, size, descriptor)

    @property
    def offset(self) -> int:
        """Bytes that are there."""
        return os.fstat(self.descriptor).st_size

    def write(self, offset: int, data: bytes) -> int:
        """Add the next piece; returns the bytes that are there.

        Errors: OutputError for a piece that is not the next one, and a full disk.
        """
        with self._turn, self._locked():
            self._add(offset, data)
            return self.offset

    def _add(self, offset: int, data: bytes) -> None:
        if offset != self.offset:
            raise OutputError(
                f"a piece of {self.target.name} for byte {offset} came, but {self.offset} bytes are there",
                remedy="send the upload again: it goes on there",
            )
        if offset + len(data) > self.size:
            raise OutputError(
                f"{self.target.name} is longer than the {self.size} bytes that were said", remedy="upload it again"
            )
        with disk_errors(OutputError, self.target, len(data)):
            try:
                view = memoryview(data)
                while view:
                    view = view[os.pwrite(self.descriptor, view, self.offset) :]
            except OSError:
                os.ftruncate(self.descriptor, offset)  # a piece is there as a whole or not at all
                raise

    def end(self) -> Path:
        """Put the complete file in its place; nothing there is replaced."""
        with self._turn:
            self._refuse_closed()
            if self.offset != self.size:
                raise OutputError(
                    f"{self.target.name} has {self.offset} of {self.size} bytes", remedy="send the upload again"
                )
            with disk_errors(OutputError, self.target, 0):
                os.fsync(self.descriptor)
                _put(self.part, self.target)
            self._let_go()
        return self.target

    def close(self) -> None:
        """Let go of the part, which stays and can be gone on with at once."""
        with self._turn:
            if self._closed.is_set():
                return
            with suppress(OSError):  # it may be gone, or have its name already
                if os.path.samestat(self.part.lstat(), os.fstat(self.descriptor)):
                    os.utime(self.descriptor, (0, 0))
            self._let_go()

    def _let_go(self) -> None:
        self._closed.set()
        os.close(self.descriptor)

    def _refuse_closed(self) -> None:
        if self._closed.is_set():
            raise OutputError(f"the upload of {self.target.name} was let go of", remedy="send it again: it goes on")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._refuse_closed()
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)


def _sent(part: Path, name: str) -> int:
    """Bytes of an upload that are there; refused while another page adds to them."""
    try:
        status = part.lstat()
    except FileNotFoundError:
        return 0
    if abs(time.time() - status.st_mtime) < _BUSY_SECONDS:
        raise OutputError(
            f"{name} is being uploaded by another page",
            remedy=f"wait for it, or close that page and try again in {_BUSY_SECONDS} seconds",
        )
    return status.st_size


def _refuse_foreign(descriptor: int, part: Path) -> None:
    """Refuse a part that this user did not make: in a shared folder anybody can put one there, with a beginning."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_nlink > 1:
        raise OutputError(
            f"{part} is no part of an upload of this user", remedy="remove it, or choose another name or folder"
        )


def _put(part: Path, target: Path) -> None:
    """Give a part its name; what has the name already stays."""
    try:
        os.link(part, target)  # fails where the name was taken meanwhile, as a rename would not
    except FileExistsError:
        raise _taken(target) from None
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise _taken(target) from None
        part.rename(target)
    else:
        part.unlink()


def _check_name(name: str, key: str) -> None:
    if name in ("", ".", "..") or "/" in name or "\0" in name or len(os.fsencode(name)) > _LONGEST_NAME:
        raise OutputError(
            f"{name!r} is no name for a file here", remedy=f"use one of at most {_LONGEST_NAME} bytes without /"
        )
    if not _KEY.fullmatch(key):
        raise OutputError(f"{key!r} is no key of an upload", remedy="load the page again")


def _refuse_taken(target: Path) -> None:
    if not target.parent.is_dir():
        raise OutputError(f"the folder {target.parent} does not exist", remedy="choose another folder")
    if os.path.lexists(target):
        raise _taken(target)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"the folder {target.parent} cannot be written by this user", remedy="choose another folder")


def _taken(target: Path) -> OutputError:
    return OutputError(f"{target} exists already", remedy="rename one of the two")


def _check_space(target: Path, nbytes: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if nbytes > free:
        raise OutputError(
            f"{target.parent} has {size_text(free)} free, but {target.name} needs {size_text(nbytes)}",
            remedy="free space there, or choose another folder",
        )
