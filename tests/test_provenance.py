"""Provenance: complete, readable by others, without secrets."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daisy_kernel.errors import DataError
from daisy_kernel.provenance import (
    Provenance,
    Step,
    input_file,
    now,
    software_versions,
    this_machine,
)


def document(**changes: Any) -> Provenance:
    given = {
        "started": datetime(2026, 1, 2, tzinfo=UTC),
        "ended": now(),
        "command": ("daisy", "run", "ct"),
        "graph": {"nodes": {}},
        "steps": (Step(name="grid", algorithm="ct.Grid", version="1", parameters={"center": 296.0}),),
        "software": software_versions(),
        "machine": this_machine(),
    }
    return Provenance(**(given | changes))


def test_a_document_is_read_back_as_it_was_written() -> None:
    written = document()
    assert Provenance.from_json(written.to_json()) == written


def test_the_json_is_strict_even_for_a_parameter_that_is_infinite() -> None:
    steps = (Step(name="a", algorithm="A", version="1", parameters={"high": float("inf")}),)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    read = json.loads(document(steps=steps).to_json(), parse_constant=refuse)
    assert read["steps"][0]["parameters"] == {"high": "Infinity"}


def test_credentials_in_addresses_are_cut_out() -> None:
    text = document(engine="dask tcp://ann:pass@host:8786", command=("--engine", "tls://tok3n@host:1")).to_json()
    assert "pass" not in text
    assert "tok3n" not in text
    assert "tcp://host:8786" in text
    assert "tls://host:1" in text


def test_environment_variables_are_never_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "s3cret-value")
    assert "s3cret-value" not in document().to_json()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"version": 2}, r"p\.json cannot be read: version: Input should be 1 \(it is 2\)"),
        ({"started": "yesterday"}, r"started: .* \(it is 'yesterday'\)"),
        ({"started": "2026-01-02T03:04:05"}, "started: Input should have timezone info"),
        ({"mood": "good"}, "mood: Extra inputs are not permitted"),
    ],
    ids=["a later format", "no date", "a date without zone", "an unknown field"],
)
def test_a_document_that_is_wrong_in_one_place_is_refused_with_the_place(change: dict, expected: str) -> None:
    text = json.dumps(json.loads(document().to_json()) | change)
    with pytest.raises(DataError, match=expected):
        Provenance.from_json(text, "p.json")


def test_a_truncated_document_is_refused() -> None:
    with pytest.raises(DataError, match="the text: Invalid JSON"):
        Provenance.from_json(document().to_json()[:40])


def test_an_input_file_is_described_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    path.write_bytes(b"x" * (3 << 20))
    found = input_file(path, checksum=True)
    assert (found.path, found.size) == (str(path), 3 << 20)
    assert abs((found.modified - now()).total_seconds()) < 60
    assert found.sha256_head == hashlib.sha256(b"x" * (1 << 20)).hexdigest()
    assert input_file(path).sha256_head is None


def test_a_missing_input_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"absent\.h5 cannot be read: No such file"):
        input_file(tmp_path / "absent.h5")


def test_versions_and_machine_are_those_underneath() -> None:
    import numba
    import numpy
    from numba.core.registry import cpu_target

    versions = software_versions()
    assert (versions["numpy"], versions["numba"]) == (numpy.__version__, numba.__version__)
    _, name, features = cpu_target.target_context.codegen().magic_tuple()
    assert this_machine().cpu_target == name
    assert this_machine().cpu_features == hashlib.sha256(features.encode()).hexdigest()[:16]
