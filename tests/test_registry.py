"""Registry: plugins are read as data; what does not load is listed with its reason."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint

import pytest

from daisy_kernel.errors import RegistryError
from daisy_kernel.registry import installed, load_class, read


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Make a package with a plugin file; returns its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, text: str | dict | None) -> EntryPoint:
        package = tmp_path / f"daisy_test_{name}"
        package.mkdir()
        (package / "__init__.py").write_text("raise RuntimeError('a list imports no plugin')")
        if text is not None:
            (package / "plugin.json").write_text(text if isinstance(text, str) else json.dumps(text))
        return EntryPoint(name, f"daisy_test_{name}:plugin.json", "daisy.plugins")

    return make


GOOD = {"daisy_plugin": 1, "algorithms": {"x.Scale": {"class": "tests.algorithms:Scale", "help": "Scales"}}}


def test_a_plugin_is_read_without_importing_it(plugin):
    found = read([plugin("good", GOOD)])
    assert found.entries["x.Scale"].help == "Scales"
    assert "daisy_test_good" not in sys.modules


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, r"plugin.json is missing"),
        ("{", "Expecting property name"),
        ({"algorithms": {}}, "is not a plugin file of version 1"),
        ({"daisy_plugin": 1, "algorithms": {"x": {"help": "y"}}}, "x names no module:object"),
        ({"daisy_plugin": 1, "algorithms": {"x": 3}}, "x is 3"),
    ],
)
def test_a_plugin_that_cannot_be_read_is_listed_with_the_reason(plugin, text, reason):
    found = read([plugin("bad", text), plugin("good", GOOD)])
    assert reason in found.broken["bad"]
    assert "x.Scale" in found.entries


def test_a_package_that_is_not_there_is_listed():
    found = read([EntryPoint("gone", "daisy_not_there:plugin.json", "daisy.plugins")])
    assert "daisy_not_there is not there" in found.broken["gone"]


def test_a_name_is_registered_once_and_a_plugin_enters_as_a_whole(plugin):
    twice = {"daisy_plugin": 1, "algorithms": {**GOOD["algorithms"], "x.Other": {"class": "tests.algorithms:Mean"}}}
    found = read([plugin("a", GOOD), plugin("b", twice)])
    assert "x.Scale is registered already by plugin 'a'" in found.broken["b"]
    assert "x.Other" not in found.entries


def test_an_unknown_name_gives_the_close_match_and_what_is_broken(plugin):
    found = read([plugin("good", GOOD), plugin("bad", "{")])
    with pytest.raises(RegistryError, match=r"no algorithm 'x.Sacle': did you mean 'x.Scale'.*plugin 'bad': Expecting"):
        found.find("x.Sacle", "algorithms")


def test_code_that_fails_to_import_names_plugin_and_reason(plugin):
    entry = read([plugin("a", {"daisy_plugin": 1, "algorithms": {"x": {"class": "daisy_test_a:X"}}})]).entries["x"]
    with pytest.raises(RegistryError, match=r"x of plugin 'a' does not load: RuntimeError: a list imports no plugin"):
        entry.load()


def test_what_is_no_algorithm_is_refused():
    from daisy_kernel.algorithm import Algorithm

    with pytest.raises(RegistryError, match=r"json:dumps is .*no algorithm"):
        load_class("json:dumps", Algorithm)


def test_this_distribution_registers_itself_like_any_other():
    assert {"ct", "daisy"} <= {entry.plugin for entry in installed().entries.values()}
    assert installed().broken == {}
