"""Registry: algorithms, workflows, readers, demos and commands of installed plugins, read as data.

A plugin is one entry point in the group ``daisy.plugins`` that names a JSON file in a package::

    [project.entry-points."daisy.plugins"]
    ct = "daisy_kernel.domains.ct:plugin.json"

The file is read without importing the package, so that a list of everything imports no domain, and a
new algorithm needs no new installation::

    {"daisy_plugin": 1, "help": "Computed tomography",
     "algorithms": {"ct.Normalize": {"class": "daisy_kernel.domains.ct.steps:Normalize", "help": "..."}},
     "workflows": {}, "readers": {}, "demos": {}, "commands": {}}
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from daisy_kernel.errors import RegistryError

_GROUP = "daisy.plugins"
_KINDS = ("algorithms", "workflows", "readers", "demos", "commands")


@dataclass(frozen=True)
class Entry:
    """A registered name: its kind, where its code is, one line of help, and which plugin brought it."""

    name: str
    kind: str
    target: str
    help: str
    plugin: str

    def load(self) -> Any:
        """Import the class, function or object; `RegistryError` names the plugin and the reason."""
        module, _, attribute = self.target.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except Exception as error:
            raise RegistryError(
                f"{self.name} of plugin {self.plugin!r} does not load: {type(error).__name__}: {error}",
                remedy=f"reinstall or remove the package that holds {module}",
            ) from error


@dataclass(frozen=True)
class Registry:
    """Algorithms, workflows and readers by name, demos and commands by name, and what could not be read, and why."""

    entries: Mapping[str, Entry]
    demos: Mapping[str, Entry] = field(default_factory=dict)
    commands: Mapping[str, Entry] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Entry]:
        """Entries of one kind, by name."""
        every = [*self.entries.values(), *self.demos.values(), *self.commands.values()]
        return sorted((entry for entry in every if entry.kind == kind), key=lambda entry: entry.name)

    def find(self, name: str, *kinds: str) -> Entry:
        """The entry of this name; `RegistryError` gives the close match and what is broken."""
        known = {entry.name: entry for kind in kinds for entry in self.of_kind(kind)}
        if name in known:
            return known[name]
        from daisy_kernel.declaration import suggest

        reasons = "".join(f"; plugin {plugin!r}: {why}" for plugin, why in self.broken.items())
        raise RegistryError(
            f"there is no {' or '.join(kind[:-1] for kind in kinds)} {name!r}", remedy=suggest(name, known) + reasons
        )


@cache
def installed() -> Registry:
    """The registry of this environment, read once."""
    return read(entry_points(group=_GROUP))


def read(points: Any) -> Registry:
    """The registry of some entry points; a plugin enters as a whole or not at all."""
    named: dict[str, dict[str, Entry]] = {"entries": {}, "demos": {}, "commands": {}}
    broken: dict[str, str] = {}
    for point in sorted(points, key=lambda point: point.name):
        try:
            found = [(named[entry.kind if entry.kind in named else "entries"], entry) for entry in _plugin(point)]
            for there, entry in found:
                _refuse_twice(there, entry)
        except Exception as error:
            broken[point.name] = str(error) or type(error).__name__
            continue
        for there, entry in found:
            there[entry.name] = entry
    return Registry(**named, broken=broken)


def _refuse_twice(there: Mapping[str, Entry], entry: Entry) -> None:
    if entry.name in there:
        raise ValueError(f"{entry.name} is registered already by plugin {there[entry.name].plugin!r}")


def load_class(name: str, *kinds: type) -> Any:
    """The class of this name, which must be of one of these kinds: registered, or ``module:Class``."""
    entry = installed().entries.get(name)
    if entry is None and ":" in name:
        entry = Entry(name, "algorithms", name, "", name)
    loaded = (entry or installed().find(name, "algorithms", "workflows")).load()
    if not (isinstance(loaded, type) and issubclass(loaded, kinds)):
        wanted = " or ".join(kind.__name__.lower() for kind in kinds)
        raise RegistryError(f"{name} is {loaded!r}, which is no {wanted}", remedy="name another")
    return loaded


def _plugin(point: EntryPoint) -> list[Entry]:
    package, _, file = point.value.partition(":")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"package {package} is not there")
    path = Path(spec.submodule_search_locations[0], file)
    try:
        declared = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path} is missing") from None
    if not isinstance(declared, dict) or declared.get("daisy_plugin") != 1:
        raise ValueError(f"{path} is not a plugin file of version 1")
    return [_entry(name, kind, what, point.name) for kind in _KINDS for name, what in declared.get(kind, {}).items()]


def _entry(name: str, kind: str, what: Any, plugin: str) -> Entry:
    if not isinstance(what, dict):
        raise ValueError(f"{name} is {what!r}, not an object with class, function or object, and help")
    target = str(what.get("class") or what.get("function") or what.get("object") or "")
    if ":" not in target:
        raise ValueError(f"{name} names no module:object, but {target!r}")
    return Entry(name, kind, target, str(what.get("help", "")), plugin)
