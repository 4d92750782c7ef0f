"""Where a user's files are written: small files that are whole or not there."""

from __future__ import annotations

import secrets
from pathlib import Path

from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import disk_errors


def write_whole(file: Path, text: str) -> None:
    """Write a small file so that it is whole or not there. Errors: OutputError.

    Its part has a name that nobody can know before: in a shared folder a link of that name would lead to another file.
    """
    part = file.with_name(f".{secrets.token_hex(8)}.part")
    with disk_errors(OutputError, file, len(text)):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with part.open("x", encoding="utf-8") as stream:
                stream.write(text)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
