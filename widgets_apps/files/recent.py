"""Recent: what the user opened last, kept in a file; and places to begin at."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from daisy_kernel.errors import OutputError
from widgets_apps.files.listing import Entry, entry_of
from widgets_apps.state import state_folder
from widgets_apps.writing import write_whole

PLACES = "DAISY_PLACES"
"""Places of a facility: ``name=path``, with a colon between two."""

_MOST = 30
_USUAL = ("/data", "/results")


def recent() -> list[Entry]:
    """What was opened last, the newest first; what is gone is left out."""
    return [entry_of(Path(path)) for path in _paths() if os.path.lexists(path)]


def remember(path: Path) -> None:
    """Put a path first; that the list cannot be kept must not keep anybody from a scan."""
    first = str(path.absolute())
    paths = [first, *(one for one in _paths() if one != first)][:_MOST]
    with suppress(OutputError):
        write_whole(_file(), json.dumps(paths))


def places() -> list[tuple[str, Path]]:
    """Names and folders to begin at: home, the current folder, those of the facility."""
    told = [text.partition("=") for text in os.environ.get(PLACES, "").split(os.pathsep) if "=" in text]
    named = [("~", Path.home()), (".", Path.cwd()), *((path, Path(path)) for path in _USUAL)]
    named += [(name, Path(path)) for name, _, path in told]
    found: dict[Path, str] = {}
    for name, path in named:
        if path.is_dir():
            found.setdefault(path.resolve(), str(path) if name in ("~", ".") else name)
    return [(name, path) for path, name in found.items()]


def _file() -> Path:
    return state_folder("files") / "recent.json"


def _paths() -> list[str]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [path for path in found if isinstance(path, str)] if isinstance(found, list) else []
