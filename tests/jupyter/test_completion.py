"""What Tab offers in code and in lines of ``%daisy``."""

from __future__ import annotations

import time

import pytest
from IPython.core.completer import CompletionContext

from daisy_kernel.jupyter.at_hand import AtHand
from daisy_kernel.jupyter.completion import DaisyMatcher

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(kernel, scan):
    """The kernel, with raw data of a scan in an engine of the user's own name."""
    said = kernel.run(
        f"mine = Engine()\nmine.create('load', 'ct.Load', input='{scan}').execute(output={{'projections': 'raw'}})"
    )
    assert said.status == "ok", said.error
    return kernel


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        ("mine.create('a', 'ct.Norm", ["ct.Normalize", "ct.NormalizeAir", "ct.NormalizeBackground"]),
        ('engine.create("a",\n    "ct.Norm', ["ct.Normalize", "ct.NormalizeAir", "ct.NormalizeBackground"]),
        ("mine.create('a', 'ct.Normalize', mi", ["minimum="]),
        ("mine.create('a', 'ct.Grid', filter='hann', cent", ["center="]),
        ("mine.create('a', 'ct.Grid', center=(1 + 2), filt", ["filter="]),
        ("mine.datastore['", ["load.darks", "load.flats", "raw"]),
        ("mine['load'].execute(projections='r", ["raw"]),
        ("mine.create('n', 'ct.Normalize').execute(projections='r", ["raw"]),
        ("eng", ["engine"]),
        ("%daisy ", ["demo", "list", "run", "show"]),
        ("%daisy run c", ["ct"]),
        ("%daisy run ct inp", ["input="]),
        ("%daisy run ct center=17 --resu", ["--resume"]),
        ("found = %daisy run ct outp", ["output="]),
        ("%daisy show ct.Fi", ["ct.FindCenter"]),
        ("%daisy list --js", ["--json"]),
        ("%%daisy --ov", ["--overwrite"]),
        ("%%daisy\nnodes:\n  a:\n    algorithm: ct.Loa", ["ct.Load"]),
        ('%%daisy\n{"nodes": {"a": {"algorithm": "ct.Loa', ["ct.Load"]),
    ],
)
def test_names_are_offered(loaded, code, offered):
    assert loaded.complete(code) == offered


def test_files_are_offered_for_a_setting(loaded, scan):
    assert loaded.complete(f"%daisy run ct input={scan.parent}/sc") == [f"input={scan}"]


def test_an_algorithm_that_is_not_there_offers_no_parameters(loaded):
    assert "minimum=" not in loaded.complete("mine.create('a', 'ct.Nope', mi")


def test_everything_else_is_completed_as_ever(loaded):
    assert "create" in loaded.complete("engine.cre")
    assert "numpy" in loaded.complete("import nump")


@pytest.mark.parametrize("text", ["a" * 50_000, "engine.create('a', 'b', (1), " * 1500, "call('a', b='c')\n" * 2000])
def test_a_long_cell_is_completed_at_once(text):
    context = CompletionContext("", text, len(text.rpartition("\n")[2]), text.count("\n"), None)
    begin = time.perf_counter()
    DaisyMatcher({}, AtHand({})).match(context)
    assert time.perf_counter() - begin < 2
