"""Chains: each step takes what the nearest step before it gives."""

from __future__ import annotations

import pytest

from daisy_kernel.errors import GraphError, RegistryError
from tests.widgets_apps.workflow_app.steps import STEPS
from widgets_apps.workflow_app.chain import chain


def test_an_input_takes_the_port_of_its_name_and_else_the_nearest_that_fits():
    graph = chain(("ct.Load", "ct.Repair", "ct.Normalize", "Save"))
    assert graph.into("normalize") == {"projections": "repair.output", "flats": "load.flats", "darks": "load.darks"}
    assert graph.into("save") == {"data": "normalize.output"}


def test_parameters_are_not_linked_by_themselves():
    graph = chain(("ct.Load", "ct.FindCenter", "ct.Grid"))
    assert graph.into("grid") == {"projections": "load.projections"}


def test_a_step_is_called_after_its_algorithm_and_counted_where_it_comes_again():
    graph = chain((f"{STEPS}:Read", f"{STEPS}:Blur", f"{STEPS}:Blur"))
    assert list(graph.nodes) == ["read", "blur", "blur2"]
    assert graph.into("blur2") == {"frames": "blur.output"}


def test_a_chain_that_breaks_says_where_and_what_is_missing():
    with pytest.raises(GraphError, match=r"no step before grid gives its input projections \(angle, row, column\)"):
        chain((f"{STEPS}:Read", "ct.Grid"))


def test_an_unknown_algorithm_is_refused_with_the_close_match():
    with pytest.raises(RegistryError, match=r"'ct.Lod'.*did you mean 'ct.Load'"):
        chain(("ct.Lod",))
