"""Connection: a dask client, made when it is first needed, and again where its scheduler was lost."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from daisy_kernel.engines.news import Tell, scheduler_away, scheduler_back
from daisy_kernel.errors import ClusterError, DaisyError, RunError

if TYPE_CHECKING:
    from daisy_kernel.broker.cluster import BrokerCluster

CONNECT_SECONDS = 20
_AWAY_SECONDS = 300
"""A pod that must move to another node is back within this; a scheduler on its own node in seconds."""

_EVERY = 0.2


class Connection:
    """The way to a scheduler, given by address, cluster or client. pods: the cluster where the broker made it."""

    def __init__(self, where: Any, pods: BrokerCluster | None = None) -> None:
        from distributed import Client

        logging.getLogger("distributed.client").addFilter(_is_worth_saying)
        self.pods = pods
        self._where = where
        self._is_own = not isinstance(where, Client)
        self._made: Any = None if self._is_own else where
        if pods is None:
            self._connect()

    @property
    def client(self) -> Any:
        """The client. Errors: ClusterError or DaisyError where no scheduler answers."""
        if self._made is None:
            assert self.pods is not None
            while not self.pods.wait_started(CONNECT_SECONDS):
                pass  # it raises where the scheduler will never answer
            self._connect()
        return self._made

    @property
    def is_up(self) -> bool:
        """Whether the scheduler answers."""
        return self._made is not None and self._made.status == "running"

    @property
    def name(self) -> str:
        """The cluster's, or the scheduler's address."""
        return self.pods.name if self.pods is not None else str(self.client.scheduler.address)

    def wait_up(self, tell: Tell) -> None:
        """Return when the scheduler answers again. Errors: RunError where it does not come back."""
        if self.is_up:
            return
        name = self.pods.name if self.pods is not None else str(self._where)
        tell(scheduler_away(name))
        began = time.monotonic()
        deadline = began + (_AWAY_SECONDS if self.pods is not None else CONNECT_SECONDS)
        while not self.is_up:
            if self.pods is not None and self.pods.lost is not None:
                raise RunError(self.pods.lost.error, remedy="--resume starts another one") from None
            if self.pods is not None and self.pods.is_closed:
                raise RunError(f"the cluster {name} was closed", remedy="--resume starts another one")
            if time.monotonic() > deadline:
                raise RunError(f"the scheduler of {name} did not come back", remedy="--resume when it is back")
            time.sleep(_EVERY)
            is_stuck = time.monotonic() > began + 2 * CONNECT_SECONDS
            if self._is_own and (is_stuck or self._made.status == "closed"):
                self._again()
                began = time.monotonic()
        tell(scheduler_back(name))

    def close(self) -> None:
        """Leave the scheduler."""
        if self._is_own and self._made is not None:
            self._made.close()

    def _again(self) -> None:
        """Another client, since the old one gave up; where that fails it is tried again."""
        from distributed import Client

        with suppress(OSError, TimeoutError, ValueError):
            self._made.close(timeout=1)
            self._made = Client(self._where, timeout=CONNECT_SECONDS)

    def _connect(self) -> None:
        from distributed import Client

        if not self._is_own:
            return
        try:
            self._made = Client(self._where, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            kind = ClusterError if self.pods is not None else DaisyError
            raise kind(
                f"no dask scheduler answers at {self._where} within {CONNECT_SECONDS} s ({type(error).__name__})",
                remedy="start the cluster, or correct engine=",
            ) from error


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """That a scheduler is away is told in a sentence; the traceback of each attempt is not."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, OSError | TimeoutError | asyncio.CancelledError)
