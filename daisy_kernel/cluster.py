"""Cluster: dask workers for one user, here or as pods; nobody else's client or worker gets in."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from daisy_kernel.broker.client import is_offered
from daisy_kernel.errors import ParameterError

if TYPE_CHECKING:
    from distributed.deploy.cluster import Cluster as AnyCluster

_HEALTH_ONLY = ["distributed.http.health"]
"""Routes of the plain HTTP servers of scheduler and workers: the others tell anybody what is computed."""


class Cluster:
    """Workers for one user: pods where a platform offers them, else processes of this machine.

    ``Cluster(workers=2)`` gives a ``distributed.deploy.Cluster``; ``Engine(cluster)`` computes there, and closing it
    ends the workers. memory: of each worker on this machine, as ``4GiB``; auto: an equal share. asynchronous: for use
    with ``await``. Client, scheduler and workers speak TLS with certificates of their own. Errors: `ParameterError` for
    fewer than one worker or a memory that is not the caller's to choose; `ClusterError` with the platform's sentence.
    """

    def __new__(cls, workers: int = 2, *, memory: str = "auto", asynchronous: bool = False) -> AnyCluster:
        """Start the workers."""
        if workers < 1:
            raise ParameterError(f"workers={workers} computes nothing", remedy="give at least 1")
        if not is_offered():
            threads = max(1, int(float(os.environ.get("CPU_LIMIT") or os.cpu_count() or 1)) // workers)
            return closed_cluster(workers, threads, memory_limit=memory, asynchronous=asynchronous)
        if memory != "auto":
            raise ParameterError(
                f"memory={memory} cannot be chosen: workers are as large as the server's profile says",
                remedy="leave it out, or start a server with another profile",
            )
        from daisy_kernel.broker.cluster import BrokerCluster

        return BrokerCluster(workers, asynchronous=asynchronous)

    @staticmethod
    def from_id(name: str, *, asynchronous: bool = False) -> AnyCluster:
        """A cluster of pods that lives, by its id; closing leaves it alive, and its ``delete()`` ends it."""
        from daisy_kernel.broker.cluster import BrokerCluster

        return BrokerCluster(adopt=name, asynchronous=asynchronous)


def closed_cluster(workers: int, threads: int, **options: Any) -> AnyCluster:
    """A ``distributed.LocalCluster`` that listens on loopback, takes no stranger, and tells nothing by HTTP.

    threads: of each worker; ``options`` are further ones of LocalCluster, such as those of its workers.
    """
    import dask
    from distributed import LocalCluster, Security

    for name in ("distributed.nanny", "tornado.application"):
        logging.getLogger(name).addFilter(_is_worth_saying)
    routes = {"distributed.scheduler.http.routes": _HEALTH_ONLY, "distributed.worker.http.routes": _HEALTH_ONLY}
    dask.config.set(routes)  # for good: workers that are added later read it too
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=threads,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # of /health; 8787 may be somebody else's
        **options,
    )


_NOTHING_TO_DO = (
    "Worker process still alive after",  # a worker that is busy when its cluster closes is killed a little later
    "Exception in callback functools.partial(<function sync.<locals>.cancel",  # Ctrl-C came before there was anything
)


def _is_worth_saying(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_NOTHING_TO_DO)
