"""``daisy list`` and ``daisy show``, and what a script can rely on when a command cannot even be read."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from daisy_kernel import registry
from tests.cli.conftest import volume


@pytest.fixture
def with_broken_plugin(monkeypatch, tmp_path):
    """An environment in which somebody's plugin file is damaged."""
    package = tmp_path / "daisy_damaged"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plugin.json").write_text('{"daisy_plugin": 1,')
    monkeypatch.syspath_prepend(str(tmp_path))
    points = [*registry.entry_points(group="daisy.plugins"), EntryPoint("damaged", "daisy_damaged:plugin.json", "x")]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


def test_list_says_what_there_is(daisy):
    listed = daisy("list").out
    for line in ("workflows", "algorithms", "demos", "  ct.Normalize", "  Save"):
        assert line in listed
    assert daisy("list", "--json").json["algorithms"]["ct.Normalize"]["plugin"] == "ct"


def test_a_plugin_that_does_not_load_is_listed_with_its_reason(daisy, with_broken_plugin):
    done = daisy("list")
    assert (done.code, "ct.Normalize" in done.out) == (0, True)
    assert "daisy: plugin 'damaged' does not load: Expecting property name" in done.err
    assert list(daisy("list", "--json").json["broken"]) == ["damaged"]


def test_everything_else_goes_on_beside_a_plugin_that_does_not_load(demo, daisy, with_broken_plugin, tmp_path):
    done = daisy("run", "ct", f"input={demo}", f"output={tmp_path}/a.h5", "center=49")
    assert done.code == 0, done.err
    assert volume(tmp_path / "a.h5").any()


def test_an_unknown_name_tells_of_the_plugin_that_does_not_load(daisy, with_broken_plugin):
    done = daisy("show", "damaged.Invert")
    assert done.code == 2
    assert "no algorithm or workflow 'damaged.Invert'" in done.err
    assert "plugin 'damaged': Expecting" in done.err


DECLARED = [name for name, entry in registry.installed().entries.items() if entry.kind != "readers"]


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_declaration_can_be_shown(daisy, name):
    shown, said = daisy("show", name), daisy("show", name, "--json").json
    assert shown.out.startswith(f"{name}: ")
    assert all(f"  {parameter}  (" in shown.out for parameter in said["parameters"]["properties"])
    assert said["help"]


def test_a_reader_is_shown_with_its_help_alone(daisy):
    assert daisy("show", "ct.nxtomo").out == "ct.nxtomo: NeXus NXtomo\n"
    assert daisy("show", "ct.nxtomo", "--json").json["kind"] == "reader"


def test_show_gives_dims_types_limits_and_defaults(daisy):
    shown = daisy("show", "ct.Normalize").out
    assert "projections  (angle, row, column)" in shown
    assert "darks  (frame, row, column)  (optional)" in shown
    assert "minimum  (float, > 0, default 1e-06)" in shown
    assert daisy("show", "ct", "--json").json["parameters"]["properties"]["rows"]


def test_show_graph_is_the_schema_of_graph_files(daisy):
    schema = daisy("show", "graph", "--json").json
    assert (schema["title"], schema["additionalProperties"]) == ("Graph", False)
    assert json.loads(daisy("show", "graph").out) == schema


def test_an_unknown_name_gives_the_close_match(daisy):
    assert "did you mean 'ct.Normalize'? " in daisy("show", "ct.Nromalize").err
    assert set(daisy("show", "ct.Nromalize", "--json").json) == {"error", "remedy", "exit_code"}


@pytest.mark.parametrize(
    ("words", "says"), [(["run"], "Missing argument"), (["run", "ct", "--memry", "3"], "--memry"), (["rnu"], "rnu")]
)
def test_a_command_that_cannot_be_read_is_one_object_too(daisy_process, words, says):
    out, errors = daisy_process(*words, "--json").communicate(timeout=60)
    assert (json.loads(out)["exit_code"], errors) == (2, "")
    assert says in json.loads(out)["error"]
    out, errors = daisy_process(*words).communicate(timeout=60)
    assert (out, says in errors) == ("", True)


def test_a_reader_that_goes_away_ends_the_command_quietly():
    command = [sys.executable, "-m", "daisy_kernel.cli", "show", "graph"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
