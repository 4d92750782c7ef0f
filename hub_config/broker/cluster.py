"""Cluster: what the broker knows of a Dask cluster, read from its object alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub_config.broker.notebook import owner_of
from hub_config.kubernetes.pod import GPU, PROFILE, PROPOSAL
from hub_config.settings.amounts import amount_of

ID = re.compile(r"[a-z][a-z0-9-]{0,40}")
ACTIVE, EXPIRES = "daisy.ihep.ac.cn/active", "daisy.ihep.ac.cn/expires"
"""Annotations: when the cluster was last used, and when it is removed whatever it does; ISO 8601, UTC."""
CLUSTER_NAME, COMPONENT = "dask.org/cluster-name", "dask.org/component"
"""Labels of everything that belongs to a cluster, as the operator gives them."""
SCHEDULER_PORT, DASHBOARD_PORT = 8786, 8787


@dataclass(frozen=True)
class Size:
    """Of one worker: cores, bytes of memory, GPUs."""

    cpu: float
    memory: int
    gpu: int


@dataclass(frozen=True)
class Cluster:
    """A cluster that is there; one that is being deleted counts as gone."""

    id: str
    user: str
    server: str
    server_uid: str
    """Of the server's pod."""
    proposal: str
    """None: empty."""
    profile: str
    created: datetime
    active: datetime
    expires: datetime
    workers: int
    """Those that were asked for."""
    worker: Size
    namespace: str
    dashboard: bool
    """Whether its scheduler serves one."""

    @property
    def scheduler(self) -> str:
        """Host of the scheduler; also what dask-kubernetes calls its Deployment, followed by the namespace."""
        return scheduler_host(self.id, self.namespace)


def scheduler_host(name: str, namespace: str) -> str:
    """Where the scheduler of a cluster is reached.

    >>> scheduler_host("ada-3f2a9c", "daas-users")
    'ada-3f2a9c-scheduler.daas-users.svc'
    """
    return f"{name}-scheduler.{namespace}.svc"


def read_cluster(item: Mapping[str, Any], group: Mapping[str, Any] | None) -> Cluster:
    """A cluster from its DaskCluster, and from the DaskWorkerGroup that the operator makes of it and we scale."""
    metadata, spec = item["metadata"], item["spec"]
    annotations, labels = metadata["annotations"], metadata["labels"]
    user, server = owner_of(item)
    ports = {port.get("name") for port in spec["scheduler"]["service"]["ports"]}
    return Cluster(
        id=metadata["name"],
        user=user,
        server=server,
        server_uid=metadata["ownerReferences"][0]["uid"],
        proposal=labels.get(PROPOSAL, ""),
        profile=labels.get(PROFILE, ""),
        created=_time(metadata["creationTimestamp"]),
        active=_time(annotations[ACTIVE]),
        expires=_time(annotations[EXPIRES]),
        workers=(group or item)["spec"]["worker"]["replicas"],
        worker=_size(spec["worker"]["spec"]["containers"][0]["resources"]["limits"]),
        namespace=metadata["namespace"],
        dashboard="https-dashboard" in ports,
    )


def stamp(time: datetime) -> str:
    """A time as annotations hold it.

    >>> stamp(datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC))
    '2026-11-30T01:02:03Z'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _size(limits: Mapping[str, Any]) -> Size:
    return Size(amount_of(limits["cpu"]), round(amount_of(limits["memory"])), round(amount_of(limits.get(GPU, 0))))
