"""docs/admin.md says what to do about each thing that users are told, and names what is there."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub_config import _words
from tests.chart.rendering import CHART, ROOT
from tests.guide import commands

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


def _programs(words: str) -> list[str]:
    """The programs in Python that the commands after these words run in the hub's pod."""
    return re.findall(r"python -c '([^']+)'", commands(words))


def test_a_database_that_is_saved_and_put_back_by_the_commands_is_the_same(tmp_path):
    file = tmp_path / "jupyterhub.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript((ROOT / "tests/hub_config/databases/jupyterhub-5.5.4.sql").read_text())
    (save,), (restore,) = _programs("Of the platform:"), _programs("To put the database back, while servers go on:")
    before = list(connection.iterdump())
    dump = _run(save, tmp_path)
    connection.executescript("DELETE FROM users; DROP TABLE daisy_sso_bindings")
    connection.close()
    _run(restore, tmp_path, given=dump)
    connection = sqlite3.connect(file)
    assert list(connection.iterdump()) == before
    connection.close()
    assert [path.name for path in tmp_path.iterdir()] == ["jupyterhub.sqlite"]


def _run(program: str, folder: Path, given: str = "") -> str:
    assert "/srv/jupyterhub/" in program
    words = [sys.executable, "-c", program.replace("/srv/jupyterhub/", f"{folder}/")]
    done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout
