"""Apps that packages declare, read as data."""

from __future__ import annotations

import json
import sys
from importlib.metadata import EntryPoint

import pytest

from daisy_kernel.errors import RegistryError
from widgets_apps.apps import installed, read

GOOD = {"daisy_apps": 1, "apps": {"smooth": {"class": "widgets_apps.app:App", "title": {"en": "Smooth"}}}}


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "their_apps").mkdir()
    (tmp_path / "their_apps/__init__.py").write_text("raise AssertionError('a list of apps imports no package')")
    monkeypatch.syspath_prepend(tmp_path)

    def declare(what):
        (tmp_path / "their_apps/apps.json").write_text(json.dumps(what))
        return read([EntryPoint("theirs", "their_apps:apps.json", "daisy.apps")])

    return declare


def test_an_app_is_known_without_importing_its_package(package):
    found = package(GOOD)
    assert found.entries["smooth"].title == {"en": "Smooth"}
    assert "their_apps" not in sys.modules


def test_ct_is_installed():
    assert installed().broken == {}
    assert installed().find("ct").title["zh"]


def test_an_unknown_app_is_refused_with_the_close_match(package):
    with pytest.raises(RegistryError, match=r"no app 'smoth'.*did you mean 'smooth'"):
        package(GOOD).find("smoth")


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"daisy_apps": 2}, "not a file of apps of version 1"),
        ([], "not a file of apps of version 1"),
        ({"daisy_apps": 1, "apps": {"../x": {}}}, "'../x' needs a name"),
        ({"daisy_apps": 1, "apps": {"x": {"class": "nothing", "title": {"en": "X"}}}}, "names no module:Class"),
        ({"daisy_apps": 1, "apps": {"x": {"class": "a:B", "title": "X"}}}, "no title in English, but 'X'"),
        ({"daisy_apps": 1, "apps": {"x": 1}}, "names no module:Class, but None"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_reason(package, what, sentence):
    found = package(what)
    assert found.entries == {}
    assert sentence in found.broken["theirs"]


def test_a_class_that_is_no_app_is_refused(package):
    what = {"daisy_apps": 1, "apps": {"x": {"class": "json:JSONDecoder", "title": {"en": "X"}}}}
    with pytest.raises(RegistryError, match=r"'x' is .*JSONDecoder.*no App"):
        package(what).find("x").load()


def test_a_class_that_does_not_import_is_refused_with_the_reason(package):
    what = {"daisy_apps": 1, "apps": {"x": {"class": "no_such_module:X", "title": {"en": "X"}}}}
    with pytest.raises(RegistryError, match=r"'x' does not load: ModuleNotFoundError.*no_such_module"):
        package(what).find("x").load()
