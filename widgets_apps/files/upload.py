"""Upload: a file in pieces, into a hidden part beside its place; what is there is not sent again."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import disk_errors, size_text

_KEY = re.compile(r"[0-9a-zA-Z]{1,64}")
_LONGEST_NAME = 200  # bytes; the part's name is longer, and a file system's limit is 255


@dataclass(frozen=True)
class Upload:
    """An upload that this process holds: nobody else writes its part meanwhile."""

    target: Path
    part: Path
    size: int
    descriptor: int

    @classmethod
    def begin(cls, folder: Path, name: str, size: int, key: str) -> Upload:
        """Begin, or go on where the part of the same `key` (the browser's fingerprint of the file) ends.

        Errors: OutputError where the name is none, is taken, the disk has no space, or somebody else sends it.
        """
        _check_name(name, key)
        if size < 0:
            raise OutputError(f"{name} cannot have {size} bytes", remedy="load the page again")
        target = folder.expanduser().absolute() / name
        _refuse_taken(target)
        part = target.with_name(f".{name}.{key}.upload")
        there = part.stat().st_size if part.exists() else 0
        _check_space(target, size - there)
        with disk_errors(OutputError, part, size - there):
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise OutputError(
                f"{name} is being uploaded by another page", remedy="wait for it, or close that page"
            ) from None
        if there > size:
            os.ftruncate(descriptor, 0)
        return cls(target, part, size, descriptor)

    @property
    def offset(self) -> int:
        """Bytes that are there."""
        return os.fstat(self.descriptor).st_size

    def write(self, offset: int, data: bytes) -> None:
        """Add the next piece. Errors: OutputError for a piece that is not the next one, and a full disk."""
        if offset != self.offset:
            raise OutputError(
                f"a piece of {self.target.name} for byte {offset} came, but {self.offset} bytes are there",
                remedy="send the upload again: it goes on there",
            )
        if offset + len(data) > self.size:
            raise OutputError(
                f"{self.target.name} is longer than the {self.size} bytes that were said", remedy="upload it again"
            )
        with disk_errors(OutputError, self.part, len(data)):
            view = memoryview(data)
            while view:
                view = view[os.pwrite(self.descriptor, view, self.offset) :]

    def end(self) -> Path:
        """Put the complete file in its place; nothing there is replaced."""
        if self.offset != self.size:
            raise OutputError(
                f"{self.target.name} has {self.offset} of {self.size} bytes", remedy="send the upload again"
            )
        with disk_errors(OutputError, self.target, 0):
            os.fsync(self.descriptor)
            try:
                os.link(self.part, self.target)  # fails where the name was taken meanwhile, as a rename would not
            except FileExistsError:
                _refuse_taken(self.target)
                raise
            self.part.unlink()
        self.close()
        return self.target

    def close(self) -> None:
        """Let go of the part, which stays and can be gone on with."""
        os.close(self.descriptor)


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
        raise OutputError(f"{target} exists already", remedy="rename one of the two")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise OutputError(f"the folder {target.parent} cannot be written by this user", remedy="choose another folder")


def _check_space(target: Path, nbytes: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if nbytes > free:
        raise OutputError(
            f"{target.parent} has {size_text(free)} free, but {target.name} needs {size_text(nbytes)}",
            remedy="free space there, or choose another folder",
        )
