"""Storage: where clusters live, as the service sees it. Objects are plain values, as Kubernetes writes them in JSON.

What is read often is there at once: `Storage` keeps clusters, worker groups, Deployments and pods, and learns of each
change. What it has written itself it knows before the call returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of objects, and where the API has it."""

    name: str
    api: str
    plural: str

    def path(self, namespace: str, name: str = "") -> str:
        """The path of an object, or of all.

        >>> POD.path("daas-users", "ada")
        '/api/v1/namespaces/daas-users/pods/ada'
        """
        return f"{self.api}/namespaces/{namespace}/{self.plural}" + (f"/{name}" if name else "")


CLUSTER = Kind("DaskCluster", "/apis/kubernetes.dask.org/v1", "daskclusters")
GROUP = Kind("DaskWorkerGroup", "/apis/kubernetes.dask.org/v1", "daskworkergroups")
DEPLOYMENT = Kind("Deployment", "/apis/apps/v1", "deployments")
POD = Kind("Pod", "/api/v1", "pods")
SECRET = Kind("Secret", "/api/v1", "secrets")
POLICY = Kind("NetworkPolicy", "/apis/networking.k8s.io/v1", "networkpolicies")


class StorageError(Exception):
    """Kubernetes does not do what it was asked for; ``status`` is its HTTP status, 0 where it did not answer."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Storage(Protocol):
    """The objects of the users' namespace that have to do with Dask."""

    @property
    def ready(self) -> bool:
        """Whether everything was read at least once."""

    def clusters(self) -> Iterable[Object]:
        """DaskClusters, also those that are being deleted."""

    def cluster(self, name: str) -> Object | None:
        """A DaskCluster."""

    def group(self, cluster: str) -> Object | None:
        """The DaskWorkerGroup of a cluster; None until the operator has made it."""

    def deployments(self, cluster: str) -> Iterable[Object]:
        """Deployments of a cluster: its scheduler, and one for each worker."""

    def pods(self, cluster: str) -> Iterable[Object]:
        """Pods of a cluster."""

    def servers(self) -> Iterable[Object]:
        """Pods of users' servers."""

    async def read(self, kind: Kind, name: str) -> Object:
        """An object as it is now; this and all below raise `StorageError`."""

    async def belongings(self, kind: Kind) -> Iterable[Object]:
        """Secrets or NetworkPolicies of clusters, of each the metadata alone."""

    async def create(self, kind: Kind, item: Object) -> Object:
        """Make an object; status 409 where there is one of its name."""

    async def patch(self, kind: Kind, name: str, change: Object) -> Object:
        """Change parts of an object: a merge patch."""

    async def delete(self, kind: Kind, name: str) -> None:
        """Remove an object, and then what it owns; one that is not there is no error."""
