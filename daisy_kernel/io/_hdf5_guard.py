"""A look at what HDF5 is about to parse, where its own parser would never return.

HDF5 2.0 loops for ever on a damaged global heap (texts of variable length, virtual datasets): an
entry of size zero is read again and again. Found with mutated files; zeroed blocks of a file that
was not copied completely do it too. No time limit ends a loop in C, so it must not begin.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

_HEADER = 8  # signature "GCOL", version, three bytes reserved
_LARGEST_COLLECTION = 256 << 20


class GuardedFile(io.FileIO):
    """A file for HDF5's parser whose global heaps are checked before the parser gets them.

    length_size: bytes of a length in this file, as its superblock says.
    """

    length_size = 8

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")

    def readinto(self, buffer: Any) -> int:
        """Read as a file does; OSError where a damaged global heap begins here."""
        place = self.tell()
        count = super().readinto(buffer)
        if bytes(memoryview(buffer)[:4]) == b"GCOL":
            self._check_heap(place)
            self.seek(place + count)
        return count

    def _check_heap(self, place: int) -> None:
        """Walk over a collection as HDF5 will (File Format Specification 3.0, III.E)."""
        self.seek(place + _HEADER)
        size = self._number(self.read(self.length_size))
        self.seek(place)
        collection = self.read(size) if size <= _LARGEST_COLLECTION else b""
        position, entry = _HEADER + self.length_size, 8 + self.length_size
        while position + entry <= len(collection):
            index = self._number(collection[position : position + 2])
            length = self._number(collection[position + 8 : position + entry])
            step = length if index == 0 else entry + -(-length // 8) * 8
            if step < entry or position + step > size:
                break
            position += step
        if not collection or len(collection) < size or position + entry <= size:
            raise OSError(f"the global heap at byte {place} is damaged")

    @staticmethod
    def _number(raw: bytes) -> int:
        return int.from_bytes(raw, "little")
