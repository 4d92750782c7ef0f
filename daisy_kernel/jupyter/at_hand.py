"""AtHand: ``engine``, ``Engine``, ``Run`` and ``RunOptions``, made when a cell first speaks of them.

Importing them takes longer than a kernel may take to be ready, so they are not in the namespace from the
start. What a cell finds is the real object, never a stand-in, and a name that the user gave to something
else stays the user's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

NAMES = ("Engine", "Run", "RunOptions", "engine")

_WORDS = re.compile(r"\b(?:" + "|".join(NAMES) + r")\b")


class AtHand:
    """Gives a namespace what a cell's text speaks of."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def provide(self, text: str) -> None:
        """Put the names that the text speaks of into the namespace, unless they are there."""
        for name in set(_WORDS.findall(text)) - self._namespace.keys():
            self._namespace[name] = _MAKERS[name]()

    def missing(self) -> list[str]:
        """Names that would be provided."""
        return [name for name in NAMES if name not in self._namespace]


def _engine_class() -> Any:
    from daisy_kernel.engines.engine import Engine

    return Engine


def _run_class() -> Any:
    from daisy_kernel.jupyter.cell_run import CellRun

    return CellRun


def _options_class() -> Any:
    from daisy_kernel.runs.run import RunOptions

    return RunOptions


_MAKERS: dict[str, Callable[[], Any]] = {
    "Engine": _engine_class,
    "Run": _run_class,
    "RunOptions": _options_class,
    "engine": lambda: _engine_class()(),
}
