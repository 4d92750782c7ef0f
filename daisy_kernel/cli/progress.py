"""Progress of a run on a terminal: slabs, rate, time left; elsewhere only what happens to its machines, in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_kernel.engines.news import News
    from daisy_kernel.engines.task import SlabReport
    from daisy_kernel.plan import Planned, Slab
    from daisy_kernel.runs.journal import Watcher


@contextmanager
def progress(*, quiet: bool) -> Iterator[Watcher]:
    """A watcher that draws on standard error; where that is no terminal it writes notes."""
    if quiet or not sys.stderr.isatty():
        yield _Notes()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)


class _Notes:
    """Lines of text, of news alone; many pods may wait for the same reason, which is said once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def begin(self, planned: Planned, left: Sequence[Slab]) -> None:
        """Nothing is said."""

    def slab(self, report: SlabReport) -> None:
        """Nothing is said."""

    def news(self, news: News) -> None:
        """See `Watcher.news`."""
        if news.words:
            text = news.words["en"]
            if news.state == "lost" or text not in self._said:
                self.write(f"daisy: {text}")
            self._said.add(text)

    def write(self, line: str) -> None:
        """Write a line to standard error."""
        print(line, file=sys.stderr, flush=True)


class _Bars(_Notes):
    """A bar for each section; counts what a person counts: rows or angles, not slabs."""

    def __init__(self, bars: Any) -> None:
        super().__init__()
        self._bars = bars
        self._task: Any = None

    def begin(self, planned: Planned, left: Sequence[Slab]) -> None:
        """See `Watcher.begin`."""
        section = planned.section
        what = section.whole or section.steps[-1]
        total = sum(slab.stop - slab.start for slab in planned.slabs)
        done = total - sum(slab.stop - slab.start for slab in left)
        self._unit = section.dim or "step"
        self._task = self._bars.add_task(f"{what} ({self._unit})", total=total, completed=done, rate="")

    def slab(self, report: SlabReport) -> None:
        """See `Watcher.slab`."""
        speed = self._bars.tasks[self._task].speed
        rate = f"{speed:.1f} {self._unit}/s" if speed else ""
        self._bars.update(self._task, advance=report.slab.stop - report.slab.start, rate=rate)

    def write(self, line: str) -> None:
        """Write a line above the bars."""
        self._bars.console.print(line, markup=False, highlight=False)
