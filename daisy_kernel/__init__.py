"""The Daisy framework: algorithms, workflows, an engine and a data store, the same on any machine."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_kernel import Base
    from daisy_kernel.algorithm import Algorithm, Dims, Parameter, Slabs
    from daisy_kernel.cluster import Cluster
    from daisy_kernel.compat import CreateWorkflowEngine
    from daisy_kernel.engines.engine import Engine
    from daisy_kernel.graph import Graph
    from daisy_kernel.runs.run import Run, RunOptions
    from daisy_kernel.workflow import Workflow

__all__ = [
    "Algorithm",
    "Base",
    "Cluster",
    "CreateWorkflowEngine",
    "Dims",
    "Engine",
    "Graph",
    "Parameter",
    "Run",
    "RunOptions",
    "Slabs",
    "Workflow",
]

_HOMES = {
    "Algorithm": "algorithm",
    "Cluster": "cluster",
    "CreateWorkflowEngine": "compat",
    "Dims": "algorithm",
    "Engine": "engines.engine",
    "Graph": "graph",
    "Parameter": "algorithm",
    "Run": "runs.run",
    "RunOptions": "runs.run",
    "Slabs": "algorithm",
    "Workflow": "workflow",
}


def __getattr__(name: str) -> Any:
    # On use, because xarray and numba take longer to import than `daisy --help` may take to answer.
    if name == "Base":
        return importlib.import_module("daisy_kernel.Base")
    if name in _HOMES:
        return getattr(importlib.import_module(f"daisy_kernel.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'daisy_kernel' has no attribute {name!r}")
