"""A Kubernetes of the tests: objects with versions, and what Dask's operator makes of clusters."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hub_config.broker.cluster import CLUSTER_NAME, COMPONENT
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, GROUP, POD, POLICY, SECRET, Kind, StorageError

Object = dict[str, Any]


class Kubernetes:
    """All objects of the users' namespace."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.objects: dict[tuple[str, str], Object] = {}
        self.changes: list[tuple[str, str, Object]] = []
        """Kind, what happened, and the object: what a watch tells."""
        self.operator = True
        self.finalizers = False
        """Whether a cluster stays for a while after it was deleted, as with an operator that is away."""
        self.refuses = 0
        """A status with which every request is refused; 0: none is."""
        self.refused_kinds: set[str] = set()
        """Kinds that alone are refused; none: all are."""
        self._clock, self._version = clock, 100

    @property
    def version(self) -> int:
        """Of the newest object."""
        return self._version

    def of(self, kind: Kind) -> list[Object]:
        """All objects of a kind."""
        return [item for (name, _), item in self.objects.items() if name == kind.name]

    def get(self, kind: Kind, name: str) -> Object:
        """One of them."""
        self._may(kind)
        try:
            return self.objects[kind.name, name]
        except KeyError:
            raise StorageError(404, f"{kind.plural} {name!r} not found") from None

    def create(self, kind: Kind, item: Object) -> Object:
        """Make an object."""
        self._may(kind)
        name = item["metadata"]["name"]
        if (kind.name, name) in self.objects:
            raise StorageError(409, f"{kind.plural} {name!r} already exists")
        made = copy.deepcopy(item)
        made["metadata"] |= {
            "uid": secrets.token_hex(8),
            "creationTimestamp": self._clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
            **item["metadata"],
        }
        self._put(kind, made, "ADDED")
        if kind == CLUSTER and self.operator:
            self._make_parts(made)
        return self.objects[kind.name, name]

    def patch(self, kind: Kind, name: str, change: Object) -> Object:
        """Change an object."""
        before = self.get(kind, name)
        after = _merged(before, change)
        self._put(kind, after, "MODIFIED")
        if kind == GROUP:
            self._scale(after)
        return self.objects[kind.name, name]

    def delete(self, kind: Kind, name: str) -> Object:
        """Remove an object, and what it owns."""
        item = self.get(kind, name)
        if kind == CLUSTER and self.finalizers:
            going = _merged(item, {"metadata": {"deletionTimestamp": "2026-11-30T00:00:00Z"}})
            self._put(kind, going, "MODIFIED")
            return self.objects[kind.name, name]
        del self.objects[kind.name, name]
        self._tell(kind.name, "DELETED", item)
        for owned, other in [key for key, each in self.objects.items() if _is_owned(each, item)]:
            if (owned, other) in self.objects:  # one of the others may have owned it, too
                self.delete(KINDS[owned], other)
        return item

    def _may(self, kind: Kind) -> None:
        if self.refuses and (not self.refused_kinds or kind.name in self.refused_kinds):
            raise StorageError(self.refuses, "refused by the test")

    def _put(self, kind: Kind, item: Object, event: str) -> None:
        self._version += 1
        item["metadata"]["resourceVersion"] = str(self._version)
        self.objects[kind.name, item["metadata"]["name"]] = item
        self._tell(kind.name, event, item)

    def _tell(self, kind: str, event: str, item: Object) -> None:
        self._version += event == "DELETED"
        told = _merged(item, {"metadata": {"resourceVersion": str(self._version)}})
        self.changes.append((kind, event, told))

    def _make_parts(self, cluster: Object) -> None:
        """What the operator makes of a cluster."""
        name, spec = cluster["metadata"]["name"], cluster["spec"]
        self._deploy(cluster, f"{name}-scheduler", "scheduler", spec["scheduler"]["spec"])
        labels = {**cluster["metadata"]["labels"], CLUSTER_NAME: name, COMPONENT: "workergroup"}
        metadata = {"name": f"{name}-default", "labels": labels, "ownerReferences": [_owner(cluster)]}
        group = {"metadata": metadata, "spec": {"cluster": name, "worker": spec["worker"]}}
        self._scale(self.create(GROUP, group))

    def _scale(self, group: Object) -> None:
        """More workers; which ones go, where there are too many, it does not know."""
        name = group["spec"]["cluster"]
        there = [each for each in self.of(DEPLOYMENT) if _is_worker_of(each, name)]
        for _ in range(group["spec"]["worker"]["replicas"] - len(there)):
            worker = f"{name}-default-worker-{secrets.token_hex(5)}"
            self._deploy(group, worker, "worker", group["spec"]["worker"]["spec"])

    def _deploy(self, owner: Object, name: str, component: str, spec: Object) -> None:
        cluster = owner["spec"].get("cluster", owner["metadata"]["name"])
        labels = {**owner["metadata"]["labels"], CLUSTER_NAME: cluster, COMPONENT: component}
        metadata = {"name": name, "labels": labels, "ownerReferences": [_owner(owner)]}
        deployment = self.create(DEPLOYMENT, {"metadata": metadata, "spec": {}, "status": {}})
        container = {**spec["containers"][0]}
        container["env"] = [*container["env"], {"name": "DASK_WORKER_NAME", "value": name}]
        self.create(
            POD,
            {
                "metadata": {"name": f"{name}-x", "labels": labels, "ownerReferences": [_owner(deployment)]},
                "spec": {**spec, "containers": [container]},
                "status": {
                    "phase": "Running",
                    "containerStatuses": [
                        {"name": container["name"], "ready": True, "restartCount": 0, "state": {"running": {}}}
                    ],
                },
            },
        )


KINDS = {kind.name: kind for kind in (CLUSTER, GROUP, DEPLOYMENT, POD, SECRET, POLICY)}


def _owner(item: Object) -> Object:
    return {"kind": "x", "name": item["metadata"]["name"], "uid": item["metadata"]["uid"]}


def _is_owned(item: Object, owner: Object) -> bool:
    return any(each["uid"] == owner["metadata"]["uid"] for each in item["metadata"].get("ownerReferences", ()))


def _is_worker_of(item: Object, cluster: str) -> bool:
    labels = item["metadata"]["labels"]
    return labels[CLUSTER_NAME] == cluster and labels[COMPONENT] == "worker"


def _merged(before: Object, change: Object) -> Object:
    """A merge patch."""
    after = dict(before)
    for key, value in change.items():
        if value is None:
            after.pop(key, None)
        else:
            after[key] = _merged(before.get(key) or {}, value) if isinstance(value, dict) else value
    return after
