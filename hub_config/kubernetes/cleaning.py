"""``python -m hub_config.kubernetes.cleaning NAMESPACE [dask]``: end all that users run, before an uninstall.

That is their servers and, with ``dask``, their Dask clusters, which nobody could remove any more once the operator is
gone: it has a finalizer on each. Claims stay. The rights to do it are an account's of its own, see the chart's folder
hooks.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from kubernetes_asyncio import client, config

USERS_PODS = "component in (singleuser-server, home)"
"""Which pods are users': their servers, and those that open their homes."""
_WORKERS = "component=dask"
_CLUSTERS = ("kubernetes.dask.org", "v1")
_LOOK = 0.5  # seconds


async def clean(api: Any, namespace: str) -> None:
    """Ask all users' pods to end, and wait until none is left."""
    await api.delete_collection_namespaced_pod(namespace, label_selector=USERS_PODS)
    await _gone(api, namespace, USERS_PODS)


async def clean_clusters(objects: Any, api: Any, namespace: str) -> None:
    """Remove Dask clusters, also those that a server asks for while it ends, and wait until no pod of them is left.

    Worker groups go with their clusters, but for those that the operator made while their cluster was removed.
    """
    for kind in ("daskclusters", "daskworkergroups"):
        where = (*_CLUSTERS, namespace, kind)
        while (await objects.list_namespaced_custom_object(*where))["items"]:
            await objects.delete_collection_namespaced_custom_object(*where)
            await asyncio.sleep(_LOOK)
    await _gone(api, namespace, _WORKERS)


async def _gone(api: Any, namespace: str, which: str) -> None:
    while (await api.list_namespaced_pod(namespace, label_selector=which)).items:
        await asyncio.sleep(_LOOK)


async def _main(namespace: str, *more: str) -> None:
    config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with client.ApiClient() as connection:
        api = client.CoreV1Api(connection)
        await clean(api, namespace)
        if "dask" in more:
            await clean_clusters(client.CustomObjectsApi(connection), api, namespace)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
