"""values.yaml and values.schema.json say what the model says, of every key."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml
from pydantic_core import to_jsonable_python

from hub_config.chart import Values
from hub_config.chart.documents import schema_text, values_text
from hub_config.settings._model import Model
from tests.chart.rendering import CHART, ROOT

NEEDED = {"sso.clientId", "sso.authorizeUrl", "sso.tokenUrl", "sso.callbackUrl", "profiles"}


def keys(model: type[Model], path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and field of each key, also of those inside lists and mappings."""
    for name, field in model.model_fields.items():
        key = f"{path}{field.alias or name}"
        yield key, field
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, Model):
                yield from keys(part, f"{key}.")


@pytest.mark.parametrize(("name", "made"), [("values.yaml", values_text), ("values.schema.json", schema_text)])
def test_the_committed_document_is_the_one_that_the_model_makes(name, made):
    assert (CHART / name).read_text(encoding="utf-8") == made(), f"run python -m hub_config.chart > {name}"


@pytest.mark.parametrize(("path", "field"), list(keys(Values)), ids=lambda each: each if isinstance(each, str) else "")
def test_every_key_says_what_it_is_for(path, field):
    assert len(field.description or "") > 5, f"{path} has no docstring"


def test_every_key_stands_in_the_values_below_a_comment():
    lines = (CHART / "values.yaml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        key = line.strip().partition(":")[0]
        if ":" in line and not line.strip().startswith(("#", "-")) and key.isalpha() and key not in ("cpu", "memory"):
            free = key in ("pods", "persistentvolumeclaims")  # what a quota names
            assert free or lines[number - 1].strip().startswith("#"), f"{key} has no comment"


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    else:
        yield path, value


def test_the_defaults_are_those_of_the_model():
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    shown = dict(leaves(values))
    assert {path for path in NEEDED if not shown[path]} == NEEDED
    least = {"clientId": "c", "existingSecret": "s", "accountUrl": "https://a.example.org"}
    least |= dict.fromkeys(("authorizeUrl", "tokenUrl", "callbackUrl"), "https://s.example.org/x")
    profile = {"slug": "p", "displayName": {}, "description": {}, "cpu": 1, "memory": "1G"}
    model = Values.model_validate({"sso": least, "profiles": [profile]})
    expected = dict(leaves(to_jsonable_python(model, by_alias=True)))
    given = NEEDED | {"sso.existingSecret", "sso.accountUrl"}
    assert {k: v for k, v in shown.items() if k not in given} == {k: v for k, v in expected.items() if k not in given}


def test_the_schema_allows_no_other_keys_anywhere():
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    for name, part in [("values", schema), *schema["$defs"].items()]:
        assert part.get("additionalProperties") is False, name


def test_the_chart_has_the_version_of_the_package():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert chart["version"] == chart["appVersion"] == version
