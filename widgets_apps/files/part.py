"""FilesPart: the user's files, as a page asks for them."""

from __future__ import annotations

import os
import urllib.parse
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator

from daisy_kernel.errors import DataError, OutputError
from widgets_apps.files.download import stream
from widgets_apps.files.listing import list_folder, search, whole
from widgets_apps.files.recent import places, recent, remember
from widgets_apps.files.upload import Upload
from widgets_apps.session import Buffers, Part, exposed


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("a path is text without a null")
    return value


PathText = Annotated[str, PlainValidator(_text)]
"""A path; bytes that are no UTF-8 are there as surrogates, which pydantic's own str refuses."""


class FilesPart(Part):
    """Lists, search, recent files, uploads, addresses of downloads."""

    name = "files"

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}

    @exposed
    def home(self) -> dict[str, Any]:
        """Places to begin at."""
        return {"places": [{"name": name, "path": str(path)} for name, path in places()]}

    @exposed
    def list(self, path: PathText, hidden: bool = False) -> dict[str, Any]:
        """What is in a folder."""
        return asdict(list_folder(Path(path), hidden=hidden))

    @exposed
    def search(self, path: PathText, text: str) -> dict[str, Any]:
        """What is found below a folder."""
        return asdict(search(Path(path), text))

    @exposed
    def recent(self) -> dict[str, Any]:
        """What was opened last."""
        return {"entries": [asdict(entry) for entry in recent()], "more": False}

    @exposed
    def remember(self, path: PathText) -> None:
        """Put a path first among the recent ones."""
        remember(Path(path))

    @exposed
    def make_folder(self, path: PathText) -> dict[str, Any]:
        """Make a folder."""
        folder = whole(path)
        try:
            folder.mkdir()
        except FileExistsError:
            raise OutputError(f"{folder} exists already", remedy="use another name") from None
        except OSError as error:
            raise OutputError(f"{folder} cannot be made: {error.strerror}", remedy="choose another folder") from None
        return {"path": str(folder)}

    @exposed
    def upload_begin(self, folder: PathText, name: PathText, size: int, key: str) -> dict[str, Any]:
        """Begin an upload, or go on with one."""
        for identity, held in list(self._uploads.items()):
            if held.target == whole(folder) / name:  # this page's own, before it lost its way
                self._uploads.pop(identity, held).close()
        identity = uuid.uuid4().hex
        self._uploads[identity] = upload = Upload.begin(Path(folder), name, size, key)
        return {"upload": identity, "offset": upload.offset}

    @exposed
    def upload_chunk(self, upload: str, offset: int, buffers: Buffers) -> dict[str, Any]:
        """Take the next piece."""
        return {"offset": self._held(upload).write(offset, b"".join(buffers))}

    @exposed
    def upload_end(self, upload: str) -> dict[str, Any]:
        """Put the file in its place."""
        path = self._held(upload).end()
        self._uploads.pop(upload, None)
        return {"path": str(path)}

    @exposed
    def download(self, path: PathText) -> dict[str, Any]:
        """Name, size and, below the user's own server, the address of a download."""
        found = stream(path)
        prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX")
        query = urllib.parse.urlencode({"path": path}, errors="surrogateescape")
        url = f"{prefix}daisy/app/download?{query}" if prefix else None
        return {"name": found.filename, "url": url, "size": found.size}

    def close(self) -> None:
        """Let go of uploads; their parts stay."""
        while self._uploads:
            self._uploads.popitem()[1].close()

    def _held(self, upload: str) -> Upload:
        if upload not in self._uploads:
            raise DataError("this upload is not known here any more", remedy="choose the file again: it goes on")
        return self._uploads[upload]
