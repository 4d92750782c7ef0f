"""Settings as a person types them."""

from __future__ import annotations

import pytest

from daisy_kernel.algorithm import declaration
from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.errors import ParameterError
from daisy_kernel.settings import from_text, read_settings, split_nodes
from daisy_kernel.workflow import workflow_declaration

MODEL = workflow_declaration(CT).parameters


def typed(**values):
    return CT(input="scan.h5", output="x.h5", **from_text(MODEL, values))


def test_text_becomes_what_a_parameter_takes():
    flow = typed(rows="0:64", center="296.5", angle_range="0,180", limits="-1:2.5", mask="none", binning="2")
    assert (flow.rows, flow.center, flow.angle_range) == ((0, 64), 296.5, (0.0, 180.0))
    assert (flow.limits, flow.mask, flow.binning) == ((-1.0, 2.5), None, 2)


def test_a_center_may_be_a_range_or_automatic():
    assert typed(center="auto").center is None
    assert tuple(typed(center="290:302:0.5").center) == (290.0, 302.0, 0.5)
    assert tuple(typed(center="290:302").center) == (290.0, 302.0, 0.5)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"center": "2x"}, r"center='2x' is refused"),
        ({"rows": "0:64:2"}, r"rows=.* is refused"),
        ({"stripes": "sort"}, r"stripes='sort' is refused.*none | sorting | wavelet-fourier"),
        ({"phase": "-3"}, r"phase='-3' is refused: .*greater than 0"),
    ],
)
def test_wrong_text_is_refused_with_what_is_allowed(values, text):
    with pytest.raises(ParameterError, match=text):
        typed(**values)


def test_a_file_gives_names_and_words_amend_them(tmp_path):
    path = tmp_path / "beamline.yaml"
    path.write_text("center: 296\nrows: [0, 64]\nstripes: sorting\n")
    assert read_settings([f"@{path}", "center=300"]) == {"center": "300", "rows": [0, 64], "stripes": "sorting"}


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "cannot be read: No such file"), ("a: [", "is no YAML"), ("- 1", "holds no names with values")],
)
def test_a_file_that_is_none_says_so(tmp_path, text, says):
    path = tmp_path / "b.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ParameterError, match=rf"b.yaml {says}"):
        read_settings([f"@{path}"])


def test_a_word_without_a_value_is_refused():
    with pytest.raises(ParameterError, match=r"'center' is no setting: write name=value"):
        read_settings(["center"])


def test_a_step_that_is_not_there_gives_the_close_match():
    with pytest.raises(ParameterError, match=r"'laod.input' names no step.*did you mean 'load'"):
        split_nodes({"laod.input": "x"}, ["load", "save"])
    assert split_nodes({"load.input": "x"}, ["load"]) == {"load": {"input": "x"}}


def test_algorithms_take_text_too():
    from daisy_kernel.domains.ct.steps.region import Crop

    assert Crop(**from_text(declaration(Crop).parameters, {"columns": "10:20"})).columns == (10, 20)
