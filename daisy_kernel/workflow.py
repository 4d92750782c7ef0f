"""Workflow: Python that records a graph, with the three phases of an algorithm."""

from __future__ import annotations

import inspect
import typing
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from daisy_kernel.declaration import Declaration, declare, validate

if TYPE_CHECKING:
    from daisy_kernel.engines.scope import Scope


class Workflow(ABC):
    """Steps put together by code. Parameters are declared as an algorithm's are.

    `initialize` gets an engine (or a part of one, where it is a step of something larger) and creates
    steps; `execute` gets names of data objects, records what goes where, and returns the names of its
    results: one name, or a NamedTuple of names. Nothing is computed until data are read or saved.
    """

    def __init__(self, **parameters: Any) -> None:
        owner = type(self).__name__
        for name, value in validate(owner, workflow_declaration(type(self)).parameters, parameters).items():
            setattr(self, name, value)

    @abstractmethod
    def initialize(self, engine: Scope) -> None:
        """Create the steps."""

    @abstractmethod
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Record what goes into each step; takes and returns names of data objects."""

    def finalize(self) -> None:
        """Release what `initialize` acquired; called after a failure too."""

    def result_names(self, returned: Any) -> dict[str, str]:
        """Names of data objects by output port, from what `execute` returned."""
        ports = list(workflow_declaration(type(self)).outputs)
        if returned is None or not ports:
            return {}
        names = returned if isinstance(returned, tuple) else (returned,)
        return dict(zip(ports, names, strict=True))


@lru_cache(maxsize=256)
def workflow_declaration(cls: type[Workflow]) -> Declaration:
    """Parameters, inputs and outputs of a workflow class."""
    return declare(cls)


def is_workflow(candidate: Any) -> bool:
    """Whether this is a class of workflows."""
    return inspect.isclass(candidate) and issubclass(typing.cast(type, candidate), Workflow)
