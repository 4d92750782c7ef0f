"""Templates say what an array is, hold next to nothing, and keep a step to its word."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from xarray import DataArray

from daisy_kernel.algorithm import declaration
from daisy_kernel.errors import DataError
from daisy_kernel.template import by_port, check_like, like, template, template_of
from tests.algorithms import Failing, FromFile, Mean, Parts, Scale, Split


def test_a_template_claims_terabytes_and_holds_one_element():
    made = template(("row", "y", "x"), (10_000, 10_000, 10_000), "float32", coords={"row": np.arange(10_000)})
    assert made.nbytes == 4 * 10**12
    assert made.values.base.nbytes == 4
    assert not made.values.flags.writeable


def test_a_template_of_an_array_keeps_all_but_its_values():
    array = DataArray(np.ones((2, 3), "u2"), dims=("row", "column"), coords={"row": [4, 5]}, attrs={"units": "1"})
    array.encoding["preferred_chunks"] = {"row": 1}
    made = template_of(array)
    assert (made.dims, made.shape, made.dtype, made.attrs) == (array.dims, array.shape, array.dtype, array.attrs)
    assert made.encoding == array.encoding
    assert made.coords["row"].equals(array.coords["row"])
    assert template_of(3.5) == 3.5


def test_like_changes_dtype_and_attributes_and_forgets_how_a_file_was_chunked():
    array = DataArray(np.ones((2, 3), "u2"), dims=("row", "column"), attrs={"units": "1", "quantity": "counts"})
    array.encoding["preferred_chunks"] = {"row": 1}
    made = like(array, np.float32, quantity="transmission")
    assert (made.dtype, made.attrs) == (np.float32, {"units": "1", "quantity": "transmission"})
    assert made.encoding == {}
    assert array.attrs["quantity"] == "counts"


class Three(NamedTuple):
    """One too many."""

    a: int
    b: int
    c: int


def test_what_a_step_returns_goes_to_its_ports():
    stack = template(("angle", "row", "column"), (1, 1, 1), "f4")
    assert by_port("mean", declaration(Mean), 3.0) == {"output": 3.0}
    assert list(by_port("split", declaration(Split), Parts(stack, stack))) == ["low", "high"]
    assert by_port("scale", declaration(Scale), stack)["output"] is stack
    assert by_port("source", declaration(FromFile), stack)["output"] is stack


@pytest.mark.parametrize("returned", [1.0, Three(1, 2, 3), None])
def test_another_number_of_outputs_is_refused(returned):
    with pytest.raises(DataError, match=rf"split returned {type(returned).__name__}, but declares the outputs low, hi"):
        by_port("split", declaration(Split), returned)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (template(("row", "angle"), (4, 2), "f4"), r"dims \('row', 'angle'\), but describe\(\) promised \('angle'"),
        (template(("angle", "row"), (4, 3), "f4"), r"shape \(4, 3\), but describe\(\) promised \(4, 2\)"),
        (template(("angle", "row"), (4, 2), "f8"), r"dtype float64, but describe\(\) promised float32"),
        (np.zeros((4, 2), "f4"), r"s.out is a ndarray, but an array of \(angle, row\) was described"),
    ],
)
def test_an_output_that_is_not_as_described_is_refused(value, says):
    with pytest.raises(DataError, match=says):
        check_like("s", "out", value, template(("angle", "row"), (4, 2), "f4"))


def test_an_output_as_described_passes_and_so_does_what_is_no_array():
    check_like(
        "s", "out", DataArray(np.zeros((4, 2), "f4"), dims=("angle", "row")), template(("angle", "row"), (4, 2), "f4")
    )
    check_like("s", "out", 3.0, None)
    assert declaration(Failing).outputs["output"].dims == ("angle", "row", "column")
