"""Forms from declarations alone: what a parameter's annotation, limits, unit and help say of its control."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from daisy_kernel.declaration import Role, problems
from daisy_kernel.settings import from_text

_LIMITS = {"ge": "minimum", "gt": "above", "le": "maximum", "lt": "below"}


def form(model: type[BaseModel]) -> dict[str, Any]:
    """The form of a declaration's parameters: ``{"fields": [...]}``, plain JSON.

    A field: name, label, help, unit, kind (number, integer, text, choice, flag, numbers of a fixed count, path),
    optional, default, limits (minimum, above, maximum, below), choices, role (input, output), group, and when: values
    of other fields with which alone it is shown. What no kind fits is text, read as on the command line.
    """
    return {"fields": [_field(name, info) for name, info in model.model_fields.items()]}


def given(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields that are shown, typed; what a hidden field holds means nothing.

    Names that the model does not know are kept: `check` refuses them.
    """
    fields = {field["name"]: field for field in form(model)["fields"]}
    shown = {name: value for name, value in values.items() if name not in fields or _is_shown(name, fields, values)}
    empty = {name for name, value in shown.items() if value == "" and name in fields}
    return from_text(model, {name: None if name in empty else value for name, value in shown.items()})


def check(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, as one sentence by field, several at once; empty where nothing is."""
    wanted = given(model, values)
    unset = [name for name, value in wanted.items() if value is None and _needs_value(model.model_fields.get(name))]
    return problems(model, {name: value for name, value in wanted.items() if name not in unset})


def _field(name: str, info: FieldInfo) -> dict[str, Any]:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    marks = [*info.metadata, *_nested_marks(info.annotation)]
    found: dict[str, Any] = {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "help": info.description or "",
        **_kind(info.annotation),
        "optional": type(None) in set(_alternatives(info.annotation)),
        "default": None if info.is_required() else to_jsonable_python(info.default, fallback=str),
    }
    for attribute, limit in _LIMITS.items():
        values = [getattr(mark, attribute) for mark in marks if hasattr(mark, attribute)]
        if values:
            found[limit] = values[0]
    role = next((mark.name for mark in marks if isinstance(mark, Role)), None)
    told = {"unit": extra.get("unit"), "group": extra.get("group"), "when": extra.get("when"), "role": role}
    return found | {key: value for key, value in told.items() if value}


def _kind(annotation: Any) -> dict[str, Any]:
    """The kind of control, and what goes with it, of what a parameter takes beside None."""
    kinds = [kind for kind in _alternatives(annotation) if kind is not type(None)]
    if kinds and all(get_origin(kind) is typing.Literal for kind in kinds):
        return {"kind": "choice", "choices": [choice for kind in kinds for choice in get_args(kind)]}
    if set(kinds) <= {int, float} and kinds:
        return {"kind": "number" if float in kinds else "integer"}
    if len(kinds) == 1:
        (only,) = kinds
        if only is bool:
            return {"kind": "flag"}
        if isinstance(only, type) and issubclass(only, Path):
            return {"kind": "path"}
        parts = get_args(only) if get_origin(only) is tuple else ()
        if parts and set(parts) <= {int, float}:
            return {"kind": "numbers", "count": len(parts)}
    return {"kind": "text"}


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The types of a union, whatever they are annotated with."""
    origin = get_origin(annotation)
    if origin is typing.Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for part in get_args(annotation):
            yield from _alternatives(part)
    else:
        yield annotation


def _nested_marks(annotation: Any) -> Iterator[Any]:
    """Metadata of ``Annotated[float, Gt(0)] | None``, which pydantic leaves inside the union."""
    for part in get_args(annotation):
        if get_origin(part) is typing.Annotated:
            yield from get_args(part)[1:]


def _is_shown(name: str, fields: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> bool:
    for other, allowed in fields[name].get("when", {}).items():
        if other not in fields or not _is_shown(other, fields, values):
            return False
        if values.get(other, fields[other]["default"]) not in allowed:
            return False
    return True


def _needs_value(info: FieldInfo | None) -> bool:
    """Whether None stands for a field that was left empty, not for a value."""
    return info is not None and type(None) not in set(_alternatives(info.annotation)) and info.is_required()
