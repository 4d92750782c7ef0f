"""Page, static files and downloads: what a page loads, for whichever server they are mounted in."""

from __future__ import annotations

import asyncio
import os
import re
import urllib.parse
from collections.abc import Iterator

from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, StaticFileHandler

from daisy_kernel.errors import DaisyError
from widgets_apps.app import STATIC
from widgets_apps.apps import installed
from widgets_apps.files.download import stream
from widgets_apps.server.page import CONTENT_SECURITY_POLICY, page

STATIC_FILES = {"path": str(STATIC)}
"""What a `StaticHandler` is mounted with."""


class PageMixin(RequestHandler):
    """``GET APP``: the document of an installed app; anything else is 404."""

    def send_page(self, name: str, *, start_url: str | None = None, home_url: str | None = None) -> None:
        """Answer with the document."""
        entry = installed().entries.get(name)
        if entry is None:
            raise HTTPError(404, reason="there is no such app")
        text = page(entry, start_url=start_url, home_url=home_url)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.finish(text)


class DownloadMixin(RequestHandler):
    """``GET download?path=``: a file, or a folder as a zip, as a stream."""

    async def send_download(self) -> None:
        """Answer with the bytes; memory stays flat."""
        path = self.request.query_arguments.get("path", [b""])[-1]  # bytes: a name need not be UTF-8, nor be stripped
        start = _first_byte(self.request.headers.get("Range", ""))
        try:
            found = await asyncio.to_thread(stream, os.fsdecode(path), start=start)
        except DaisyError as error:
            self.set_status(404)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(str(error))
            return
        self.set_header("Content-Type", found.content_type)
        if start and found.size is not None:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {start}-{start + found.size - 1}/{start + found.size}")
        quoted = urllib.parse.quote(found.filename, errors="surrogateescape")
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quoted}")
        self.set_header("X-Content-Type-Options", "nosniff")
        if found.size is not None:
            self.set_header("Content-Length", str(found.size))
        pieces = iter(found.pieces)
        try:
            while (piece := await asyncio.to_thread(_next, pieces)) is not None:
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            pass  # whoever asked has gone


def _first_byte(text: str) -> int:
    """Where a download that was broken off goes on; other ranges are answered with the whole, as HTTP allows."""
    found = re.fullmatch(r"bytes=([0-9]{1,18})-", text)
    return int(found[1]) if found else 0


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


class StaticHandler(StaticFileHandler):
    """``GET static/FILE``: the browser's part; mounted with `STATIC_FILES`."""

    def set_extra_headers(self, path: str) -> None:
        """A file whose address carries its version never changes."""
        self.set_header("X-Content-Type-Options", "nosniff")
        if self.get_query_argument("v", None):
            self.set_header("Cache-Control", "private, max-age=31536000, immutable")
