"""Tiles of the launcher: declared by a package, read as data, what is wrong said in words."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint

import pytest
import yaml
from jupyter_app_launcher.utils import parse_config

from daisy_kernel.jupyter.tiles import GROUP, read_tiles, write_launcher

GOOD = {"title": "A page", "help": "of the facility", "icon": "icon.svg", "url": "https://example.org"}


def point(value: str, name: str = "one") -> EntryPoint:
    return EntryPoint(name, value, GROUP)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that would fail if it were imported; returns what writes its file of tiles."""
    folder = tmp_path / "tiles_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(**tile) -> EntryPoint:
        (folder / "tiles.json").write_text(json.dumps({"daisy_tiles": 1, "tiles": {"page": tile}}))
        return point("tiles_of_a_test:tiles.json")

    return write


def test_a_tile_is_read_without_importing_its_package(package):
    tiles, broken = read_tiles([package(**GOOD)])
    assert broken == {}
    assert [(tile.title, tile.url) for tile in tiles] == [("A page", "https://example.org")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, "the tile 'page' needs a title"),
        ({"notebook": "icon.svg"}, "needs a title, and either a notebook or a url"),
        ({"icon": "no.svg"}, r"the tile 'page' names .*no\.svg, which is not there"),
    ],
)
def test_a_bad_tile_is_left_out_with_the_reason(package, changes, reason):
    tiles, broken = read_tiles([package(**{**GOOD, **changes})])
    assert tiles == []
    with pytest.raises(ValueError, match=reason):
        raise ValueError(broken["one"])


@pytest.mark.parametrize("value", ["no_such_package:tiles.json", "no_such.package:tiles.json", "json:no.json"])
def test_a_package_that_is_not_there_is_named(value):
    tiles, broken = read_tiles([point(value)])
    assert tiles == []
    assert value.partition(":")[0].split(".")[0] in broken["one"]


def test_the_launcher_reads_what_is_written(package, tmp_path):
    sample = point("daisy_kernel.domains.ct:tiles.json", "two")
    tiles, broken = read_tiles([package(**GOOD), sample])
    assert broken == {}
    path = write_launcher(tmp_path / "data", tiles)
    assert path.parent.name == "jupyter_app_launcher"
    assert len(yaml.safe_load(path.read_text())) == 2
    page, notebook = parse_config(str(path.parent), str(path))
    assert (page["type"], page["source"], page["catalog"]) == ("url", "https://example.org", "Daisy")
    assert (notebook["type"], notebook["title"]) == ("notebook", "From scan to volume")
    assert '"display_name": "Daisy"' in notebook["sourceCode"]
    assert notebook["icon"].startswith("<svg")
