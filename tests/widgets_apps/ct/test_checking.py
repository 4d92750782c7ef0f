"""What is refused before a run starts, and where the page says so."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from widgets_apps.checking import refuse_start
from widgets_apps.ct.checking import checked, planned, wanted
from widgets_apps.session import FieldErrors

_WRONG = {
    "binning": ({"binning": 0}, "binning=0"),
    "cutoff": ({"cutoff": 1.5}, "cutoff=1.5"),
    "minimum": ({"minimum": "small"}, "small"),
    "stripes": ({"stripes": "all"}, "all"),
    "center": ({"center": 500.0}, "center=500 is outside the columns 0 to 95"),
    "center in words": (
        {"center": "abc"},
        "center='abc' is refused: it is neither a number nor a range: allowed: float or first:last:step or none",
    ),
    "centers that fall": (
        {"center": [60, 40], "output": "a.png"},
        "center=[60, 40] is refused: a range goes from the smaller center to the larger one",
    ),
    "centers without a step": ({"center": "40:60:0", "output": "a.png"}, "in steps above 0"),
    "search": ({"search": [90, 10]}, "search=90:10"),
    "crop": ({"crop": [90, 200]}, "crop=90:200"),
    "rows": ({"rows": [30, 80]}, "rows=30:80"),
    "background": ({"background": [0, 99, 0, 4]}, "region"),
    "input": ({"input": "/nowhere/scan.h5"}, "/nowhere/scan.h5 does not exist"),
    "format": ({"format": "NXtom"}, "the formats are"),
    "limits": ({"dtype": "uint16", "limits": [2.0, 1.0]}, "no range"),
}


@pytest.fixture
def given(scan, tmp_path):
    return {"input": str(scan), "output": str(tmp_path / "rec.h5")}


def test_what_can_be_run_has_no_complaint_and_says_its_size(given, scan):
    found = checked(given)
    assert found["fields"] == {}
    assert found["needed"] == 40 * 96 * 96 * 4
    assert found["free"] > found["needed"]
    assert found["exists"] is False
    assert found["plan"]["sections"][-1]["along"] == "row"


@pytest.mark.parametrize(("field", "change", "words"), [(name, *case) for name, case in _WRONG.items()], ids=_WRONG)
def test_a_wrong_value_is_said_at_its_field(given, field, change, words):
    assert words in checked({**given, **change})["fields"][field.partition(" ")[0].replace("centers", "center")]


def test_several_wrong_values_are_said_at_once(given):
    found = checked({**given, "binning": 0, "cutoff": 7, "output": ""})
    assert set(found["fields"]) == {"binning", "cutoff", "output"}
    assert found["needed"] is None


def test_a_parameter_that_is_unknown_is_refused(given):
    assert "centre" in checked({**given, "centre": 3})["fields"]["centre"]


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("/nowhere/rec.h5", "the folder /nowhere does not exist"),
        ("rec.txt", "txt"),
        ("rec.png", "range of centers"),
    ],
)
def test_an_output_that_cannot_be_written_is_said_at_its_field(given, tmp_path, output, words):
    assert words in checked({**given, "output": str(tmp_path / output)})["fields"]["output"]


def test_the_scan_itself_is_no_output(given):
    assert "is what is read" in checked({**given, "output": given["input"]})["fields"]["output"]


def test_an_output_that_exists_is_no_mistake_but_starts_nothing_without_a_word(given):
    Path(given["output"]).touch()
    assert checked(given)["exists"] is True
    plan = planned(wanted(given))
    with pytest.raises(FieldErrors, match=r"rec\.h5 exists already"):
        refuse_start(Path(given["output"]), plan, replace=False)
    refuse_start(Path(given["output"]), plan, replace=True)


def test_a_disk_that_is_too_small_is_refused_with_both_numbers(given):
    plan = planned(wanted(given))
    with patch("widgets_apps.checking.shutil.disk_usage") as usage:
        usage.return_value.free = 1000
        with pytest.raises(FieldErrors, match=r"1000 B free, but the run needs 1\.406 MiB"):
            refuse_start(Path(given["output"]), plan, replace=False)


def test_what_a_hidden_field_holds_is_not_passed_on(given):
    assert "flats" not in wanted({**given, "data": "absorption", "flats": "somewhere"})


def test_a_scan_that_is_too_large_for_here_may_fit_into_pods(given):
    with patch("daisy_kernel.engines.engine.default_budget", return_value=1 << 20):
        assert "raise memory=" in str(checked(given)["fields"])
        assert checked(given, "kubernetes")["fields"] == {}
