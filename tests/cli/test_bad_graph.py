"""A graph file that does not hold together is refused in one sentence, before anything is read."""

from __future__ import annotations

import copy
import json

import pytest


@pytest.fixture(scope="module")
def good(demo, daisy, tmp_path_factory):
    """A graph file that runs."""
    output = tmp_path_factory.mktemp("graph") / "a.h5"
    assert daisy("run", "ct", f"input={demo}", f"output={output}", "center=49", "rows=0:16").code == 0
    return json.loads((output.with_name("a.h5.run") / "graph.json").read_text())


def relink(target, source):
    def change(graph):
        graph["links"] = [link for link in graph["links"] if link["target"] != target]
        graph["links"].append({"source": source, "target": target})

    return change


def without(graph, node):
    del graph["nodes"][node]
    graph["links"] = [link for link in graph["links"] if not link["target"].startswith(f"{node}.")]
    graph["data"] = {label: source for label, source in graph["data"].items() if not source.startswith(f"{node}.")}


BAD = {
    "a cycle": (relink("repair.projections", "absorption.output"), "runs in a circle: ", "remove one of these links"),
    "a dangling source": (
        relink("absorption.projections", "nomalize.output"),
        "starts at 'nomalize.output', which is not there",
        "did you mean 'normalize'?",
    ),
    "a dangling target": (relink("sav.data", "rows.output"), "ends at 'sav.data'", "did you mean 'save'?"),
    "a type mismatch": (
        relink("reconstruct.projections", "center.output"),
        "center.output gives float, but reconstruct.projections takes (angle, row, column)",
        "put a step between them",
    ),
    "flats for projections": (
        relink("repair.projections", "load.flats"),
        "load.flats gives (frame, row, column), but repair.projections takes (angle, row, column)",
        "put a step between them",
    ),
    "a wrong order of steps": (
        relink("absorption.projections", "repair.output"),
        "ct.Absorption",
        "",
    ),
    "two links to one input": (
        lambda graph: graph["links"].append({"source": "load.flats", "target": "repair.projections"}),
        "repair.projections is linked twice",
        "remove one of the links",
    ),
    "an unknown algorithm": (
        lambda graph: graph["nodes"]["repair"].update(algorithm="ct.Repare"),
        "no algorithm or workflow 'ct.Repare'",
        "did you mean 'ct.Repair'?",
    ),
    "a plugin that is not there": (
        lambda graph: graph["nodes"]["repair"].update(algorithm="elsewhere.Thing"),
        "no algorithm or workflow 'elsewhere.Thing'",
        "allowed: ",
    ),
    "a wrong parameter": (
        lambda graph: graph["nodes"]["reconstruct"]["parameters"].update(filter="ram-lak"),
        "filter='ram-lak' is refused",
        "allowed: ramp",
    ),
    "nothing saved": (
        lambda graph: without(graph, "save"),
        "saves nothing",
        "end it with a Save step",
    ),
    "another version": (lambda graph: graph.update(version=2), "version: Input should be 1", "daisy show graph"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_graph(good, demo, daisy, tmp_path, name):
    change, text, remedy = BAD[name]
    graph = copy.deepcopy(good)
    if "save" in graph["nodes"]:
        graph["nodes"]["save"]["parameters"]["output"] = str(tmp_path / "a.h5")
    change(graph)
    path = tmp_path / "bad.daisy.json"
    path.write_text(json.dumps(graph))
    done = daisy("run", path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("daisy: ")
    assert text in done.err
    assert remedy in done.err
    assert "internal error" not in done.err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "says"),
    [(b"", "Invalid JSON"), (b'{"nodes": [', "Invalid JSON"), (b"\xff\xfe", "utf-8"), (b"[]", "should be an object")],
)
def test_a_file_that_is_no_graph(daisy, tmp_path, text, says):
    path = tmp_path / "bad.daisy.json"
    path.write_bytes(text)
    done = daisy("run", path)
    assert (done.code, str(path) in done.err, says in done.err) == (2, True, True)
