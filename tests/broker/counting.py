"""A way to a port that counts the bytes which pass, in both directions."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Counting:
    """Passes on what comes to its own port."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.total = 0

    async def start(self) -> int:
        """Listen; returns the port."""
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._copy(reader, other_writer), self._copy(other_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(1 << 16):
                self.total += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()
