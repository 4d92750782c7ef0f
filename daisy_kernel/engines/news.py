"""News: what happens to the machines of a run, for its journal and for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal["cluster", "scheduler", "worker"]


@dataclass(frozen=True)
class News:
    """One change of a cluster, its scheduler or a worker.

    state: of a cluster ``started``; of others ``waiting``, ``starting``, ``joined``, ``lost``, ``ended``, ``retired``.
    reason: Kubernetes' word, such as ``OOMKilled``. words: a sentence by language, where a person should know.
    """

    what: What
    name: str
    state: str
    reason: str = ""
    words: Mapping[str, str] | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def event(self) -> dict[str, Any]:
        """As a line of the journal."""
        said = {"reason": self.reason, "words": self.words and dict(self.words)}
        named = {"event": self.what, "name": self.name, "state": self.state}
        return {**named, **{key: value for key, value in said.items() if value}, **self.details}


Tell = Callable[[News], None]


def tell_nobody(news: News) -> None:
    """For computations that nobody watches."""


_LOST = {
    "en": "worker {name} was lost{why}; what it was computing is computed again",
    "zh": "工作进程 {name} 丢失{why}；其正在计算的部分将重新计算",
}
_AWAY = {
    "en": "the scheduler of {name} does not answer; the run goes on when it is back",
    "zh": "{name} 的调度器没有响应；恢复后将继续运行",
}
_BACK = {"en": "the scheduler of {name} is back", "zh": "{name} 的调度器已恢复"}


def lost(name: str, reason: str) -> News:
    """A worker that was there is there no more, and was not let go."""
    why = {"en": f" ({reason})" if reason else "", "zh": f"（{reason}）" if reason else ""}
    words = {key: text.format(name=name, why=why[key]) for key, text in _LOST.items()}
    return News("worker", name, "lost", reason, words)


def scheduler_away(name: str) -> News:
    """The scheduler was lost."""
    return News("scheduler", name, "lost", words={key: text.format(name=name) for key, text in _AWAY.items()})


def scheduler_back(name: str) -> News:
    """The scheduler answers again."""
    return News("scheduler", name, "joined", words={key: text.format(name=name) for key, text in _BACK.items()})
