"""Reading the settings: a file, its values, and the one sentence about the first thing that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import ValidationError

from hub_config.errors import SettingsError
from hub_config.settings._model import Model
from hub_config.settings.settings import Settings, near

_M = TypeVar("_M", bound=Model)


def read_settings(path: Path) -> Settings:
    """Read and check a file; `SettingsError` says what is wrong in one sentence."""
    return check_settings(read_values(path))


def read_values(path: Path) -> Any:
    """What a YAML or JSON file holds; `SettingsError` where it cannot be read."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}", remedy="name the hub's settings file") from None
    except yaml.YAMLError as error:
        where = " ".join(str(error).split())
        raise SettingsError(f"{path} is no YAML: {where}", remedy="correct the file") from None


def check_settings(values: Any) -> Settings:
    """The settings, or `SettingsError` with the first thing that is wrong."""
    return check(Settings, values)


def check(model: type[_M], values: Any) -> _M:
    """What a model makes of values, or `SettingsError` with the first thing that is wrong."""
    if not isinstance(values, dict):
        raise SettingsError(f"the settings are {values!r}", remedy="write sso:, identity:, profiles: and so on")
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise SettingsError(*_sentence(model, problem)) from None


def _sentence(model: type[Model], problem: Any) -> tuple[str, str]:
    """What is wrong and the remedy; the value is left out, since it may be a secret at the wrong place."""
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = set(_keys_at(model, problem["loc"][:-1]))
        meant = near(str(problem["loc"][-1]), known)
        return f"{path} is no setting", meant.removeprefix(": ") or f"there are {', '.join(sorted(known))}"
    if problem["type"] == "missing":
        return f"{path} is missing", "add it"
    return f"{path or 'settings'}: {problem['msg'].removeprefix('Value error, ')}", "correct it"


def _keys_at(model: Any, place: tuple[Any, ...]) -> Iterator[str]:
    """Names that are allowed in a model at a path."""
    for part in place:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        field = next((f for f in model.model_fields.values() if f.alias == part), None)
        if field is None:
            continue
        inner = [t for t in (field.annotation, *get_args(field.annotation)) if hasattr(t, "model_fields")]
        model = inner[0] if inner else model
    yield from (field.alias or name for name, field in model.model_fields.items())
