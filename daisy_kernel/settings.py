"""Settings as a person types them: ``name=value`` words and ``@file.yaml``, for any declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from daisy_kernel.declaration import suggest
from daisy_kernel.errors import ParameterError


def read_settings(words: Iterable[str]) -> dict[str, Any]:
    """Names and values of ``name=value`` words; ``@file.yaml`` stands for the names in the file.

    A later word wins over an earlier one, so that a file can be amended.

    >>> read_settings(["center=296", "rows=0:64"])
    {'center': '296', 'rows': '0:64'}
    """
    found: dict[str, Any] = {}
    for word in words:
        if word.startswith("@"):
            found.update(_from_file(Path(word[1:])))
            continue
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ParameterError(f"{word!r} is no setting", remedy="write name=value, or @file.yaml")
        found[name] = value
    return found


def from_text(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn typed text into what a parameter takes: ``none``, and ``0:64`` or ``0,64`` for pairs."""
    typed: dict[str, Any] = {}
    for name, value in values.items():
        field = model.model_fields.get(name)
        typed[name] = value if field is None else _value(field.annotation, value)
    return typed


def split_nodes(settings: Mapping[str, Any], nodes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Settings ``node.parameter`` by node; raises `ParameterError` for a node that is not there."""
    known = list(nodes)
    found: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        node, _, parameter = name.rpartition(".")
        if node not in known:
            raise ParameterError(f"{name!r} names no step of the graph", remedy=suggest(node or name, known))
        found.setdefault(node, {})[parameter] = value
    return found


def _value(annotation: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    kinds = set(_kinds(annotation))
    if value.lower() == "none" and type(None) in kinds:
        return None
    if tuple in kinds and re.search(r"[:,]", value):
        return tuple(part.strip() for part in re.split(r"[:,]", value))
    return value


def _kinds(annotation: Any) -> Iterable[Any]:
    """The plain types of which an annotation is made: ``Annotated``, unions and generics are opened."""
    origin = get_origin(annotation) or annotation
    yield tuple if isinstance(origin, type) and issubclass(origin, tuple) else origin
    if get_origin(annotation) is not tuple:
        for part in get_args(annotation):
            yield from _kinds(part)


def _from_file(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}", remedy="check its name") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ParameterError(f"{path} is no YAML: {reason}", remedy="write lines of name: value") from None
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise ParameterError(f"{path} holds no names with values", remedy="write lines of name: value")
    return found
