"""Slabs: the rules of `daisy_kernel.plan`, by their numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xarray import DataArray

from daisy_kernel import Engine
from daisy_kernel.engines.driver import remaining
from daisy_kernel.errors import DataError
from daisy_kernel.plan import BASELINE, Slab, make_plan, memory
from daisy_kernel.step import describe
from daisy_kernel.template import template
from tests import algorithms as steps

MB = 1 << 20


def described(rows: int, *recorded, chunk: int = 1, columns: int = 1000):
    raw = template(("angle", "row", "column"), (100, rows, columns), "float64")
    raw.encoding["preferred_chunks"] = {"row": chunk}
    with Engine() as engine:
        engine.datastore["raw"] = DataArray(np.zeros((1, 1, 1)), dims=("angle", "row", "column"))
        previous = "raw"
        for name, cls, parameters in recorded:
            engine.create(name, cls, **parameters).execute(stack=previous, output=name)
            previous = name
        return describe(engine.graph, engine.resolve, {"raw": raw})


CHAIN = (("scale", steps.Scale, {}), ("mean", steps.MeanOfThreeRows, {}))


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(1, 300), budget=st.integers(40, 400), slots=st.integers(1, 8))
def test_slabs_cover_every_row_once_within_the_budget(rows, budget, slots):
    found = described(rows, *CHAIN)
    plan = make_plan(found, budget=BASELINE + budget * MB, slots=slots, collect=["mean.output"])
    (planned,) = plan.sections
    assert [slab.start for slab in planned.slabs[1:]] == [slab.stop for slab in planned.slabs[:-1]]
    assert (planned.slabs[0].start, planned.slabs[-1].stop) == (0, rows)
    assert all(memory(planned.section, found, slab, planned.pieces) <= plan.budget for slab in planned.slabs)


def test_rule_1_slabs_begin_at_blocks():
    plan = make_plan(described(64, *CHAIN), budget=BASELINE + 100 * MB, slots=3, collect=["mean.output"])
    assert {slab.start % 4 for slab in plan.sections[0].slabs} == {0}


def test_rule_1_holds_for_blocks_before_rows_were_cut_off():
    chain = (*CHAIN, ("skip", steps.SkipRows, {"count": 3}))
    plan = make_plan(described(64, *chain), budget=BASELINE + 100 * MB, slots=3, collect=["skip.output"])
    assert {(slab.start + 3) % 4 for slab in plan.sections[0].slabs[1:]} == {0}


def test_rule_2_slabs_hold_whole_chunks_where_they_fit():
    plan = make_plan(described(120, *CHAIN, chunk=40), budget=BASELINE + 400 * MB, slots=4, collect=["mean.output"])
    assert {slab.stop - slab.start for slab in plan.sections[0].slabs} == {40}


def test_rule_2_gives_way_to_the_budget():
    plan = make_plan(described(120, *CHAIN, chunk=40), budget=BASELINE + 60 * MB, slots=4, collect=["mean.output"])
    assert max(slab.stop - slab.start for slab in plan.sections[0].slabs) < 40


def test_rule_3_every_slot_gets_several_slabs():
    plan = make_plan(described(320, *CHAIN, columns=10), budget=BASELINE + 900 * MB, slots=4, collect=["mean.output"])
    assert len(plan.sections[0].slabs) >= 16


def test_rule_5_each_slot_gets_its_share_of_a_chunk_that_would_keep_one_busy():
    found = described(128, *CHAIN, chunk=128)
    for slots, length in ((1, 128), (2, 64), (3, 44), (6, 24)):
        plan = make_plan(found, budget=BASELINE + 900 * MB, slots=slots, collect=["mean.output"])
        assert plan.sections[0].slabs[0].stop == length
        assert len(plan.sections[0].slabs) == slots


def test_rule_4_a_block_that_does_not_fit_is_refused_with_what_is_needed():
    with pytest.raises(DataError, match=r"scale -> mean\) needs 0\.\d+ GiB of memory, but 0\.39 GiB are allowed"):
        make_plan(described(64, *CHAIN), budget=BASELINE + MB, slots=1, collect=["mean.output"])


@given(
    done=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=5),
    length=st.integers(1, 15),
)
def test_what_remains_and_what_was_done_make_the_whole(done, length):
    before = [Slab(start, start + size) for start, size in done]
    slabs = [Slab(start, min(start + length, 40)) for start in range(0, 40, length)]
    left = remaining(slabs, before)
    covered = {row for slab in [*left, *before] for row in range(slab.start, slab.stop)}
    assert set(range(40)) <= covered
    twice = {row for slab in left for row in range(slab.start, slab.stop)}
    assert not any(row in range(slab.start, slab.stop) for slab in before for row in twice)
