"""docs/admin.md says what to do about each thing that users are told, and names what is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from hub_config import _words
from tests.chart.rendering import CHART, ROOT

GUIDE = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1].strip() for line in GUIDE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("key", _words._STARTS)
def test_each_reason_why_a_server_does_not_start_has_a_row(key):
    sentence = re.sub(r"\{\w+\}", "...", _words._STARTS[key][0])
    assert [row for row in ROWS if row and sentence.startswith(row)], sentence


def test_each_alert_has_a_row():
    alerts = re.findall(r"alert: (\w+)", (CHART / "files" / "alerts.yaml").read_text())
    assert set(alerts) == {row for row in ROWS if row.startswith("Daisy")}


def _paths(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {path}
    return {path} | {found for key, inner in value.items() for found in _paths(inner, f"{path}.{key}".lstrip("."))}


def test_each_value_that_the_guide_names_is_there():
    values = _paths(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8")))
    tops = "|".join(sorted({path.split(".")[0] for path in values if path}))
    named = set(re.findall(rf"`((?:{tops})\.[A-Za-z.]+)", GUIDE))
    assert len(named) > 20
    assert named - values == set()
