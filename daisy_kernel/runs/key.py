"""Key of a run: everything that its numbers depend on, so that a resumed run is the same run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.errors import DataError
from daisy_kernel.graph import Graph

Key = dict[str, Any]


def run_key(graph: Graph, resolve: Callable[[str], type[Algorithm]], data: Iterable[str] = ()) -> Key:
    """By name what the result depends on: algorithms, versions, parameters, links, input files.

    Where the result is written is no part of it. Data objects in memory (`data`) are known to this
    process only, so that no other one goes on with such a run.
    """
    key: Key = {"daisy": version("daisy-daas")}
    for name, node in graph.nodes.items():
        cls = resolve(node.algorithm)
        declared = declaration(cls)
        key[name] = f"{node.algorithm} version {cls.version}"
        for parameter, value in node.parameters.items():
            if parameter in declared.roles("input") and value is not None:
                key[f"{name}.{parameter}"] = _fingerprint(Path(value))
            elif parameter not in declared.roles("output"):
                key[f"{name}.{parameter}"] = value
        for port, source in graph.into(name).items():
            memory = f" in the memory of process {os.getpid()}" if source in data else ""
            key[f"{name}.{port}"] = f"from {source}{memory}"
    return key


def part_of(key: Key, nodes: set[str]) -> Key:
    """The key of some nodes of the graph."""
    return {name: value for name, value in key.items() if name == "daisy" or (name.split(".")[0] in nodes)}


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The first difference in words; empty where there is none."""
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            return f"{name} was {_shown(old.get(name))} and is {_shown(new.get(name))}"
    return ""


def _fingerprint(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", remedy="correct input=") from None
    return f"{path.resolve()} ({stat.st_size} bytes, modified {stat.st_mtime_ns})"


def _shown(value: Any) -> str:
    return "not set" if value is None else str(value)
