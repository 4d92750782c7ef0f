"""``python -m hub_config.kubernetes.cleaning NAMESPACE``: end all users' pods, before the platform is uninstalled.

Their claims stay. The rights to do it are an account's of its own, see the chart's folder hooks.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from kubernetes_asyncio import client, config

USERS_PODS = "component in (singleuser-server, home)"
"""Which pods are users': their servers, and those that open their homes."""
_LOOK = 0.5  # seconds


async def clean(api: Any, namespace: str) -> None:
    """Ask all users' pods to end, and wait until none is left."""
    await api.delete_collection_namespaced_pod(namespace, label_selector=USERS_PODS)
    while (await api.list_namespaced_pod(namespace, label_selector=USERS_PODS)).items:
        await asyncio.sleep(_LOOK)


async def _main(namespace: str) -> None:
    config.load_incluster_config()  # type: ignore[no-untyped-call]
    async with client.ApiClient() as connection:
        await clean(client.CoreV1Api(connection), namespace)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
