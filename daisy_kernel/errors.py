"""The errors a person may meet, each one sentence with the value and the remedy.

    DaisyError                 2   anything Daisy refuses or fails at
    ├── ParameterError         2   a parameter's name or value
    ├── GraphError             2   a graph: node, link, cycle, port, dims
    ├── RegistryError          2   an unknown name, a plugin that does not load
    ├── DataError              2   a file or an array that cannot be used as asked
    ├── OutputError            2   a place that cannot be written, or is in use
    ├── ClusterError           2   a cluster that the broker refuses, or that is gone
    └── RunError               1   a failure after the first slab
        └── Interrupted      130   stopped by the user; can be resumed

The number is the exit code of ``daisy``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class DaisyError(Exception):
    """Base of all errors: what is wrong, with the value, and what to do about it."""

    exit_code: ClassVar[int] = 2

    def __init__(self, error: str, *, remedy: str = "") -> None:
        super().__init__(error, remedy)
        self.error = error
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.error}: {self.remedy}" if self.remedy else self.error

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders by pickle, which would drop keyword-only arguments.
        return _rebuild, (type(self), self.error, self.remedy)


class ParameterError(DaisyError):
    """A parameter has an unknown name or a value outside its declaration."""


class GraphError(DaisyError):
    """A graph does not hold together: node, link, cycle, port, dims."""


class RegistryError(DaisyError):
    """A name is not registered, or its plugin does not load."""


class DataError(DaisyError):
    """A file or an array is missing, damaged, or not what the step needs."""


class OutputError(DaisyError):
    """The output cannot be written there, exists already, or is in use."""


class ClusterError(DaisyError):
    """A cluster is refused or gone, or its broker does not answer.

    status: HTTP status of the refusal, None where there was no answer. words: the sentence by language, where
    it is the broker's.
    """

    def __init__(
        self, error: str, *, remedy: str = "", status: int | None = None, words: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error, remedy=remedy)
        self.status = status
        self.words = words or {}

    @property
    def is_gone(self) -> bool:
        """Whether there is no such cluster."""
        return self.status == 404


class RunError(DaisyError):
    """A step failed after the run had begun."""

    exit_code = 1


class Interrupted(RunError):  # noqa: N818 - it is what happened, and no fault
    """The user stopped the run; what is complete is kept."""

    exit_code = 130


def _rebuild(kind: type[DaisyError], error: str, remedy: str) -> DaisyError:
    return kind(error, remedy=remedy)
