"""Where a user's files are written: free names, and small files that are whole or not there."""

from __future__ import annotations

import os
import re
import secrets
from itertools import count
from pathlib import Path

from daisy_kernel.errors import OutputError
from daisy_kernel.io.disk import disk_errors


def new_file(path: Path, suffix: str) -> Path:
    """The file that is meant, with this suffix where it has none. Errors: OutputError where it is there already."""
    file = path.expanduser().absolute()
    file = file if file.suffix else file.with_suffix(suffix)
    if os.path.lexists(file):
        raise OutputError(f"{file} exists already", remedy="give another name")
    if not file.parent.is_dir():
        raise OutputError(f"the folder {file.parent} does not exist", remedy="make it, or choose another")
    return file


def free_output(path: Path, ending: str, folder: Path | None = None, taken: frozenset[Path] = frozenset()) -> Path:
    """A name for the result of an input that nothing has yet: beside it, or in the home where that is read-only.

    ending: follows the name of the input. folder: there instead. taken: names that are spoken for.
    """
    here = path.parent
    while any(sign in str(here) for sign in "*?["):
        here = here.parent
    if folder is None:
        folder = here if os.access(here, os.W_OK | os.X_OK) else Path.home()
    stem = re.sub(r"[*?\[\]]+", "", path.stem if path.suffix else path.name).strip("_-. ") or here.name or "scan"
    for number in count(1):
        name = folder / f"{stem}{ending}{number if number > 1 else ''}.h5"
        beside = (name, name.with_name(name.name + ".run"), name.with_name(name.name + ".part"))
        if name not in taken and not any(os.path.lexists(one) for one in beside):
            return name
    raise AssertionError("numbers do not end")


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
