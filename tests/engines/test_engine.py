"""Engine: recording, names of data, computing when read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xarray import DataArray

from daisy_kernel import Engine, Graph
from daisy_kernel.engines.driver import Silent, drive
from daisy_kernel.errors import DataError, GraphError, ParameterError, RunError
from daisy_kernel.plan import Slab
from tests import algorithms as steps


def stack(angles: int = 6, rows: int = 21, columns: int = 5) -> DataArray:
    values = np.random.default_rng(1).random((angles, rows, columns))
    return DataArray(values, dims=("angle", "row", "column"), coords={"row": np.arange(rows)})


def chain(engine: Engine, *classes: type, source: str = "raw") -> None:
    for number, cls in enumerate(classes):
        engine.create(f"step{number}", cls)
        engine[f"step{number}"].execute(stack=source, output=f"data{number}")
        source = f"data{number}"


@pytest.fixture
def engine():
    with Engine() as made:
        made.datastore["raw"] = stack()
        yield made


def test_reading_a_data_object_computes_it(engine):
    chain(engine, steps.Scale, steps.MeanOfThreeRows)
    expected = steps.mean_of_three_rows(stack().values * 2)
    np.testing.assert_array_equal(engine.datastore["data1"].values, expected)


def test_a_change_of_direction_goes_through_a_store(engine):
    chain(engine, steps.WithoutFrameMean, steps.MeanOfThreeRows)
    raw = stack().values
    expected = steps.mean_of_three_rows(raw - raw.mean((1, 2), keepdims=True))
    np.testing.assert_allclose(engine.datastore["data1"].values, expected, rtol=0, atol=1e-15)


def test_a_result_for_the_whole_becomes_a_parameter(engine):
    engine.create("mean", steps.Mean).execute(stack="raw", output="mean")
    engine.create("less", steps.Subtract).execute(stack="raw", value="mean", output="less")
    assert abs(float(engine.datastore["less"].mean())) < 1e-15
    assert engine.datastore["mean"] == float(stack().mean())


def test_nothing_is_computed_for_a_result_that_its_parameters_tell(engine):
    engine.create("mean", steps.MeanUnlessGiven, value=0.25).execute(stack="raw", output="mean")
    engine.create("less", steps.Subtract).execute(stack="raw", value="mean", output="less")
    plan = engine.job(engine.graph, engine.scratch, collect=("less.output",)).plan
    assert [planned.section.steps for planned in plan.sections] == [("less",)]
    assert engine.datastore["mean"] == 0.25
    np.testing.assert_array_equal(engine.datastore["less"].values, stack().values - 0.25)


def test_a_reduction_and_another_reader_compute_their_source_once(engine):
    chain(engine, steps.Scale)
    engine.create("largest", steps.Largest).execute(stack="data0", output="largest")
    engine.create("less", steps.Subtract).execute(stack="data0", value="largest", output="less")
    assert float(engine.datastore["less"].max()) == 0.0


def test_several_outputs_have_names(engine):
    engine.create("split", steps.Split).execute(stack="raw", output={"low": "dark", "high": "bright"})
    total = engine.datastore["dark"] + engine.datastore["bright"]
    np.testing.assert_array_equal(total.values, stack().values)


def test_one_name_for_several_outputs_says_too_little(engine):
    engine.create("split", steps.Split)
    with pytest.raises(GraphError, match=r"2 outputs, so output='x' says too little.*low, high"):
        engine["split"].execute(stack="raw", output="x")


def test_a_wrong_parameter_names_the_close_match(engine):
    with pytest.raises(ParameterError, match=r"no parameter 'facto'.*did you mean 'factor'"):
        engine.create("scale", steps.Scale, facto=3)


def test_a_wrong_value_says_what_is_allowed(engine):
    with pytest.raises(ParameterError, match=r"factor=-1.* greater than 0.*allowed: float"):
        engine.create("scale", steps.Scale, factor=-1)


def test_a_missing_data_object_is_named_when_the_step_is_recorded(engine):
    engine.create("scale", steps.Scale)
    with pytest.raises(DataError, match=r"no data object 'rwa'.*did you mean 'raw'"):
        engine["scale"].execute(stack="rwa")


def test_wrong_dims_are_refused_when_the_step_is_recorded_and_leave_no_trace(engine):
    engine.datastore["flat"] = DataArray(np.ones((2, 3)), dims=("row", "column"))
    engine.create("scale", steps.Scale)
    with pytest.raises(GraphError, match=r"takes \(angle, row, column\), but was given dims \(row, column\)"):
        engine["scale"].execute(stack="flat")
    assert engine.graph.links == []


def test_an_unlinked_input_is_named(engine):
    engine.create("scale", steps.Scale)
    with pytest.raises(GraphError, match=r"scale.stack \(angle, row, column\) is not linked"):
        engine["scale"].execute()


def test_a_step_name_is_taken_once(engine):
    engine.create("scale", steps.Scale)
    with pytest.raises(GraphError, match="there is a step 'scale' already"):
        engine.create("scale", steps.Scale)


def test_a_failing_algorithm_raises_with_its_place(engine):
    chain(engine, steps.Failing)
    with pytest.raises(RunError, match=r"step0, row 0 to \d+: ZeroDivisionError: as asked"):
        engine.datastore["data0"]


def test_a_graph_taken_from_one_engine_gives_the_same_in_another(engine):
    engine.create("scale", "tests.algorithms:Scale", factor=3).execute(stack="raw", output="scaled")
    with Engine() as other:
        other.datastore["raw"] = stack()
        other.load(Graph.from_json(engine.graph.to_json()))
        np.testing.assert_array_equal(other.datastore["scaled"].values, engine.datastore["scaled"].values)


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 40), borders=st.sets(st.integers(1, 9)), skip=st.integers(0, 6))
def test_any_cut_gives_the_same_bits(rows, borders, skip):
    skip = min(skip, rows - 1)
    raw = stack(rows=rows)
    with Engine() as engine:
        engine.datastore["raw"] = raw
        engine.create("mean", steps.MeanOfThreeRows).execute(stack="raw", output="mean")
        engine.create("skip", steps.SkipRows, count=skip).execute(stack="mean", output="end")
        job = engine.job(engine.graph, engine.scratch, collect=("skip.output",))
        cuts = sorted({0, rows - skip, *(b * 4 for b in borders if b * 4 < rows - skip)})
        slabs = tuple(Slab(a, b) for a, b in pairwise(cuts))
        planned = job.plan.sections[0]
        object.__setattr__(planned, "slabs", slabs)
        found = drive(job, engine.executor, Silent())["skip.output"]
    expected = steps.mean_of_three_rows(raw.values)[:, skip:]
    np.testing.assert_array_equal(found.values, expected)


def test_engines_in_one_process_do_not_see_each_other():
    with Engine() as one, Engine() as other:
        one.datastore["raw"] = stack()
        assert list(other.datastore) == []
