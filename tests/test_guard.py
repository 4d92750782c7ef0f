"""Rules of the house that a reader would otherwise have to remember."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "daisy_kernel"
PARTS = ("daisy_kernel", "hub_config", "widgets_apps", "images", "tests", "benchmarks", "docs")
SOURCES = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py") if "node_modules" not in path.parts)
FRONTEND = ROOT / "widgets_apps" / "frontend"
SCRIPTS = sorted(
    path
    for part in ("src", "test")
    for suffix in ("ts", "tsx", "css")
    for path in (FRONTEND / part).rglob(f"*.{suffix}")
)

LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "daisy_kernel/domains/ct/scan/readers.py:read_scan": "seventeen options, each with its words; two statements",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES + SCRIPTS, ids=name)
def test_a_file_has_at_most_300_lines(path):
    lines = len(path.read_text().splitlines())
    assert lines <= 300 or name(path) in LONG_FILES, f"{name(path)} has {lines} lines: give each noun its own file"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_function_has_at_most_60_lines(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            known = f"{name(path)}:{node.name}" in LONG_FUNCTIONS
            assert lines <= 60 or known, f"{name(path)}: {node.name} has {lines} lines"


def test_outside_domains_nothing_is_decided_by_a_name():
    names = set()
    for plugin in PACKAGE.rglob("plugin.json"):
        declared = json.loads(plugin.read_text())
        names |= {each for kind in ("algorithms", "workflows", "demos") for each in declared.get(kind, {})}
    words = "|".join(re.escape(each) for each in sorted(names - {"Save", "Range"}))
    domains = "|".join(path.name for path in (PACKAGE / "domains").iterdir() if path.name.isalpha())
    pattern = re.compile(rf"""["'](?:{words})["']|\b(?:{domains}|domains)\b""")
    checked = [PACKAGE / f"{stem}.py" for stem in ("plan", "sections", "regions", "step", "graph", "template")]
    checked += [*(PACKAGE / "engines").rglob("*.py"), *(PACKAGE / "runs").rglob("*.py")]
    for path in checked:
        found = pattern.findall(path.read_text())
        assert not found, f"{name(path)} names {found}"


@pytest.mark.parametrize("module", ["daisy_kernel", "daisy_kernel.domains.ct", "daisy_kernel.Base", "daisy_kernel.cli"])
def test_what_a_package_declares_is_there_and_sorted(module):
    package = importlib.import_module(module)
    declared = package.__all__
    assert declared == sorted(declared)
    assert [each for each in declared if not hasattr(package, each)] == []


@pytest.mark.parametrize("module", ["daisy_kernel.domains.ct", "daisy_kernel.domains.ct.gpu", "daisy_kernel.cli"])
def test_what_a_package_shows_is_declared(module):
    package = importlib.import_module(module)
    shown = {each for each in dir(package) if each[0] != "_" and not isinstance(getattr(package, each), ModuleType)}
    assert shown == set(package.__all__)


def test_help_loads_nothing_that_is_slow():
    code = (
        "import sys; sys.argv = ['daisy', '--help']\n"
        "from daisy_kernel.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "slow = {'xarray', 'numba', 'dask', 'distributed', 'numpy', 'pydantic', 'zarr', 'rich'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_what_a_scheduler_reads_of_a_slab_loads_nothing_that_is_slow():
    code = (
        "import sys, daisy_kernel.engines.remote, daisy_kernel.engines.requirements\n"
        "slow = {'xarray', 'numba', 'numpy', 'pydantic', 'zarr', 'h5py', 'scipy'} & set(sys.modules)\n"
        "assert not slow, slow"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_listing_imports_no_domain():
    code = (
        "import sys; sys.argv = ['daisy', 'list']\n"
        "from daisy_kernel.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "loaded = [m for m in sys.modules if m.startswith('daisy_kernel.domains.')]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ct.Normalize" in done.stdout


@pytest.mark.parametrize("plugin", sorted(PACKAGE.rglob("plugin.json")), ids=name)
def test_every_registered_name_loads_and_declares(plugin):
    from daisy_kernel.declaration import declare
    from daisy_kernel.registry import installed

    declared = json.loads(plugin.read_text())
    for each in (*declared["algorithms"], *declared.get("workflows", {})):
        cls = installed().entries[each].load()
        assert declare(cls).parameters is not None
        assert cls.__doc__, each
        for field, info in declare(cls).parameters.model_fields.items():
            assert info.description, f"{each}.{field} has no help"
