"""How workers go without losing what they hold."""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Sequence
from typing import Any

from daisy_kernel.errors import ClusterError

_LAST_TASKS_SECONDS = 120
_EVERY = 0.2


async def retire(scheduler: Any, names: Sequence[str], *, seconds: float = _LAST_TASKS_SECONDS) -> None:
    """Let workers take no more tasks, finish the last ones (at most so long) and give away what they hold.

    scheduler: the rpc of a scheduler. Twice, because what the last tasks gave has to be copied as well. The workers
    themselves go on: who deletes their pods ends them. Errors: ClusterError where the scheduler does not answer.
    """
    if not names:
        return
    deadline = time.monotonic() + seconds
    try:
        addresses = await _retire(scheduler, names)
        while addresses and time.monotonic() < deadline and await _are_computing(scheduler, addresses):
            await asyncio.sleep(_EVERY)
        await _retire(scheduler, names)
    except (OSError, TimeoutError) as error:
        raise ClusterError(
            f"the scheduler does not answer ({type(error).__name__}), so that no worker can be let go",
            remedy="scale again when it is back",
        ) from None


async def _retire(scheduler: Any, names: Sequence[str]) -> list[str]:
    return list(await scheduler.retire_workers(names=list(names), close_workers=False, remove=False))


async def _are_computing(scheduler: Any, addresses: Sequence[str]) -> bool:
    """Asked of the workers themselves: what the scheduler knows is a heartbeat old, and counts tasks that only wait."""
    request = {"op": "run", "function": pickle.dumps(_executing), "args": pickle.dumps(()), "kwargs": pickle.dumps({})}
    answers = await scheduler.broadcast(msg=request, workers=list(addresses), on_error="return")
    return any(isinstance(answer, dict) and answer.get("result") for answer in answers.values())


def _executing(dask_worker: Any) -> int:
    return len(dask_worker.state.executing) + len(dask_worker.state.long_running)
