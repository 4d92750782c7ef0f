"""Forms made from declarations alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from annotated_types import Gt
from hypothesis import given as such_that
from hypothesis import strategies as st

from daisy_kernel.algorithm import Algorithm, InputPath, Parameter
from daisy_kernel.declaration import declare
from daisy_kernel.registry import installed, load_class
from daisy_kernel.workflow import Workflow
from widgets_apps.forms import check, form, given


class Odd:
    """A type that no kind of field fits."""


class Everything(Algorithm):
    """One parameter of each kind."""

    source: InputPath = Parameter(help="file")
    sigma: float = Parameter(1.5, gt=0, le=10, unit="px", help="of the Gaussian", group="Filter")
    count: int = Parameter(3, ge=1)
    inner: Annotated[float, Gt(2)] | None = Parameter(None)
    both: int | float = Parameter(1)
    mode: Literal["fast", "good"] = Parameter("fast")
    switch: bool = Parameter(default=False)
    pair: tuple[float, float] | None = Parameter(None, when={"mode": ["good"]})
    deep: int = Parameter(1, when={"pair": [[1.0, 2.0]]})
    name: str | None = Parameter(None)
    odd: Odd | float = Parameter(2.0)

    def execute(self) -> None:
        """Nothing."""


MODEL = declare(Everything).parameters
FIELDS = {field["name"]: field for field in form(MODEL)["fields"]}
GOOD = {"source": "a.h5"}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("source", {"kind": "path", "role": "input", "default": None, "optional": False}),
        ("sigma", {"kind": "number", "above": 0, "maximum": 10, "unit": "px", "group": "Filter", "default": 1.5}),
        ("count", {"kind": "integer", "minimum": 1, "default": 3}),
        ("inner", {"kind": "number", "above": 2, "optional": True}),
        ("both", {"kind": "number"}),
        ("mode", {"kind": "choice", "choices": ["fast", "good"], "default": "fast"}),
        ("switch", {"kind": "flag", "default": False}),
        ("pair", {"kind": "numbers", "count": 2, "optional": True, "when": {"mode": ["good"]}}),
        ("name", {"kind": "text", "optional": True}),
        ("odd", {"kind": "text", "default": 2.0}),
    ],
)
def test_a_field_says_what_its_annotation_says(name, what):
    assert what.items() <= FIELDS[name].items()


def test_every_installed_algorithm_and_workflow_has_a_form():
    for entry in installed().of_kind("algorithms") + installed().of_kind("workflows"):
        model = declare(load_class(entry.name, Algorithm, Workflow)).parameters
        fields = form(model)["fields"]
        assert [field["name"] for field in fields] == list(model.model_fields)
        assert all(field["help"] for field in fields), entry.name
        names = set(model.model_fields)
        assert all(set(field.get("when", {})) <= names for field in fields), entry.name


def test_every_parameter_of_the_ct_workflow_has_a_group():
    fields = form(declare(load_class("ct", Workflow)).parameters)["fields"]
    groups = list(dict.fromkeys(field.get("group") for field in fields))
    assert sorted(groups) == ["Center", "Output", "Preparation", "Reconstruction", "Region", "Scan"]


def test_right_values_have_no_sentence():
    assert check(MODEL, {**GOOD, "sigma": 2, "mode": "good", "pair": [1, 2], "inner": None}) == {}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("sigma", 0, "sigma=0 is refused: Input should be greater than 0"),
        ("sigma", "wide", "sigma='wide' is refused"),
        ("sigma", "", "sigma=None is refused"),
        ("count", 0.5, "count=0.5 is refused"),
        ("mode", "best", "mode='best' is refused: Input should be 'fast' or 'good'"),
        ("inner", 1, "inner=1 is refused: Input should be greater than 2"),
        ("source", "", "source is needed: give source=... (file)"),
        ("more", 1, "more=1 is refused: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_has_one_sentence_beside_its_field(name, value, sentence):
    found = check(MODEL, {**GOOD, name: value})
    assert list(found) == [name]
    assert found[name].startswith(sentence)


def test_several_wrong_values_are_said_at_once():
    assert set(check(MODEL, {"sigma": -1, "count": 0})) == {"source", "sigma", "count"}


def test_what_a_hidden_field_holds_means_nothing():
    assert given(MODEL, {**GOOD, "pair": [3, 4]}) == GOOD
    assert given(MODEL, {**GOOD, "mode": "good", "pair": [3, 4]}) == {**GOOD, "mode": "good", "pair": [3, 4]}
    assert check(MODEL, {**GOOD, "pair": "nonsense"}) == {}


def test_a_field_that_depends_on_a_hidden_one_is_hidden():
    assert given(MODEL, {**GOOD, "pair": [1.0, 2.0], "deep": 5}) == GOOD
    assert given(MODEL, {**GOOD, "mode": "good", "pair": [1.0, 2.0], "deep": 5})["deep"] == 5


@such_that(st.floats(0.001, 10), st.integers(1, 99), st.tuples(st.integers(), st.integers()))
def test_text_as_on_the_command_line_and_numbers_mean_the_same(sigma, count, pair):
    typed = {"source": Path("a.h5"), "sigma": sigma, "count": count, "mode": "good", "pair": pair}
    text = {"source": "a.h5", "sigma": str(sigma), "count": str(count), "mode": "good", "pair": f"{pair[0]}:{pair[1]}"}
    assert MODEL.model_validate(given(MODEL, text)) == MODEL.model_validate(given(MODEL, typed))


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1:2:3:4", "none"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@such_that(st.data())
def test_whatever_a_page_sends_is_either_taken_or_answered_in_sentences(data):
    model = declare(load_class("ct", Workflow)).parameters
    values = {
        "input": "a.h5",
        "output": "b.h5",
        data.draw(st.sampled_from(list(model.model_fields))): data.draw(ANYTHING),
    }
    if found := check(model, values):
        assert all(sentence.startswith(name) for name, sentence in found.items())
    else:
        model.model_validate(given(model, values))
