"""Forms of workflows, graphs and chains, and the graph that their values make."""

from __future__ import annotations

import pytest

from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.errors import RegistryError
from daisy_kernel.graph import Graph
from tests.widgets_apps.workflow_app.steps import HERE, STEPS, Scaling
from widgets_apps.session import FieldErrors
from widgets_apps.workflow_app.recipe import recipe_of

CHAIN = (f"{STEPS}:Read", f"{STEPS}:Scale", "Save")


def names(recipe, parameters=None):
    return {s.name: [f["name"] for f in s.fields()] for s in recipe.sections(parameters or {})}


def test_a_workflow_has_a_form_of_its_own_and_of_what_it_leaves_open():
    found = names(recipe_of(Scaling))
    assert found[""] == ["input", "output", "factor", "blur"]
    assert found["read"] == found["scale"] == []
    assert found["choosy"] == ["choosy.power", "choosy.least"]
    assert found["save"] == ["save.dtype", "save.limits"]


def test_the_forms_follow_the_parameters_of_the_workflow():
    recipe = recipe_of(Scaling)
    assert "blur" not in names(recipe)
    assert "blur" in names(recipe, {"blur": True})


def test_where_a_workflow_records_nothing_yet_its_own_form_stands_alone():
    assert list(names(recipe_of(Scaling), {"factor": "many"})) == [""]


def test_a_field_that_depends_on_what_the_workflow_decides_is_there_without_the_condition():
    (section,) = [one for one in recipe_of(Scaling).sections({}) if one.name == "choosy"]
    assert {field["name"]: field["when"] for field in section.fields()}["choosy.power"] == {}


def test_a_field_against_which_the_workflow_decided_is_not_there():
    graph = Graph.model_validate({"nodes": {"choosy": {"algorithm": f"{HERE}:Choosy"}}})
    (section,) = recipe_of(graph).sections({})
    power = next(field for field in section.fields() if field["name"] == "choosy.power")
    assert power["when"] == {"choosy.mode": ["power"]}


def test_what_a_graph_gives_its_steps_are_defaults():
    graph = Graph.model_validate({"nodes": {"scale": {"algorithm": f"{STEPS}:Scale", "parameters": {"factor": 7.0}}}})
    recipe = recipe_of(graph)
    ((factor,),) = [section.fields() for section in recipe.sections({})]
    assert factor["default"] == 7
    assert recipe.graph({}).nodes["scale"].parameters["factor"] == 7
    assert recipe.graph({"scale.factor": 3.0}).nodes["scale"].parameters["factor"] == 3
    assert graph.nodes["scale"].parameters["factor"] == 7


def test_a_parameter_that_another_step_gives_is_not_asked_for(frames, tmp_path):
    nodes = {name: {"algorithm": f"{STEPS}:{name.capitalize()}"} for name in ("read", "largest", "shift")}
    links = {"largest.frames": "read.output", "shift.frames": "read.output", "shift.offset": "largest.output"}
    graph = Graph.model_validate({"nodes": nodes, "links": [{"source": s, "target": t} for t, s in links.items()]})
    recipe = recipe_of(graph)
    assert names(recipe)["shift"] == []
    assert recipe.wanted({"read.input": str(frames)}) == {"read.input": str(frames)}


def test_several_wrong_values_are_said_at_once_by_field():
    with pytest.raises(FieldErrors) as error:
        recipe_of(Scaling).wanted({"input": "a.npy", "factor": 1, "output": "b.h5", "choosy.least": 0, "save.dtype": 3})
    assert set(error.value.fields) == {"choosy.least", "save.dtype"}


def test_a_name_that_is_no_parameter_is_refused_and_one_of_a_step_that_is_left_out_means_nothing():
    recipe = recipe_of(CHAIN)
    given = {"read.input": "/a.npy", "save.output": "/b.h5"}
    with pytest.raises(FieldErrors) as error:
        recipe.wanted({**given, "factor": 1, "scale.facto": 2})
    assert set(error.value.fields) == {"factor", "scale.facto"}
    assert recipe.wanted({**given, "blur.gone": 1}) == given


def test_paths_become_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = recipe_of(CHAIN).wanted({"read.input": "a.npy", "save.output": "~/b.h5"})
    assert found["read.input"] == str(tmp_path / "a.npy")
    assert found["save.output"].startswith("/")


def test_the_graph_is_that_of_the_command():
    words = ("input=/a.h5", "output=/b.h5", "stripes=sorting", "crop=8:90")
    given = {"input": "/a.h5", "output": "/b.h5", "stripes": "sorting", "crop": [8, 90]}
    recipe = recipe_of("ct")
    found, wanted = recipe.graph(recipe.wanted(given)), requested_graph(Request("ct", words))
    assert found.nodes == wanted.nodes
    assert recipe.graph({**given, "reconstruct.size": 64}).nodes["reconstruct"].parameters["size"] == 64
    assert {(link.source, link.target) for link in found.links} == {(o.source, o.target) for o in wanted.links}


def test_a_workflow_inside_a_graph_becomes_its_steps():
    parameters = {"input": "/a.npy", "output": "/b.h5"}
    graph = Graph.model_validate({"nodes": {"all": {"algorithm": f"{HERE}:Scaling", "parameters": parameters}}})
    recipe = recipe_of(graph)
    assert recipe.role("output", recipe.sections({})) == "all.output"
    assert "all/scale" in recipe.graph({"all.factor": 5}).nodes
    assert recipe.graph({"all.factor": 5}).nodes["all/scale"].parameters == {"factor": 5.0}


def test_what_is_known_at_the_end_of_a_run_only_is_no_data_object_to_look_at():
    recipe = recipe_of((f"{STEPS}:Read", f"{STEPS}:Scale", f"{STEPS}:Count", "Save"))
    assert recipe.data({}) == ["read.output", "scale.output"]


def test_an_unknown_workflow_is_refused():
    with pytest.raises(RegistryError, match="'cta'"):
        recipe_of("cta")
