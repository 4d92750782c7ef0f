"""Usage: what clusters have, added up once for all questions about it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from hub_config.broker.cluster import Cluster


@dataclass(frozen=True)
class Amounts:
    """What some clusters have together."""

    clusters: int = 0
    workers: int = 0
    cpu: float = 0
    memory: int = 0
    gpus: int = 0

    def plus(self, other: Amounts, sign: int = 1) -> Amounts:
        """Both together; with the sign -1 without the other."""
        return Amounts(
            self.clusters + sign * other.clusters,
            self.workers + sign * other.workers,
            self.cpu + sign * other.cpu,
            self.memory + sign * other.memory,
            self.gpus + sign * other.gpus,
        )


class Others(NamedTuple):
    """What there is beside a cluster: of the same user with the same profile, and of the same proposal."""

    profile: Amounts
    proposal: Amounts


def amounts_of(cluster: Cluster, workers: int | None = None) -> Amounts:
    """What one cluster has, or would have with so many workers."""
    workers, size = cluster.workers if workers is None else workers, cluster.worker
    return Amounts(1, workers, workers * size.cpu, workers * size.memory, workers * size.gpu)


class Usage:
    """What all clusters of a fleet have."""

    def __init__(self, fleet: Iterable[Cluster]) -> None:
        self._known: dict[str, Cluster] = {}
        self._by_profile: defaultdict[tuple[str, str], Amounts] = defaultdict(Amounts)
        self._by_proposal: defaultdict[str, Amounts] = defaultdict(Amounts)
        for cluster in fleet:
            amounts, mine = amounts_of(cluster), (cluster.user, cluster.profile)
            self._known[cluster.id] = cluster
            self._by_profile[mine] = self._by_profile[mine].plus(amounts)
            self._by_proposal[cluster.proposal] = self._by_proposal[cluster.proposal].plus(amounts)

    def __contains__(self, cluster: Cluster) -> bool:
        return cluster.id in self._known

    def beside(self, cluster: Cluster) -> Others:
        """What there is beside a cluster, whether it is among them or not, as large as it is there."""
        profile = self._by_profile.get((cluster.user, cluster.profile), Amounts())
        proposal = self._by_proposal.get(cluster.proposal, Amounts())
        if cluster.id in self._known:
            own = amounts_of(self._known[cluster.id])
            return Others(profile.plus(own, -1), proposal.plus(own, -1))
        return Others(profile, proposal)
