"""What a class says of itself by its annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from daisy_kernel.algorithm import Algorithm, InputPath, Parameter, declaration
from daisy_kernel.declaration import LATER, problems, type_name, validate
from daisy_kernel.errors import ParameterError
from tests import algorithms as steps


class Many(Algorithm):
    """Every kind of parameter."""

    input: InputPath | None = Parameter(None, help="a file")
    number: float = Parameter(1.0, gt=0, le=10, unit="m")
    choice: Literal["one", "two"] = Parameter("one")
    needed: int = Parameter(help="how many")

    def execute(self) -> None:
        """Nothing."""


def test_inputs_outputs_and_parameters_come_from_annotations():
    declared = declaration(steps.Split)
    assert {name: port.dims for name, port in declared.inputs.items()} == {"stack": ("angle", "row", "column")}
    assert list(declared.outputs) == ["low", "high"]
    assert list(declared.parameters.model_fields) == ["threshold"]


def test_a_single_output_has_the_port_output():
    assert list(declaration(steps.Scale).outputs) == ["output"]


def test_a_role_inside_an_optional_parameter_is_found():
    assert declaration(Many).roles("input") == ["input"]


def test_defaults_are_filled_in():
    assert Many(needed=3).number == 1.0
    assert Many(needed=3, input="scan.h5").input == Path("scan.h5")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, r"Many needs needed: give needed=\.\.\. \(how many\)"),
        ({"needed": 1, "number": 0}, r"number=0 is refused: .* greater than 0: allowed: float"),
        ({"needed": 1, "number": 11}, r"number=11 is refused: .* less than or equal to 10"),
        ({"needed": 1, "number": float("nan")}, r"number=nan is refused"),
        ({"needed": 1, "choice": "three"}, r"choice='three' is refused.*allowed: one | two"),
        ({"needed": "x"}, r"needed='x' is refused.*allowed: int \(how many\)"),
        ({"needed": 1, "numbr": 2}, r"no parameter 'numbr': did you mean 'number'\? allowed: choice, input"),
    ],
)
def test_bad_values_get_one_sentence_with_value_and_remedy(values, text):
    with pytest.raises(ParameterError, match=text):
        Many(**values)


def test_a_value_that_comes_later_is_not_asked_for():
    found = validate("x", declaration(Many).parameters, {"needed": LATER})
    assert found["needed"] is None
    assert found["number"] == 1.0


class Grouped(Algorithm):
    """Parameters that belong together."""

    mode: Literal["off", "on"] = Parameter("off", group="Filter")
    pair: tuple[int, int] | None = Parameter(None, unit="px", help="as 0:64", group="Filter", when={"mode": ("on",)})

    def execute(self) -> None:
        """Nothing."""


def test_a_group_and_what_a_parameter_depends_on_are_kept_as_plain_data():
    fields = declaration(Grouped).parameters.model_fields
    assert fields["mode"].json_schema_extra == {"group": "Filter"}
    assert fields["pair"].json_schema_extra == {"unit": "px", "group": "Filter", "when": {"mode": ["on"]}}


def test_all_that_is_wrong_is_said_at_once_each_with_the_whole_value():
    found = problems(declaration(Grouped).parameters, {"mode": "half", "pair": ["a", 3]})
    assert found["mode"].startswith("mode='half' is refused: Input should be 'off' or 'on'")
    assert found["pair"].startswith("pair=['a', 3] is refused: Input should be a valid integer")
    assert problems(declaration(Grouped).parameters, {"pair": [1]})["pair"] == (
        "pair=[1] is refused: a value is missing: allowed: tuple[int, int] or none (as 0:64)"
    )
    assert problems(declaration(Grouped).parameters, {"pair": [1, 2]}) == {}


def test_a_parameter_may_not_hide_a_method():
    class Hiding(Algorithm):
        """A parameter called as a hook of the base."""

        halo: int = Parameter(1)

        def execute(self) -> None:
            """Nothing."""

    with pytest.raises(TypeError, match=r"Hiding\.halo is a parameter"):
        Hiding()


def test_types_read_as_a_person_writes_them():
    assert type_name(Literal["a", "b"]) == "a | b"
    assert type_name(float | None) == "float or none"
    assert type_name(tuple[int, int]) == "tuple[int, int]"
