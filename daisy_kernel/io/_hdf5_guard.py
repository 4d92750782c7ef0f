"""A look at what HDF5 is about to parse, where its own parser would hang or crash.

Both were found with mutated files and HDF5 2.0, and no exception or time limit of ours ends either:
- A global heap (texts of variable length, virtual datasets) with an entry of size zero is a loop for
  ever. Zeroed blocks of a file that was not copied completely do it too.
- The mapping of a virtual dataset has a checksum, which HDF5 compares after it has parsed the mapping;
  3 in 100 with a few wrong bytes end the process.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from daisy_kernel.io._lookup3 import lookup3

_HEADER = 8  # signature "GCOL", version, three bytes reserved
_LARGEST_COLLECTION = 256 << 20

# Begin of a layout message of a virtual dataset: version 4, class 3; then address and index in the heap.
_VIRTUAL_LAYOUT = b"\x04\x03"
_LARGEST_MESSAGE_READ = 1 << 16


class GuardedFile(io.FileIO):
    """A file for HDF5's parser whose global heaps are checked before the parser uses them.

    length_size, base: bytes of a length in this file, and where its addresses begin (a user block
    stands before), as its superblock says.
    """

    length_size = 8
    base = 0

    def __init__(self, path: Path) -> None:
        super().__init__(path, "rb")
        self._heaps: dict[int, dict[int, bytes]] = {}
        self._messages: list[bytes] = []

    def readinto(self, buffer: Any) -> int:
        """Read as a file does; OSError where a damaged heap or mapping begins."""
        place = self.tell()
        count = super().readinto(buffer)
        data = bytes(memoryview(buffer)[: min(count, _LARGEST_MESSAGE_READ)])
        if data[:4] == b"GCOL":
            self._heaps[place] = self._entries(place)
            self.seek(place + count)
            self._check_mappings({place}, self._messages)
        else:
            self._messages.append(data)
            self._check_mappings(self._heaps, [data])
        return count

    def _entries(self, place: int) -> dict[int, bytes]:
        """Walk over a heap's entries as HDF5 will (File Format Specification 3.0, III.E)."""
        self.seek(place + _HEADER)
        size = _number(self.read(self.length_size))
        self.seek(place)
        collection = self.read(size) if size <= _LARGEST_COLLECTION else b""
        position, entry = _HEADER + self.length_size, 8 + self.length_size
        found = {}
        while position + entry <= len(collection):
            index = _number(collection[position : position + 2])
            length = _number(collection[position + 8 : position + entry])
            step = length if index == 0 else entry + -(-length // 8) * 8
            if step < entry or position + step > size:
                break
            found[index] = collection[position + entry : position + entry + length]
            position += step
        if not collection or len(collection) < size or position + entry <= size:
            raise OSError(f"the global heap at byte {place} is damaged")
        return found

    def _check_mappings(self, heaps: Any, messages: list[bytes]) -> None:
        """Check the sums of mappings that these messages have in these heaps (Specification, VII.D)."""
        for place in heaps:
            layout = _VIRTUAL_LAYOUT + (place - self.base).to_bytes(8, "little")
            for message in messages:
                at = message.find(layout)
                if at < 0:
                    continue
                index = _number(message[at + len(layout) : at + len(layout) + 4])
                mapping = self._heaps[place].get(index, b"")
                if len(mapping) < 4 or lookup3(mapping[:-4]) != _number(mapping[-4:]):
                    raise OSError(f"the mapping of a virtual dataset at byte {place} is damaged")


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
