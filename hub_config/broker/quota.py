"""Quotas: what a user may have with a profile, and what the clusters of a proposal may have together. Pure.

A cluster counts with the workers that were asked for, as large as they were made, whether they run or not. Limits are
looked at in this order, and the first that is passed is told: clusters and workers of the profile, then clusters,
workers, cores, memory and GPUs of the proposal.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub_config.broker.cluster import Cluster
from hub_config.broker.usage import Usage, amounts_of
from hub_config.settings import Quota, Workers
from hub_config.settings.amounts import size_of
from hub_config.settings.dask import EVERY, DaskOptions

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Limit:
    """One limit: what there may be, what there is without the cluster in question, and what that asks for."""

    name: str
    """As profile.workers or proposal.memory."""
    maximum: float
    used: float
    asked: float

    @property
    def is_of_clusters(self) -> bool:
        """Whether it counts clusters, not what they have."""
        return self.name.endswith(".clusters")

    @property
    def passed(self) -> bool:
        """Whether more is asked for than is left."""
        return self.used + self.asked > self.maximum * (1 + _ROUNDING)


def passed_limit(cluster: Cluster, usage: Usage, offer: Workers, quota: Mapping[str, Quota]) -> Limit | None:
    """The first limit that a cluster passes; None where it passes none.

    ``usage`` is that of all clusters. One that is among them only grows, whatever the number of clusters.
    """
    grows = cluster in usage
    limits = (limit for limit in _limits(cluster, usage, offer, quota) if not (grows and limit.is_of_clusters))
    return next((limit for limit in limits if limit.passed), None)


def most_workers(cluster: Cluster, usage: Usage, offer: Workers | None, quota: Mapping[str, Quota]) -> int:
    """The most workers that a cluster may have now, by the ``usage`` of all; not less than it has.

    ``offer`` is that of its profile; where that offers none any more, there is no more than it has.
    """
    if offer is None:
        return cluster.workers
    found = [_left(limit, cluster) for limit in _limits(cluster, usage, offer, quota)]
    return max(cluster.workers, min((most for most in found if most is not None), default=cluster.workers))


def idle_timeout(cluster: Cluster, offer: Workers | None, dask: DaskOptions) -> int:
    """Seconds after which a cluster that computes nothing goes: what profile and proposal say, the shorter of both."""
    said = (offer.idle_timeout if offer else None, quota_of(cluster.proposal, dask.quota).idle_timeout)
    return min((seconds for seconds in said if seconds is not None), default=dask.idle_timeout)


def quota_of(proposal: str, quota: Mapping[str, Quota]) -> Quota:
    """What the clusters of a proposal may have at once."""
    return quota.get(proposal) or quota.get(EVERY) or Quota()


def _limits(cluster: Cluster, usage: Usage, offer: Workers, quota: Mapping[str, Quota]) -> Iterator[Limit]:
    others, own = usage.beside(cluster), amounts_of(cluster)
    yield Limit("profile.clusters", offer.clusters, others.profile.clusters, 1)
    yield Limit("profile.workers", offer.maximum, others.profile.workers, cluster.workers)
    proposal = quota_of(cluster.proposal, quota)
    maxima = {
        "clusters": proposal.clusters,
        "workers": proposal.workers,
        "cpu": proposal.cpu,
        "memory": None if proposal.memory is None else size_of(proposal.memory),
        "gpus": proposal.gpus,
    }
    for key, maximum in maxima.items():
        if maximum is not None:
            yield Limit(f"proposal.{key}", maximum, getattr(others.proposal, key), getattr(own, key))


def _left(limit: Limit, cluster: Cluster) -> int | None:
    """How many workers of a cluster fit below a limit; None where it has nothing to do with workers."""
    if limit.is_of_clusters:
        return None
    each = getattr(amounts_of(cluster, 1), limit.name.partition(".")[2])
    return math.floor((limit.maximum - limit.used) / each * (1 + _ROUNDING)) if each else None
