"""Graphs of the CT app: exactly those of `daisy run ct`, and what of them a preview looks at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from daisy_kernel.domains.ct.workflow import CT
from daisy_kernel.engines.recorder import record_workflow
from daisy_kernel.graph import Graph, Node, node_of
from daisy_kernel.settings import from_text
from daisy_kernel.workflow import workflow_declaration

WORKFLOW = "ct"

Stage = Literal["prepared", "sinogram", "slice"]

_CENTER = "center"
_RECONSTRUCT = "reconstruct"
_WITHOUT = ("rows", "dtype", "limits")
"""Parameters that change which rows are written and how, not what a slice is."""


def run_graph(parameters: Mapping[str, Any]) -> Graph:
    """What ``daisy run ct`` records for these parameters. Errors: ParameterError."""
    model = workflow_declaration(CT).parameters
    return record_workflow(WORKFLOW, CT, from_text(model, parameters))


def preview_graph(parameters: Mapping[str, Any]) -> Graph:
    """The graph of a slice: the volume of a run before its rows are cut and its values scaled.

    A center that is given stands in the reconstruction itself, so that nothing is computed to find it.
    """
    graph = run_graph({name: value for name, value in parameters.items() if name not in _WITHOUT})
    center = graph.nodes[_CENTER].parameters.get("center")
    return graph if center is None else with_center(graph, center)


def with_center(graph: Graph, center: float) -> Graph:
    """The graph with this center in the place of the step that finds it."""
    nodes = {name: node for name, node in graph.nodes.items() if name != _CENTER}
    old = nodes[_RECONSTRUCT]
    nodes[_RECONSTRUCT] = Node(algorithm=old.algorithm, parameters={**old.parameters, "center": center})
    links = [
        link for link in graph.links if node_of(link.target) != _CENTER and link.target != f"{_RECONSTRUCT}.center"
    ]
    data = {name: source for name, source in graph.data.items() if node_of(source) != _CENTER}
    return graph.model_copy(update={"nodes": nodes, "links": links, "data": data})


def center_of(graph: Graph) -> str | float:
    """The center that stands in the reconstruction, or the reference to where it comes from."""
    return graph.into(_RECONSTRUCT).get("center") or float(graph.nodes[_RECONSTRUCT].parameters["center"])


def stage_of(graph: Graph, stage: Stage) -> str:
    """Reference to what a stage shows: prepared projections, what is reconstructed, or the volume."""
    if stage == "slice":
        return graph.into("save")["data"]
    sinogram = graph.into(_RECONSTRUCT)["projections"]
    if stage == "sinogram" or node_of(sinogram) != "stripes":
        return sinogram
    return graph.into("stripes")["projections"]
