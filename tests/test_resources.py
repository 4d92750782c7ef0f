"""Memory that may be used: the smaller of the machine's and the container's, or what a person writes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from daisy_kernel import resources
from daisy_kernel.errors import ParameterError
from daisy_kernel.resources import default_budget, parse_bytes


@pytest.mark.parametrize(
    ("text", "nbytes"),
    [
        ("8GiB", 8 << 30),
        ("8 gib", 8 << 30),
        ("500MB", 500_000_000),
        ("500m", 500_000_000),
        ("1.5 kB", 1500),
        ("2TiB", 2 << 40),
        ("1073741824", 1 << 30),
        (4096, 4096),
        ("0", 0),
    ],
)
def test_amounts_as_people_write_them(text, nbytes):
    assert parse_bytes(text) == nbytes


@pytest.mark.parametrize("text", ["", "many", "8 apples", "-1", "1e9", "nan", "inf", ".", "1.2.3", "8GiB!", "GiB"])
def test_what_is_no_amount_is_refused_with_its_value(text):
    with pytest.raises(ParameterError, match=r"is no amount of memory: write it as 8GiB or 500MB") as caught:
        parse_bytes(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("limits", "nbytes"),
    [
        ([], 70),
        (["40"], 28),
        (["max"], 70),
        (["9223372036854771712"], 70),
        (["max", "50"], 35),
    ],
)
def test_the_default_is_70_percent_of_the_smaller(monkeypatch, tmp_path, limits, nbytes):
    monkeypatch.delenv("MEM_LIMIT", raising=False)
    paths = [tmp_path / "absent"]
    for number, text in enumerate(limits):
        paths.append(tmp_path / f"limit{number}")
        paths[-1].write_text(f"{text}\n")
    monkeypatch.setattr(resources, "_CGROUP_LIMITS", tuple(paths))
    monkeypatch.setattr(resources.psutil, "virtual_memory", lambda: SimpleNamespace(total=100))
    assert default_budget() == nbytes


@pytest.mark.parametrize(("granted", "nbytes"), [("1000", 700), ("0", None), ("", None), ("many", None)])
def test_what_a_hub_granted_counts_where_it_is_a_number(monkeypatch, granted, nbytes):
    monkeypatch.setenv("MEM_LIMIT", "")
    without = default_budget()
    monkeypatch.setenv("MEM_LIMIT", granted)
    assert default_budget() == (without if nbytes is None else nbytes)
