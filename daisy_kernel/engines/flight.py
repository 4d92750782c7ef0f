"""Flight: the slabs that are on their way, each a future of its own; what is done comes out of a queue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from daisy_kernel.engines import remote
from daisy_kernel.engines.requirements import Requirements
from daisy_kernel.engines.task import SectionTask, SlabReport
from daisy_kernel.plan import Slab


class Flight:
    """Slabs of one section. The task goes with each, so that a worker that is lost takes nothing with it."""

    def __init__(self, client: Any, task: SectionTask, requirements: Requirements | None) -> None:
        from distributed.protocol.pickle import dumps

        self._client = client
        self._key = task.key
        # Pickled once, not with each slab; and apart, so that a worker is checked before it reads it.
        self._call = partial(remote.compute, task.key, dumps(task), requirements)
        self._futures: dict[Slab, Any] = {}
        self._tries = 0
        self._done: SimpleQueue[tuple[Slab, Any, Any]] = SimpleQueue()

    def __len__(self) -> int:
        return len(self._futures)

    def submit(self, slab: Slab) -> None:
        """Send a slab; the scheduler knows a second try by another name."""
        self._tries += 1
        key = f"{self._key}-{slab.start}-{slab.stop}-{self._tries}"
        future = self._client.submit(self._call, slab.start, slab.stop, key=key, pure=False)
        self._futures[slab] = future
        self._client.loop.add_callback(self._collect, slab, future)

    def landed(self, seconds: float) -> Iterator[tuple[Slab, SlabReport | Exception | None]]:
        """What was done since the last call; waits for the first one, at most so long. None: the scheduler lost it."""
        try:
            found = self._done.get(timeout=seconds)
            while True:
                slab, future, outcome = found
                if self._futures.get(slab) is future:
                    del self._futures[slab]
                    yield slab, outcome
                found = self._done.get_nowait()
        except Empty:
            return

    def ended_workers(self) -> dict[Slab, int]:
        """How many workers have ended while they computed each slab, where some have."""
        slabs = {str(future.key): slab for slab, future in self._futures.items()}
        try:
            found = self._client.run_on_scheduler(remote.ended_workers, list(slabs))
        except (OSError, TimeoutError):
            return {}  # the scheduler is away, and forgets it
        return {slabs[key]: times for key, times in found.items()}

    def cancel(self) -> None:
        """Let go of what is on its way."""
        futures, self._futures = list(self._futures.values()), {}
        if futures and self._client.status == "running":
            self._client.cancel(futures)

    async def _collect(self, slab: Slab, future: Any) -> None:
        """In the client's loop, where results that come together are fetched together."""
        from distributed.client import CancelledError

        outcome: Any
        try:
            outcome = await future
        except CancelledError:
            outcome = None
        except Exception as error:
            is_its_own = future.status == "error" or not isinstance(error, OSError)
            outcome = error if is_its_own else None  # else it was complete, and lost on the way
        self._done.put((slab, future, outcome))
