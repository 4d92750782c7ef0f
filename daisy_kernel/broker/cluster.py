"""BrokerCluster: workers that are pods of the user, started by the broker; a ``distributed.deploy.Cluster``."""

from __future__ import annotations

import asyncio
import logging
import os
import time
import weakref
from collections.abc import Collection, Generator
from contextlib import suppress
from html import escape
from typing import Any

from distributed import Security
from distributed.core import Status, rpc
from distributed.deploy import Adaptive

from daisy_kernel.broker.answers import Granted
from daisy_kernel.broker.client import Broker
from daisy_kernel.broker.lasting import NOT_THERE, LastingCluster
from daisy_kernel.broker.retiring import retire
from daisy_kernel.errors import ClusterError, ParameterError

_log = logging.getLogger(__name__)

_START_SECONDS = 600
_CONNECT_SECONDS = 5
_ACTIVE_SECONDS = 30
_LOOK_SECONDS, _LOOK_RARELY_SECONDS = 2, 15
"""Between two looks at the pods: while one is missing, and while all are there."""


class BrokerAdaptive(Adaptive):
    """Distributed's, but for how a worker goes: see `retire`."""

    async def scale_down(self, workers: Collection[str]) -> None:
        """Let these workers go."""
        await self.cluster.scale_down(workers)


class BrokerCluster(LastingCluster):
    """A cluster of pods: widget, ``scale``, ``adapt``, ``Client(cluster)`` and dashboard as of any other.

    adopt: the id of a cluster that lives; it lives on when this object is closed, and is ended by `delete`.
    wait: return when the scheduler answers; else it is looked for in the background (see `wait_started`).
    """

    def __init__(
        self,
        workers: int = 2,
        *,
        adopt: str = "",
        wait: bool = True,
        broker: Broker | None = None,
        asynchronous: bool = False,
        loop: Any = None,
    ) -> None:
        self.security: Security | None = None
        self.granted: Granted | None = None
        self.lost: ClusterError | None = None
        self._broker = broker or Broker.from_environment()
        self._wanted, self._adopt, self._waits = workers, adopt, wait
        self._finalizer: Any = None
        self._tasks: list[asyncio.Task[None]] = []
        self._connecting: asyncio.Task[None] | None = None
        self._scaling = asyncio.Lock()
        self._told: set[tuple[str, str]] = set()
        super().__init__(asynchronous=asynchronous, loop=loop, quiet=not wait, name=adopt or None)
        if not self.called_from_running_loop:
            self._loop_runner.start()
            try:
                self.sync(self._start)
            except BaseException:
                self.close()
                raise

    @property
    def workers(self) -> set[str]:
        """Names of the workers asked for; those without a pod are named by their number."""
        if self.granted is None:
            return set()
        names = [pod.name for pod in self.granted.pods][: self.granted.workers]
        return {*names, *(f"number {count}" for count in range(len(names), self.granted.workers))}

    @property
    def dashboard_link(self) -> str:
        """Where the user's own server shows the dashboard; empty where it has none."""
        if self.granted is None or not self.granted.dashboard:
            return ""
        return f"{os.environ.get('JUPYTERHUB_SERVICE_PREFIX', '/')}daisy/dask/{self.granted.id}/status"

    @property
    def scheduler_address(self) -> str:
        """Known before the scheduler answers."""
        return self.granted.address if self.granted else "<Not Connected>"

    def wait_started(self, timeout: float) -> bool:
        """Whether the scheduler answers within so many seconds. Errors: ClusterError where it never will."""
        return bool(self.sync(self._wait_started, timeout))

    def scale(self, n: int) -> Any:
        """Ask for so many workers; those that go finish their last tasks first, at most two minutes."""
        return self.sync(self._scale, n)

    def adapt(self, Adaptive: Any = BrokerAdaptive, **options: Any) -> Any:
        """Let distributed choose how many workers there are; ``maximum``: by default what may be asked for now."""
        limit = self.granted.limit if self.granted else None
        return super().adapt(Adaptive=Adaptive, **{"minimum": 1, "maximum": limit, **options})

    async def scale_down(self, workers: Collection[str]) -> None:
        """Let the workers of these names go."""
        async with self._scaling:
            granted = await self._look()
            await self._lower(granted, [pod.name for pod in granted.pods if pod.name in workers])

    def delete(self) -> Any:
        """End the cluster, whoever made it."""
        return self.sync(self._delete)

    async def _start(self) -> None:
        if self.status != Status.created or self.granted is not None:
            return
        if self._adopt:
            granted = await asyncio.to_thread(self._broker.get, self._adopt)
        else:
            granted = await asyncio.to_thread(self._broker.create, self._wanted)
            self._finalizer = weakref.finalize(self, _end, self._broker, granted.id)
        if granted.certificates is None:
            raise ClusterError(f"the broker gives no certificates for {granted.id}", remedy="ask its administrator")
        self.granted, self.name = granted, granted.id
        self.security = Security(
            tls_ca_file=granted.certificates.ca,
            tls_client_cert=granted.certificates.cert,
            tls_client_key=granted.certificates.key,
            require_encryption=True,
        )
        arguments = self.security.get_connection_args("client")
        self.scheduler_comm = rpc(granted.address, timeout=_CONNECT_SECONDS, connection_args=arguments)
        self._tasks = [asyncio.create_task(self._keep_looking()), asyncio.create_task(self._note_activity())]
        self._connecting = asyncio.create_task(self._connect())
        if self._waits:
            await asyncio.shield(self._connecting)

    async def _connect(self) -> None:
        assert self.granted is not None
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                await super()._start()
                self.quiet = True  # from now on the widget tells why pods wait
                return
            except NOT_THERE as error:
                if self.lost is not None:
                    raise self.lost from None
                if time.monotonic() > deadline:
                    said = self.granted.scheduler.message or {}
                    why = said.get("en", type(error).__name__)
                    raise ClusterError(
                        f"the scheduler of {self.name} does not answer within {_START_SECONDS} s: {why}",
                        remedy="try again later",
                    ) from None
            await asyncio.sleep(0.2)

    async def _wait_started(self, timeout: float) -> bool:
        assert self._connecting is not None
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._connecting), timeout)
        return self._connecting.done()

    def look(self) -> Any:
        """Ask the broker now; `granted` is what it says."""
        return self.sync(self._look)

    async def _look(self) -> Granted:
        """What the broker says now; its words are told, each once."""
        granted = await asyncio.to_thread(self._broker.get, self.name)
        return self._take(granted)

    def _take(self, granted: Granted) -> Granted:
        self.granted = granted
        for pod in (granted.scheduler, *granted.pods):
            text = (pod.message or {}).get("en", "")
            if text and (pod.name, text) not in self._told:
                self._told.add((pod.name, text))
                self._log(f"{pod.name}: {text}")
        return granted

    async def _keep_looking(self) -> None:
        while True:
            with suppress(RuntimeError):  # the process ends
                try:
                    await self._look()
                except ClusterError as error:
                    if error.is_gone:
                        self.lost = ClusterError(
                            f"the cluster {self.name} is gone: it was ended, was idle, or reached its maximum age",
                            remedy="start another one",
                            status=error.status,
                        )
                        return
                    _log.debug("%s", error)  # the broker may be away; the cluster is not
            is_whole = self.granted is not None and len(self.scheduler_info["workers"]) >= self.granted.workers
            await asyncio.sleep(_LOOK_RARELY_SECONDS if is_whole else _LOOK_SECONDS)

    async def _note_activity(self) -> None:
        """Tell the broker while there are tasks."""
        while True:
            await asyncio.sleep(_ACTIVE_SECONDS)
            with suppress(ClusterError, OSError, TimeoutError, RuntimeError):
                if self.status == Status.running and await self.scheduler_comm.check_idle() is None:
                    await asyncio.to_thread(self._broker.note_activity, self.name)

    async def _scale(self, n: int) -> None:
        if n < 0:
            raise ParameterError(f"{n} workers are too few", remedy="give at least 0")
        async with self._scaling:
            granted = await self._look()
            if n > granted.workers:
                self._take(await asyncio.to_thread(self._broker.scale, self.name, n))
            elif n < granted.workers:
                await self._lower(granted, await self._choose(granted, granted.workers - n))

    async def _choose(self, granted: Granted, count: int) -> list[str]:
        """Workers that may go: first those that are not there yet, then those that distributed finds idlest."""
        names = [pod.name for pod in granted.pods if pod.name not in self.observed][:count]
        if len(names) < count and self.observed:
            names += await self.scheduler_comm.workers_to_close(n=count - len(names), attribute="name")
        if len(names) < count:
            raise ClusterError(
                f"only {len(granted.pods)} of the {granted.workers} workers of {self.name} have pods yet",
                remedy="scale again in some seconds",
            )
        return names

    async def _lower(self, granted: Granted, names: list[str]) -> None:
        if names:
            await retire(self.scheduler_comm, [name for name in names if name in self.observed])
            left = granted.workers - len(names)
            self._take(await asyncio.to_thread(self._broker.scale, self.name, left, names))

    async def _delete(self) -> None:
        await asyncio.to_thread(self._broker.delete, self.name)
        await self._close()

    async def _close(self) -> None:
        if self.status == Status.closed:
            return
        if self._finalizer is not None and self._finalizer.detach():
            with suppress(RuntimeError):  # the process ends
                await asyncio.to_thread(_end, self._broker, self.name)
        own = [*self._tasks, self._connecting, self._watch_worker_status_task]
        self._watch_worker_status_task: Any = None  # or the base would wait for it
        running = [task for task in own if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await super()._close()

    def __await__(self) -> Generator[Any, None, BrokerCluster]:
        async def started() -> BrokerCluster:
            await self._start()
            return self

        return started().__await__()

    def _scaling_status(self) -> str:
        """Distributed's, and why pods wait."""
        pods = (self.granted.scheduler, *self.granted.pods) if self.granted else ()
        said = [f"<li>{escape(pod.name)}: {escape(pod.message['en'])}</li>" for pod in pods if pod.message]
        return f"{super()._scaling_status()}<ul>{''.join(said)}</ul>"


def _end(broker: Broker, name: str) -> None:
    """End a cluster; where the broker does not answer it ends when it is idle."""
    try:
        broker.delete(name)
    except ClusterError as error:
        _log.warning("the cluster %s is left to end by itself: %s", name, error)
