"""Progress of a run in a cell: a bar for each section, redrawn in its place; words where HTML is not shown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from IPython.display import display

if TYPE_CHECKING:
    from daisy_kernel.engines.news import News
    from daisy_kernel.engines.task import SlabReport
    from daisy_kernel.plan import Planned, Slab
    from daisy_kernel.runs.journal import Watcher

_NOTES = 5  # the last ones are shown
_EVERY = 0.2  # seconds between two drawings: more of them would only fill the notebook's connection


@contextmanager
def progress(*, quiet: bool) -> Iterator[Watcher | None]:
    """A watcher that draws in the cell, or None where the cell shall hold one JSON object."""
    if quiet:
        yield None
        return
    cell = _Cell()
    try:
        yield cell
    finally:
        cell.draw()


@dataclass
class _Section:
    """How far a section is; counts what a person counts: rows or angles, not slabs."""

    what: str
    unit: str
    total: int
    done: int
    before: int
    began: float = field(default_factory=time.monotonic)
    changed: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> str:
        """Speed since this process began the section, and the time that is left at it."""
        seconds = self.changed - self.began
        if self.done <= self.before or seconds <= 0:
            return ""
        speed = (self.done - self.before) / seconds
        left = (self.total - self.done) / speed
        return f"{speed:.1f} {self.unit}/s" + (f", {left:.0f} s left" if self.done < self.total else "")

    def text(self) -> str:
        return f"{self.what}  {self.done}/{self.total} {self.unit}  {self.rate}".rstrip()

    def html(self) -> str:
        bar = f'<progress max="{self.total}" value="{self.done}" style="width: 16em"></progress>'
        cells = (escape(self.what), bar, f"{self.done}/{self.total} {escape(self.unit)}", escape(self.rate))
        return "<tr>" + "".join(f'<td style="text-align: left">{cell}</td>' for cell in cells) + "</tr>"


class _Cell:
    """The sections of a run in the output of a cell."""

    def __init__(self) -> None:
        self._sections: list[_Section] = []
        self._notes: list[str] = []
        self._handle: Any = None
        self._drawn = 0.0

    def begin(self, planned: Planned, left: Sequence[Slab]) -> None:
        """See `Watcher.begin`."""
        section = planned.section
        total = sum(slab.stop - slab.start for slab in planned.slabs)
        done = total - sum(slab.stop - slab.start for slab in left)
        what = str(section.whole or section.steps[-1])
        self._sections.append(_Section(what, section.dim or "step", total, done, before=done))
        self.draw()

    def slab(self, report: SlabReport) -> None:
        """See `Watcher.slab`."""
        current = self._sections[-1]
        current.done += report.slab.stop - report.slab.start
        current.changed = time.monotonic()
        if current.done >= current.total or current.changed - self._drawn > _EVERY:
            self.draw()

    def news(self, news: News) -> None:
        """See `Watcher.news`."""
        text = (news.words or {}).get("en", "")
        if text and text not in self._notes:
            self._notes = [*self._notes, text][-_NOTES:]
            self.draw()

    def draw(self) -> None:
        """Show how far the run is now."""
        if not self._sections and not self._notes:
            return
        self._drawn = time.monotonic()
        shown = {
            "text/plain": "\n".join([*(section.text() for section in self._sections), *self._notes]),
            "text/html": f"<table>{''.join(section.html() for section in self._sections)}</table>"
            + "".join(f"<div>{escape(note)}</div>" for note in self._notes),
        }
        if self._handle is None:
            self._handle = display(shown, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown, raw=True)
