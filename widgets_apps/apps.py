"""The apps that are installed, read as data.

A package names a JSON file in an entry point of the group ``daisy.apps``::

    [project.entry-points."daisy.apps"]
    ct = "widgets_apps.ct:apps.json"

    {"daisy_apps": 1, "apps": {"ct": {"class": "widgets_apps.ct.app:CtApp", "title": {"en": "...", "zh": "..."}}}}

The file is read without importing the app, so that a page is there at once and an unknown name is refused.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from daisy_kernel.declaration import suggest
from daisy_kernel.errors import RegistryError
from widgets_apps.app import App

_GROUP = "daisy.apps"
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class AppEntry:
    """An installed app: its name in addresses, where its class is, its title by language, its package's plugin."""

    name: str
    target: str
    title: Mapping[str, str]
    plugin: str

    def load(self) -> type[App]:
        """Import the class; `RegistryError` says why it cannot be."""
        module, _, attribute = self.target.partition(":")
        try:
            found = getattr(importlib.import_module(module), attribute)
        except Exception as error:
            raise RegistryError(
                f"the app {self.name!r} does not load: {type(error).__name__}: {error}",
                remedy=f"reinstall or remove the package that holds {module}",
            ) from error
        if not (isinstance(found, type) and issubclass(found, App)):
            raise RegistryError(f"the app {self.name!r} is {found!r}, which is no App", remedy="name another class")
        return found


@dataclass(frozen=True)
class Apps:
    """Apps by name, and what could not be read, by entry point, with the reason."""

    entries: Mapping[str, AppEntry]
    broken: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> AppEntry:
        """The app of this name; `RegistryError` gives the close match."""
        if name in self.entries:
            return self.entries[name]
        reasons = "".join(f"; {plugin!r}: {why}" for plugin, why in self.broken.items())
        raise RegistryError(f"there is no app {name!r}", remedy=suggest(name, self.entries) + reasons)


@cache
def installed() -> Apps:
    """The apps of this environment, read once."""
    return read(entry_points(group=_GROUP))


def read(points: Any) -> Apps:
    """The apps of some entry points; a file enters as a whole or not at all."""
    entries: dict[str, AppEntry] = {}
    broken: dict[str, str] = {}
    for point in sorted(points, key=lambda point: point.name):
        try:
            found = _entries(point)
            twice = entries.keys() & found.keys()
            if twice:
                raise ValueError(f"{min(twice)} is registered already")
        except (OSError, ValueError) as error:
            broken[point.name] = str(error)
            continue
        entries.update(found)
    return Apps(entries, broken)


def _entries(point: EntryPoint) -> dict[str, AppEntry]:
    package, _, file = point.value.partition(":")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"package {package} is not there")
    path = Path(spec.submodule_search_locations[0], file)
    declared = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(declared, dict) or declared.get("daisy_apps") != 1:
        raise ValueError(f"{path} is not a file of apps of version 1")
    return {name: _entry(name, what, point.name) for name, what in declared.get("apps", {}).items()}


def _entry(name: str, what: Any, plugin: str) -> AppEntry:
    if not _NAME.fullmatch(name):
        raise ValueError(f"the app {name!r} needs a name of small letters, digits and -")
    target, title = (what.get("class"), what.get("title")) if isinstance(what, dict) else (None, None)
    if not isinstance(target, str) or ":" not in target:
        raise ValueError(f"the app {name!r} names no module:Class, but {target!r}")
    if not isinstance(title, dict) or not title.get("en"):
        raise ValueError(f"the app {name!r} has no title in English, but {title!r}")
    return AppEntry(name, target, {str(key): str(text) for key, text in title.items()}, plugin)
