"""The chart's two documents about its values, made from the model: values.yaml and values.schema.json."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

import yaml
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from hub_config.chart.values import Values
from hub_config.settings._model import Model

_WIDTH = 116
_HEAD = """\
# Values of the chart daisy-daas, with their defaults. Made from the model in hub_config/chart: do not edit, run
#     python -m hub_config.chart values
# Needed are sso, profiles and identity.groups; examples/ has whole ones. `python -m hub_config.chart check FILE` says
# what is wrong with yours, also what helm does not know.
"""


def schema_text() -> str:
    """values.schema.json."""
    schema = Values.model_json_schema()
    # Every helm 3 and 4 knows this draft.
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", **_without_titles(schema)}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def values_text() -> str:
    """values.yaml: each key below what it is for."""
    return _HEAD + "".join(_block(Values, 0))


def _without_titles(schema: Any) -> Any:
    """The schema without the titles that pydantic makes of names; keys of a mapping of schemas are no titles."""
    if isinstance(schema, list):
        return [_without_titles(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_titles(each) for name, each in value.items()}
        if key in ("properties", "$defs")
        else _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }


def _block(model: type[Model], depth: int) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = field.alias or name
        if depth == 0:
            yield "\n"
        yield from _comment(field.description or "", depth)
        if isinstance(inner := field.annotation, type) and issubclass(inner, Model):
            yield f"{'  ' * depth}{key}:\n"
            yield from _nested(inner, field, depth + 1)
            continue
        for item in get_args(field.annotation):
            if isinstance(item, type) and issubclass(item, Model):
                yield from _keys_of(item, depth)
        yield textwrap.indent(_dumped({key: _default(field)}), "  " * depth)


def _nested(model: type[Model], field: FieldInfo, depth: int) -> Iterator[str]:
    """The keys of a part; where it has a default of its own, with the values of that."""
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    if default is None or all(not each.is_required() for each in model.model_fields.values()):
        yield from _block(model, depth)
        return
    for name, each in model.model_fields.items():
        yield from _comment(each.description or "", depth)
        value = to_jsonable_python(getattr(default, name), by_alias=True)
        yield textwrap.indent(_dumped({each.alias or name: value}), "  " * depth)


def _keys_of(model: type[Model], depth: int) -> Iterator[str]:
    yield from _comment("Each has:", depth)
    for name, field in model.model_fields.items():
        known = "" if field.is_required() else f" (default {json.dumps(_default(field))})"
        text = f"- {field.alias or name}{known}: {field.description}"
        yield from _comment(" ".join(text.split()), depth)


def _default(field: FieldInfo) -> Any:
    """What stands for a key that nobody gave: its default; nothing, which the schema refuses, where it is needed."""
    if field.is_required():
        return [] if "tuple" in str(field.annotation) else ""
    return to_jsonable_python(field.get_default(call_default_factory=True), by_alias=True)


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDTH)


def _comment(text: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    hanging = "  " if text.startswith("- ") else ""
    for line in textwrap.wrap(" ".join(text.split()), _WIDTH - len(indent), subsequent_indent=hanging):
        yield f"{indent}# {line}\n"
