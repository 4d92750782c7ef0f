"""Scope: the part of a recorder in which a workflow works, and the handle of a step in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daisy_kernel.algorithm import Algorithm, declaration
from daisy_kernel.declaration import Declaration, suggest
from daisy_kernel.errors import GraphError
from daisy_kernel.workflow import Workflow, workflow_declaration

if TYPE_CHECKING:
    from daisy_kernel.engines.recorder import Recorder


@dataclass(frozen=True)
class Scope:
    """Names of steps and data objects below a prefix; the prefix of the whole is empty."""

    recorder: Recorder
    prefix: str = ""

    def create(self, name: str, algorithm: str | type[Algorithm] | type[Workflow], **parameters: Any) -> StepHandle:
        """Add a step: a registered name, or a class; parameters are checked at once."""
        self.recorder.record_step(self.prefix + name, algorithm, parameters)
        return StepHandle(self, name)

    def __getitem__(self, name: str) -> StepHandle:
        if name not in self:
            raise GraphError(f"there is no step {name!r}", remedy=suggest(name, self))
        return StepHandle(self, name)

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        for name in self.recorder.step_names():
            if name.startswith(self.prefix):
                yield name.removeprefix(self.prefix)


@dataclass(frozen=True)
class StepHandle:
    """A step of an engine: what it declares, and the call that says what goes into it."""

    scope: Scope
    name: str

    @property
    def declaration(self) -> Declaration:
        """Parameters, inputs and outputs."""
        cls = self.scope.recorder.step_class(self.scope.prefix + self.name)
        return workflow_declaration(cls) if issubclass(cls, Workflow) else declaration(cls)

    def execute(self, *, output: str | Mapping[str, str] | None = None, **inputs: str) -> None:
        """Record this step: inputs and linked parameters by name of the data object that they take.

        output: the name under which the result can be read; where there are several, names by port.
        A port without a name is called ``step.port``. Raises where dims, types or names do not fit.
        """
        ports = self.declaration.outputs
        if isinstance(output, str) and len(ports) != 1:
            raise GraphError(
                f"{self.name} has {len(ports)} outputs, so output={output!r} says too little",
                remedy=f"give output={{port: name}} with the ports {', '.join(ports) or 'none'}",
            )
        named = {next(iter(ports)): output} if isinstance(output, str) else dict(output or {})
        for port in named:
            if port not in ports:
                raise GraphError(f"{self.name} has no output {port!r}", remedy=suggest(port, ports))
        prefix = self.scope.prefix
        labels = {port: prefix + named.get(port, f"{self.name}.{port}") for port in ports}
        self.scope.recorder.record_links(
            prefix + self.name, {port: self._data_name(source) for port, source in inputs.items()}, labels
        )

    def _data_name(self, source: str) -> str:
        """A data object of this scope; inputs of a workflow come by their full name."""
        inner = self.scope.prefix + source
        return inner if inner in self.scope.recorder.datastore else source
