"""Tiles of JupyterLab's launcher, declared by packages and read as data.

A package names a JSON file in an entry point of the group ``daisy.tiles``::

    [project.entry-points."daisy.tiles"]
    ct = "daisy_kernel.domains.ct:tiles.json"

    {"daisy_tiles": 1, "tiles": {"scan-to-volume": {
        "title": "From scan to volume", "help": "...", "icon": "volume.svg", "notebook": "scan_to_volume.ipynb"}}}

A tile opens a copy of a notebook of the package, or a ``url`` below the user's server. The package is not imported.
What cannot be read is left out and named with the reason.
"""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

GROUP = "daisy.tiles"

_CATALOG = "Daisy"


@dataclass(frozen=True)
class Tile:
    """A tile: its title, its line of help, its icon (SVG), and the notebook or the address that it opens."""

    title: str
    help: str
    icon: Path | None
    notebook: Path | None
    url: str | None

    def launcher_item(self) -> dict[str, Any]:
        """The tile as jupyter-app-launcher reads it."""
        found: dict[str, Any] = {"title": self.title, "description": self.help, "catalog": _CATALOG}
        if self.icon:
            found["icon"] = str(self.icon)
        if self.notebook:
            return {**found, "type": "notebook", "source": str(self.notebook)}
        return {**found, "type": "url", "source": self.url, "args": {"createNewWindow": True}}


def read_tiles(points: Iterable[EntryPoint]) -> tuple[list[Tile], dict[str, str]]:
    """Tiles by the order of their entry points, and the reasons of those that cannot be read, by entry point."""
    tiles: list[Tile] = []
    broken: dict[str, str] = {}
    for point in sorted(points, key=lambda point: point.name):
        try:
            tiles += _tiles(point)
        except (OSError, ValueError) as error:
            broken[point.name] = str(error)
    return tiles, broken


def write_launcher(folder: Path, tiles: Iterable[Tile]) -> Path:
    """Write what jupyter-app-launcher reads below a data folder of Jupyter; returns the file."""
    import yaml

    path = folder / "jupyter_app_launcher" / "jp_app_launcher_daisy.yaml"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    items = [tile.launcher_item() for tile in tiles]
    part = path.with_name(f".{path.name}.{os.getpid()}")  # of two servers at once, each writes a whole file
    part.write_text(yaml.safe_dump(items, allow_unicode=True, sort_keys=False), encoding="utf-8")
    part.replace(path)
    return path


def _tiles(point: EntryPoint) -> list[Tile]:
    package, _, file = point.value.partition(":")
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"package {package} is not there")
    folder = Path(spec.submodule_search_locations[0])
    declared = json.loads((folder / file).read_text(encoding="utf-8"))
    if not isinstance(declared, dict) or declared.get("daisy_tiles") != 1:
        raise ValueError(f"{folder / file} is not a file of tiles of version 1")
    return [_tile(folder, name, what) for name, what in declared.get("tiles", {}).items()]


def _tile(folder: Path, name: str, what: Any) -> Tile:
    if not isinstance(what, dict) or not what.get("title") or ("notebook" in what) == ("url" in what):
        raise ValueError(f"the tile {name!r} needs a title, and either a notebook or a url")
    icon, notebook = (folder / what[key] if key in what else None for key in ("icon", "notebook"))
    for path in (icon, notebook):
        if path is not None and not path.is_file():
            raise ValueError(f"the tile {name!r} names {path}, which is not there")
    return Tile(str(what["title"]), str(what.get("help", "")), icon, notebook, what.get("url"))
