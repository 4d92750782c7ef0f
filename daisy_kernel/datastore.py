"""DataStore: data objects by name; reading one that a step will give computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from daisy_kernel.declaration import suggest
from daisy_kernel.errors import DataError


class DataStore(MutableMapping[str, Any]):
    """Names of data objects. A name stands for a value, or for ``node.port`` of a recorded step.

    >>> store = DataStore(compute=lambda reference: f"computed {reference}")
    >>> store["raw"] = 1
    >>> store.record("volume", "grid.output")
    >>> store["raw"], store["volume"], sorted(store)
    (1, 'computed grid.output', ['raw', 'volume'])
    """

    def __init__(self, compute: Callable[[str], Any]) -> None:
        self._compute = compute
        self._values: dict[str, Any] = {}
        self._recorded: dict[str, str] = {}

    def record(self, name: str, reference: str) -> None:
        """Let a name stand for what a step will give; a value of that name is forgotten."""
        self._values.pop(name, None)
        self._recorded[name] = reference

    def reference(self, name: str) -> str:
        """What a link from this data object starts at: ``node.port``, or the name of a value."""
        if name in self._recorded:
            return self._recorded[name]
        if name in self._values:
            return name
        raise DataError(f"there is no data object {name!r}", remedy=suggest(name, self))

    @property
    def values_by_name(self) -> dict[str, Any]:
        """The values that were put in, without what steps will give."""
        return dict(self._values)

    @property
    def recorded(self) -> dict[str, str]:
        """The names that steps give: name -> node.port."""
        return dict(self._recorded)

    def __getitem__(self, name: str) -> Any:
        reference = self.reference(name)
        return self._compute(reference) if name in self._recorded else self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._recorded.pop(name, None)
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        self.reference(name)
        self._values.pop(name, None)
        self._recorded.pop(name, None)

    def __contains__(self, name: object) -> bool:
        # The inherited one reads the value, and reading computes.
        return name in self._values or name in self._recorded

    def __iter__(self) -> Iterator[str]:
        return iter({**self._values, **self._recorded})

    def __len__(self) -> int:
        return len({**self._values, **self._recorded})
