"""The machines of a run: which pods it waits for and what happened to them, from the news in its journal."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_NOTES = 5  # the last ones are shown

Words = Mapping[str, str]
"""A sentence by language, ``en`` and ``zh``."""


@dataclass(frozen=True)
class Waiting:
    """Why pods are not there yet, and how many of them."""

    words: Words | None
    count: int


@dataclass(frozen=True)
class MachineNote:
    """What happened. time: seconds since 1970."""

    time: float
    words: Words


@dataclass(frozen=True)
class Machines:
    """The cluster of a run as a page shows it. asked, joined: workers."""

    cluster: str
    asked: int
    joined: int
    waiting: tuple[Waiting, ...]
    notes: tuple[MachineNote, ...]


class MachineNews:
    """Takes the events of a journal one after the other."""

    def __init__(self) -> None:
        self._cluster = ""
        self._asked = 0
        self._states: dict[str, tuple[str, Words | None]] = {}
        self._notes: deque[MachineNote] = deque(maxlen=_NOTES)

    def take(self, event: Mapping[str, Any]) -> None:
        """Of a cluster, a scheduler or a worker; others say nothing. Errors: LookupError, TypeError, ValueError."""
        kind = event["event"]
        if kind == "cluster":
            self._states, self._notes = {}, deque(maxlen=_NOTES)  # a run that goes on has another one
            self._cluster, self._asked = str(event["name"]), int(event["workers"])
        elif kind in ("worker", "scheduler"):
            name, state, words = str(event["name"]), str(event["state"]), event.get("words")
            if state in ("lost", "joined") and words:
                self._notes.append(MachineNote(datetime.fromisoformat(event["time"]).timestamp(), words))
            before = self._states.get(name, ("", None))[1]
            self._states[name] = state, words or before if state in ("waiting", "ended") else None
            if kind == "scheduler" and state == "joined":
                del self._states[name]

    def seen(self) -> Machines | None:
        """All of it now; None where the run has no cluster of pods."""
        if not self._cluster:
            return None
        states = [state for state, _ in self._states.values()]
        missing = Counter[tuple[tuple[str, str], ...] | None]()
        for state, words in self._states.values():
            if state in ("waiting", "starting", "ended", "lost"):
                missing[tuple(sorted(words.items())) if words else None] += 1
        return Machines(
            self._cluster,
            max(self._asked, states.count("joined")),
            states.count("joined"),
            tuple(Waiting(dict(words) if words else None, count) for words, count in missing.items()),
            tuple(self._notes),
        )
