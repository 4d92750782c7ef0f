"""Making a cluster: its objects in their order, and none of them left where one cannot be made."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress

from hub_config.broker._words import BrokerError
from hub_config.broker.belongings import build_policy, build_secret, owned_by, secret_name
from hub_config.broker.builder import Order, build_cluster
from hub_config.broker.certificates import Certificates, make_certificates
from hub_config.broker.cluster import Cluster, read_cluster, scheduler_host, stamp
from hub_config.broker.storage import CLUSTER, POLICY, SECRET, Object, Storage, StorageError
from hub_config.settings import Dask, Singleuser

_LOG = logging.getLogger("daisy.broker")


def cluster_name(user: str) -> str:
    """A new name; a worker's, which the operator makes of it, is then no longer than the name of a pod.

    >>> len(cluster_name("a" * 32)), cluster_name("ada").startswith("ada-")
    (31, True)
    """
    return f"{user[:24].rstrip('-')}-{secrets.token_hex(3)}"


def planned(order: Order, dask: Dask, singleuser: Singleuser) -> tuple[Object, Cluster]:
    """The object of a cluster, and what it will be once it is made."""
    item = build_cluster(order, dask, singleuser)
    made = {**item, "metadata": {**item["metadata"], "creationTimestamp": stamp(order.now)}}
    return item, read_cluster(made, None)


async def make_cluster(
    storage: Storage, order: Order, item: Object, dask: Dask, singleuser: Singleuser
) -> Certificates:
    """Make a cluster with its Secret and NetworkPolicy; raises `StorageError`, and leaves nothing then."""
    host = scheduler_host(order.name, singleuser.namespace)
    certificates = make_certificates(order.name, host, order.now, order.expires)
    try:
        await storage.create(SECRET, build_secret(order.name, order.notebook, certificates, singleuser))
        await storage.create(POLICY, build_policy(order.name, order.notebook, dask, singleuser))
        made = await storage.create(CLUSTER, item)
    except StorageError as error:
        if error.status != 409:  # there is somebody else's of this name
            await _undo(storage, order.name)
        raise
    await give(storage, made)
    return certificates


async def give(storage: Storage, cluster: Object) -> None:
    """Give a cluster its Secret and NetworkPolicy; what fails is done by the next sweep."""
    name = cluster["metadata"]["name"]
    for kind, belonging in ((SECRET, secret_name(name)), (POLICY, name)):
        try:
            await storage.patch(kind, belonging, owned_by(cluster))
        except StorageError as error:
            _LOG.warning("%s %s is not owned yet: %s", kind.name, belonging, error)


async def _undo(storage: Storage, name: str) -> None:
    for kind, belonging in ((CLUSTER, name), (SECRET, secret_name(name)), (POLICY, name)):
        with suppress(StorageError):  # the next sweep finds it
            await storage.delete(kind, belonging)


def refusal(error: StorageError) -> BrokerError:
    """What the caller is told when Kubernetes did not do it."""
    if error.status in (0, 429) or error.status >= 500:
        return BrokerError("no-kubernetes")
    return BrokerError("not-made", value=f"{error.status} {error}")
