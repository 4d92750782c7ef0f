"""Scaling: which workers go when a cluster shall have fewer. Pure.

Whoever uses the cluster retires workers by their names, so that their data are elsewhere before they go; Kubernetes
would end any. So as many names are needed as the number falls by, each of a worker of this cluster. One that is gone
already counts, since a request may come twice; but what is left may not be more than was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub_config.broker._words import BrokerError
from hub_config.broker.cluster import COMPONENT, Cluster
from hub_config.broker.models import Change
from hub_config.broker.storage import Object


def leaving(cluster: Cluster, change: Change, deployments: Iterable[Object]) -> tuple[str, ...]:
    """The workers whose Deployments are removed: those that are there, of the ones that were named.

    Raises `BrokerError` where these are not the right ones.
    """
    needed = cluster.workers - change.workers
    counts = {"before": cluster.workers, "asked": change.workers, "named": len(change.retired), "needed": needed}
    if needed <= 0:
        if change.retired:
            raise BrokerError("retired-for-more", **counts)
        return ()
    named = set(change.retired)
    if len(named) != needed or len(change.retired) != needed:
        raise BrokerError("not-retired", **counts)
    workers = {each["metadata"]["name"] for each in deployments if _is_worker(each)}
    own = re.compile(rf"{re.escape(cluster.id)}-default-worker-[0-9a-z]+")
    gone = [name for name in change.retired if name not in workers]
    foreign = [name for name in gone if not own.fullmatch(name)]
    if foreign or (gone and len(workers - named) > change.workers):
        raise BrokerError("not-its-worker", value=repr((foreign or gone)[0][:80]))
    return tuple(sorted(named & workers))


def _is_worker(deployment: Object) -> bool:
    return str(deployment["metadata"]["labels"].get(COMPONENT)) == "worker"
