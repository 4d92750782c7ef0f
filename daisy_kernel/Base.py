"""Daisy's own module: the classes that scripts written for Daisy derive from."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from daisy_kernel.declaration import suggest
from daisy_kernel.errors import DaisyError, ParameterError

if TYPE_CHECKING:
    from daisy_kernel.compat import WorkflowEngine

__all__ = ["DaisyAlg", "PyWorkflow"]

Settings = str | Mapping[str, Any] | None


class Logs:
    """Daisy's log calls, which go to Python's logging under the object's name."""

    name: str

    def LogDebug(self, *parts: Any) -> None:  # noqa: N802 - Daisy's own name
        """Log at level debug."""
        self._log(logging.DEBUG, parts)

    def LogInfo(self, *parts: Any) -> None:  # noqa: N802
        """Log at level info."""
        self._log(logging.INFO, parts)

    def LogWarn(self, *parts: Any) -> None:  # noqa: N802
        """Log at level warning."""
        self._log(logging.WARNING, parts)

    def LogError(self, *parts: Any) -> None:  # noqa: N802
        """Log at level error."""
        self._log(logging.ERROR, parts)

    def setLogLevel(self, level: int | str) -> None:  # noqa: N802
        """Let through messages from this level on."""
        logging.getLogger(f"daisy.{self.name}").setLevel(level)

    def _log(self, level: int, parts: tuple[Any, ...]) -> None:
        logging.getLogger(f"daisy.{self.name}").log(level, " ".join(map(str, parts)))


class Known(Logs):
    """Keeps classes by name, so that an init dict can name them."""

    classes: ClassVar[dict[str, type[Any]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Known.classes[cls.__name__] = cls


class DaisyAlg(Known):
    """An algorithm as Daisy has it: named, configured by a dict or JSON, working on the store itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._services: dict[str, Any] = {}

    def initialize(self) -> bool:
        """Acquire what `execute` needs, such as ``self.data = self.get("DataStore").data()``."""
        return True

    def config(self, cfgdata: Settings = None) -> bool:
        """Take parameters as attributes."""
        for key, value in settings(cfgdata).items():
            setattr(self, key, value)
        return True

    def execute(self, *args: Any, **kwargs: Any) -> bool:
        """Compute; data objects are given by name."""
        raise DaisyError(f"{type(self).__name__} ({self.name}) has no execute", remedy="define it")

    def finalize(self) -> bool:
        """Release what `initialize` acquired."""
        return True

    def get(self, service: str) -> Any:
        """A service of the engine: ``DataStore``, or what `createSvc` made."""
        if service not in self._services:
            raise DaisyError(f"there is no service {service!r}", remedy=suggest(service, self._services))
        return self._services[service]


class PyWorkflow(Known):
    """A workflow as Daisy has it: an engine at initialisation, algorithms by name, data by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.engine: WorkflowEngine | None = None

    def initialize(
        self,
        workflow_engine: str | WorkflowEngine = "PyWorkflowEngine",
        workflow_environment: Settings = None,
        algorithms_cfg: Settings = None,
    ) -> bool:
        """Make the algorithms of the init dict, configured by the cfg dict."""
        if isinstance(workflow_engine, str):
            from daisy_kernel.compat import CreateWorkflowEngine

            workflow_engine = CreateWorkflowEngine(class_name=workflow_engine, name=f"{self.name}.engine")
        self.engine = workflow_engine
        return self.engine.initialize(default_init=workflow_environment) and self.engine.config(
            default_cfg=algorithms_cfg
        )

    def execute(self, *args: Any, **kwargs: Any) -> bool:
        """Call algorithms."""
        raise DaisyError(f"{type(self).__name__} ({self.name}) has no execute", remedy="define it")

    def finalize(self) -> bool:
        """Let the engine go."""
        return self._running().finalize()

    def data_keys(self) -> list[str]:
        """Names of the data objects."""
        return list(self._running().datastore.data())

    def algorithm_keys(self) -> list[str]:
        """Names of the algorithms."""
        return self._running().keys()

    def get_data(self, name: str) -> Any:
        """A data object."""
        return self._running().datastore.data()[name]

    def get_algorithm(self, name: str) -> Any:
        """An algorithm."""
        return self._running()[name]

    def _running(self) -> WorkflowEngine:
        if self.engine is None:
            raise DaisyError(f"the workflow {self.name} has no engine yet", remedy="call initialize() first")
        return self.engine


def settings(given: Settings) -> dict[str, Any]:
    """A dict from a dict or its JSON."""
    if given is None:
        return {}
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError as error:
        raise ParameterError(f"{given!r} is no JSON: {error}", remedy="give a dict, or its JSON") from None
    if not isinstance(found, Mapping):
        raise ParameterError(f"{given!r} is no dict", remedy="give a dict, or its JSON")
    return dict(found)
