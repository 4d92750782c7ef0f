"""Each sentence that a page may be told has a line in Chinese, which says the same values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from daisy_kernel.declaration import problems, validate
from daisy_kernel.errors import ParameterError
from tests.widgets_apps.sentences import TABLES, said

_HOLE = re.compile(r"\{\d+\}")
_OF_FUNCTIONS = "values"  # the table of what pydantic and functions put together
_PUT_TOGETHER = {
    *("{0} is needed", "{0} needs {1}", "{0}={1} is refused", "allowed: {0}", "did you mean {0}? allowed: {1}"),
    *("give {0}=...{1}", "a value is missing"),
}
"""What `daisy_kernel.declaration` puts together of parts; see the tests of it below."""


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(TABLES.glob("*.json")):
        lines = json.loads(path.read_text(encoding="utf-8"))
        assert not found.keys() & lines.keys(), f"{path.name} has lines of another table"
        found |= lines
    return found


def test_no_sentence_is_without_chinese():
    missing = {text: where for text, where in said().items() if text not in _table()}
    assert not missing, f"write these into a table in {TABLES}: {json.dumps(missing, indent=2)}"


def test_no_line_is_left_of_a_sentence_that_nobody_says():
    own = {
        text for path in TABLES.glob("*.json") if path.stem != _OF_FUNCTIONS for text in json.loads(path.read_text())
    }
    assert own - said(fewest=0).keys() - _PUT_TOGETHER == set()


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.json")), ids=lambda path: path.stem)
def test_chinese_says_the_same_values(path):
    for english, chinese in json.loads(path.read_text(encoding="utf-8")).items():
        holes, told = set(_HOLE.findall(english)), set(_HOLE.findall(chinese))
        assert told <= holes, english
        assert told == holes or path.stem == _OF_FUNCTIONS, english
        assert re.search(r"[\u4e00-\u9fff]", chinese) or told == holes, english


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    share: Annotated[float, Field(gt=0, le=1)]
    count: Annotated[int, Field(ge=2, lt=9)]
    flag: bool
    place: Path
    pair: tuple[int, int]
    word: str


_WRONG = {
    "share": ["x", 0, 2, float("inf"), None],
    "count": ["x", 1.5, 1, 9, None],
    "flag": ["maybe", None],
    "place": [3],
    "pair": ["x", (1, 2, 3), (1,), ("x", 2)],
    "word": [3],
}
_RIGHT = {"share": 0.5, "count": 3, "flag": True, "place": "a", "pair": (1, 2), "word": "w"}


def _known(text: str) -> bool:
    """Whether a part of a sentence is a line of a table with values in its holes."""
    forms = ("(?:(?!: ).)*?".join(map(re.escape, _HOLE.split(english))) for english in _table())
    return any(re.fullmatch(form, text, re.DOTALL) for form in forms)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in _WRONG.items() for value in values])
def test_what_is_said_of_a_wrong_value_has_chinese_in_all_its_parts(name, value):
    (sentence,) = problems(_Model, {**_RIGHT, name: value}).values()
    subject, reason, allowed = sentence.split(": ", 2)
    assert _known(subject), sentence
    assert _known(reason), sentence
    assert _known(allowed), sentence


def test_what_is_said_of_a_missing_and_of_an_unknown_parameter_has_chinese():
    assert _known("share is needed")
    missing = {name: value for name, value in _RIGHT.items() if name != "share"}
    assert problems(_Model, missing)["share"].startswith("share is needed: ")
    with pytest.raises(ParameterError, match="has no parameter") as refused:
        validate("grid", _Model, {"shre": 1})
    assert _known(refused.value.error)
    assert refused.value.remedy == "did you mean 'share'? allowed: count, flag, pair, place, share, word"
    assert _known("did you mean 'share'? allowed: count")
