"""Daisy's own engine: scripts written for Daisy run with ``import daisy_kernel as Daisy``.

Such algorithms have `initialize`, `config`, `execute`, `finalize` that return bool, take data objects by
name, and touch the store themselves; so they run at once, one after the other, in this process. Names and
phases follow Daisy's documentation (2024). An algorithm registered here can stand beside them: its
inputs and output are given by name, and it runs at once too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from daisy_kernel.algorithm import Sink
from daisy_kernel.Base import DaisyAlg, Known, Logs, PyWorkflow, Settings, settings
from daisy_kernel.declaration import suggest
from daisy_kernel.engines.engine import Engine
from daisy_kernel.errors import DaisyError, ParameterError, RegistryError, RunError
from daisy_kernel.runs.run import Run


class _Store:
    """Daisy's DataStore: ``data()`` is the mapping that everybody uses."""

    def __init__(self, engine: Engine) -> None:
        self._data = engine.datastore

    def data(self) -> MutableMapping[str, Any]:
        """Data objects by name."""
        return self._data

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._data[name] = value

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)


class _Registered(Logs):
    """An algorithm of the registry, called as Daisy's are: names in, names out, at once."""

    def __init__(self, name: str, class_name: str, engine: Engine, parameters: Mapping[str, Any]) -> None:
        self.name = name
        self._class_name = class_name
        self._engine = engine
        self._parameters = dict(parameters)
        self._calls = 0

    def config(self, cfgdata: Settings = None) -> bool:
        """Take parameters."""
        self._parameters |= settings(cfgdata)
        return True

    def execute(self, output: Any = None, **inputs: str) -> bool:
        """Record the step and compute its outputs."""
        self._calls += 1
        step = self._engine.create(f"{self.name}-{self._calls}", self._class_name, **self._parameters)
        step.execute(output=output, **inputs)
        if issubclass(self._engine.resolve(self._class_name), Sink):
            Run(self._engine, sink=step.name).execute()
            return True
        named = {next(iter(step.declaration.outputs)): output} if isinstance(output, str) else dict(output or {})
        for name in named.values():
            self._engine.datastore[name] = self._engine.datastore[name]
        return True

    def finalize(self) -> bool:
        """Nothing is held."""
        return True


class WorkflowEngine(Logs):
    """Daisy's engine of one process: algorithms by name, one store."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._engine = Engine()
        self._algorithms: dict[str, Any] = {}
        self._services: dict[str, Any] = {"DataStore": _Store(self._engine)}

    @property
    def datastore(self) -> Any:
        """The store."""
        return self._services["DataStore"]

    def initialize(self, default_init: Settings = None) -> bool:
        """Make algorithms from ``{name: {"class_name": ..., "init_paras": {...}}}``."""
        for name, what in settings(default_init).items():
            if not isinstance(what, Mapping) or "class_name" not in what:
                raise ParameterError(f"the init dict of {name!r} has no class_name", remedy='give {"class_name": ...}')
            self.createAlg(what["class_name"], name, **dict(what.get("init_paras") or {}))
        return True

    def config(self, default_cfg: Settings = None) -> bool:
        """Configure algorithms from ``{name: {parameter: value}}``."""
        for name, values in settings(default_cfg).items():
            _must(self[name].config(values), f"config of {name}")
        return True

    def createAlg(self, class_name: str, name: str, **parameters: Any) -> Any:  # noqa: N802
        """Make one algorithm or workflow."""
        made = self._make(class_name, name, parameters)
        self._algorithms[name] = made
        return made

    def createSvc(self, class_name: str, name: str, **parameters: Any) -> Any:  # noqa: N802
        """Make one service, which algorithms get by name."""
        self._services[name] = made = self._make(class_name, name, parameters)
        return made

    def keys(self) -> list[str]:
        """Names of the algorithms."""
        return list(self._algorithms)

    def __getitem__(self, name: str) -> Any:
        if name not in self._algorithms:
            raise DaisyError(f"there is no algorithm {name!r}", remedy=suggest(name, self._algorithms))
        return self._algorithms[name]

    def finalize(self) -> bool:
        """Finalize all algorithms, in reverse order."""
        for name, algorithm in reversed(list(self._algorithms.items())):
            _must(algorithm.finalize(), f"finalize of {name}")
        self._engine.close()
        return True

    def _make(self, class_name: str, name: str, parameters: Mapping[str, Any]) -> Any:
        cls = Known.classes.get(class_name)
        if cls is None:
            return self._registered(class_name, name, parameters)
        made = cls(name)
        if isinstance(made, PyWorkflow):
            _must(made.initialize(self, **parameters), f"initialize of {name}")
            return _Checked(made)
        made._services = self._services
        _must(made.initialize(), f"initialize of {name}")
        _must(made.config(parameters), f"config of {name}") if parameters else None
        return _Checked(made)

    def _registered(self, class_name: str, name: str, parameters: Mapping[str, Any]) -> Any:
        from daisy_kernel.registry import installed

        if class_name not in installed().entries:
            known = [*Known.classes, *installed().entries]
            raise RegistryError(f"there is no algorithm class {class_name!r}", remedy=suggest(class_name, known))
        return _Registered(name, class_name, self._engine, parameters)


class _Checked:
    """An algorithm of which False is an error: nobody's failure is passed over."""

    def __init__(self, made: DaisyAlg | PyWorkflow) -> None:
        self._made = made

    def execute(self, *args: Any, **kwargs: Any) -> bool:
        """Call it; raise where it returns False."""
        return _must(self._made.execute(*args, **kwargs), f"execute of {self._made.name}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def CreateWorkflowEngine(class_name: str = "PyWorkflowEngine", name: str = "engine") -> WorkflowEngine:  # noqa: N802
    """Make Daisy's engine; the one of a single process is there."""
    if class_name != "PyWorkflowEngine":
        raise RegistryError(f"there is no workflow engine {class_name!r}", remedy="allowed: PyWorkflowEngine")
    return WorkflowEngine(name)


def _must(returned: Any, what: str) -> bool:
    if returned is False:
        raise RunError(f"{what} returned False", remedy="see its log")
    return True
