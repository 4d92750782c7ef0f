"""``daisy list`` and ``daisy show``: what is there, and what it takes and gives."""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from daisy_kernel.registry import installed


def print_list(*, as_json: bool) -> None:
    """Every registered name by kind with its line of help; imports no domain."""
    registry = installed()
    kinds = ("workflows", "algorithms", "readers", "demos")
    if as_json:
        found: dict[str, Any] = {
            kind: {e.name: {"help": e.help, "plugin": e.plugin} for e in registry.of_kind(kind)} for kind in kinds
        }
        print(json.dumps({**found, "broken": dict(registry.broken)}))
        return
    for kind in kinds:
        print(kind)
        entries = registry.of_kind(kind)
        width = max((len(entry.name) for entry in entries), default=0)
        for entry in entries:
            print(f"  {entry.name:<{width}}  {entry.help}")
    for plugin, reason in registry.broken.items():
        print(f"daisy: plugin {plugin!r} does not load: {reason}: reinstall or remove it", file=sys.stderr)


def print_declaration(name: str, *, as_json: bool) -> None:
    """Parameters, inputs and outputs of an algorithm or workflow; or the schema of graph files."""
    if name == "graph":
        from daisy_kernel.graph import Graph

        print(json.dumps(Graph.model_json_schema(), indent=None if as_json else 2))
        return
    entry = installed().entries.get(name)
    if entry is not None and entry.kind == "readers":
        shown = {"name": name, "kind": "reader", "help": entry.help, "plugin": entry.plugin}
        print(json.dumps(shown) if as_json else f"{name}: {entry.help}")
        return
    from daisy_kernel.algorithm import Algorithm
    from daisy_kernel.declaration import declare
    from daisy_kernel.registry import load_class
    from daisy_kernel.workflow import Workflow

    cls = load_class(name, Algorithm, Workflow)
    declared = declare(cls)
    if as_json:
        print(json.dumps(_as_object(name, cls, declared)))
        return
    print(f"{name}: {inspect.getdoc(cls)}")
    _print_ports("inputs", declared.inputs)
    _print_ports("outputs", declared.outputs)
    _print_parameters(declared.parameters)


def _print_ports(title: str, ports: Any) -> None:
    if ports:
        print(f"\n{title}")
        for port in ports.values():
            print(f"  {port.name}  {port}{'' if port.required else '  (optional)'}")


def _print_parameters(model: Any) -> None:
    from daisy_kernel.declaration import type_name

    if not model.model_fields:
        return
    print("\nparameters")
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else f"default {_shown(field.default)}"
        unit = (field.json_schema_extra or {}).get("unit")
        limits = " ".join(_limit(mark) for mark in field.metadata if _limit(mark))
        details = ", ".join(part for part in (type_name(field.annotation), limits, unit, default) if part)
        print(f"  {name}  ({details})\n      {field.description or ''}")


def _limit(mark: Any) -> str:
    signs = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
    return next((f"{sign} {getattr(mark, key)}" for key, sign in signs.items() if hasattr(mark, key)), "")


def _shown(value: Any) -> str:
    return "none" if value is None else str(value)


def _as_object(name: str, cls: Any, declared: Any) -> dict[str, Any]:
    def ports(found: Any) -> dict[str, Any]:
        return {p.name: {"dims": p.dims, "type": str(p), "required": p.required} for p in found.values()}

    return {
        "name": name,
        "help": inspect.getdoc(cls),
        "inputs": ports(declared.inputs),
        "outputs": ports(declared.outputs),
        "parameters": declared.parameters.model_json_schema(),
    }
