"""Graph: a good one is broken one way at a time; the test's name is the sentence."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_kernel.algorithm import Algorithm
from daisy_kernel.errors import GraphError, ParameterError, RegistryError
from daisy_kernel.graph import Graph, Link, Node, check
from daisy_kernel.registry import load_class

GOOD = Graph(
    nodes={
        "scale": Node(algorithm="tests.algorithms:Scale", parameters={"factor": 3.0}),
        "mean": Node(algorithm="tests.algorithms:Mean"),
        "less": Node(algorithm="tests.algorithms:Subtract"),
    },
    links=[
        Link(source="raw", target="scale.stack"),
        Link(source="scale.output", target="mean.stack"),
        Link(source="scale.output", target="less.stack"),
        Link(source="mean.output", target="less.value"),
    ],
)


def resolve(name):
    return load_class(name, Algorithm)


def broken(change):
    graph = copy.deepcopy(GOOD)
    change(graph)
    return graph


def relink(target, source):
    def change(graph):
        graph.links = [link for link in graph.links if link.target != target]
        if source:
            graph.links.append(Link(source=source, target=target))

    return change


def add(name, node):
    return lambda graph: graph.nodes.update({name: node})


BAD = {
    "a circle is named": (relink("scale.stack", "less.output"), GraphError, r"runs in a circle: .*scale"),
    "a dangling source": (relink("scale.stack", "rwa"), GraphError, r"starts at 'rwa'.*did you mean 'raw'"),
    "a dangling node": (relink("mean.stack", "scal.output"), GraphError, r"'scal.output'.*did you mean 'scale'"),
    "a port that is not there": (relink("mean.stack", "scale.out"), GraphError, r"scale has no output 'out'"),
    "an input that is not there": (relink("mean.stak", "scale.output"), GraphError, r"no input or parameter 'stak'"),
    "a target that is not there": (relink("men.stack", "scale.output"), GraphError, r"ends at 'men.stack'"),
    "an array for a number": (
        relink("less.value", "scale.output"),
        GraphError,
        r"scale.output gives \(angle, row, column\), but less.value takes float",
    ),
    "a number for an array": (
        relink("less.stack", "mean.output"),
        GraphError,
        r"mean.output gives float, but less.stack takes \(angle, row, column\)",
    ),
    "an input left open": (relink("mean.stack", None), GraphError, r"mean.stack .* is not linked"),
    "a parameter left open": (relink("less.value", None), ParameterError, r"less .*needs value"),
    "an unknown algorithm": (add("x", Node(algorithm="ct.Nromalize")), RegistryError, r"'ct.Nromalize': did you mean"),
    "a wrong parameter": (
        add("scale", Node(algorithm="tests.algorithms:Scale", parameters={"factor": -3})),
        ParameterError,
        r"scale .*factor=-3",
    ),
    "a module that is not there": (
        add("x", Node(algorithm="nowhere:Thing")),
        RegistryError,
        r"nowhere:Thing.*does not load: ModuleNotFoundError",
    ),
    "a name that is not there": (
        lambda graph: graph.data.update(volume="grid.output"),
        GraphError,
        r"data object 'volume' names 'grid.output'",
    ),
    "two links to one input": (
        lambda graph: graph.links.append(Link(source="raw", target="scale.stack")),
        GraphError,
        r"scale.stack is linked twice",
    ),
}


def test_a_good_graph_passes():
    check(GOOD, resolve, data=["raw"])


@pytest.mark.parametrize("name", BAD)
def test_a_broken_graph_is_refused(name):
    change, kind, text = BAD[name]
    with pytest.raises(kind, match=text):
        check(broken(change), resolve, data=["raw"])


def test_a_graph_survives_its_file(tmp_path):
    path = tmp_path / "g.daisy.json"
    path.write_text(GOOD.to_json())
    assert Graph.read(path) == GOOD


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Invalid JSON"),
        ("[]", "the text: Input should be an object"),
        ('{"format": "daisy-graph", "version": 2}', "version: Input should be 1"),
        ('{"nods": {}}', "nods: Extra inputs"),
        ('{"nodes": {"a.b": {"algorithm": "x"}}}', "nodes.a.b"),
    ],
)
def test_a_file_that_is_no_graph_says_where(text, says):
    with pytest.raises(GraphError, match=rf"g.json is no graph: .*{says}"):
        Graph.from_json(text, "g.json")


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_order_puts_each_node_after_what_it_needs(pairs):
    links = {(min(a, b), max(a, b)) for a, b in pairs if a != b}
    graph = Graph(
        nodes={f"n{i}": Node(algorithm="x") for i in range(8)},
        links=[Link(source=f"n{a}.output", target=f"n{b}.in{a}") for a, b in links],
    )
    place = {name: index for index, name in enumerate(graph.order())}
    assert len(place) == 8
    assert all(place[f"n{a}"] < place[f"n{b}"] for a, b in links)
    assert graph.ancestors(["n7"]) >= {"n7", *(f"n{a}" for a, b in links if b == 7)}
