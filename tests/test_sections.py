"""The rules of `daisy_kernel.sections`, by their numbers."""

from __future__ import annotations

import numpy as np
from xarray import DataArray

from daisy_kernel import Engine
from daisy_kernel.sections import sectionize
from daisy_kernel.step import describe
from tests import algorithms as steps


def sections(*recorded, collect=(), keep=()):
    """Sections of steps given as (name, class, inputs by name)."""
    raw = DataArray(np.zeros((4, 20, 3)), dims=("angle", "row", "column"))
    with Engine() as engine:
        engine.datastore["raw"] = raw
        for name, cls, inputs in recorded:
            engine.create(name, cls).execute(output=name, **inputs)
        return sectionize(
            describe(engine.graph, engine.resolve, {"raw": raw}), collect=tuple(collect), keep=tuple(keep)
        )


def test_steps_that_may_be_cut_alike_run_in_one_section():
    found = sections(
        ("a", steps.Scale, {"stack": "raw"}), ("b", steps.MeanOfThreeRows, {"stack": "a"}), collect=["b.output"]
    )
    assert [(s.steps, s.dim) for s in found] == [(("a", "b"), "row")]


def test_rule_1_a_change_of_direction_ends_a_section():
    found = sections(
        ("a", steps.WithoutFrameMean, {"stack": "raw"}),
        ("b", steps.MeanOfThreeRows, {"stack": "a"}),
        collect=["b.output"],
    )
    assert [(s.steps, s.dim, s.keeps) for s in found] == [(("a",), "angle", ("a.output",)), (("b",), "row", ())]


def test_rule_2_what_a_reduction_and_another_step_read_is_kept():
    found = sections(
        ("a", steps.Scale, {"stack": "raw"}),
        ("top", steps.Largest, {"stack": "a"}),
        ("b", steps.Subtract, {"stack": "a", "value": "top"}),
        collect=["b.output"],
    )
    assert [s.steps for s in found if s.keeps] == [("a",)]
    assert [s.steps for s in found if s.collects] == [("b",)]
    assert [s.reductions for s in found if s.reductions] == [("top",)]


def test_a_reduction_that_nobody_else_reads_beside_keeps_nothing():
    found = sections(("a", steps.Scale, {"stack": "raw"}), ("top", steps.Largest, {"stack": "a"}))
    assert [(s.steps, s.keeps, s.reductions) for s in found] == [(("a", "top"), (), ("top",))]


def test_what_a_person_keeps_is_written_on_the_way():
    found = sections(
        ("a", steps.Scale, {"stack": "raw"}),
        ("b", steps.MeanOfThreeRows, {"stack": "a"}),
        collect=["b.output"],
        keep=["a.output"],
    )
    assert {s.dim for s in found} == {"angle", "row"}
    assert ("a.output",) in [s.keeps for s in found]


def test_another_number_of_rows_at_the_end_is_another_section():
    found = sections(
        ("a", steps.Scale, {"stack": "raw"}),
        ("b", steps.SkipRows, {"stack": "a"}),
        ("c", steps.MeanOfThreeRows, {"stack": "a"}),
        collect=["b.output", "c.output"],
    )
    assert sorted(s.extent for s in found) == [19, 20]
