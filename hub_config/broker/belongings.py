"""Belongings: the Secret with a cluster's certificates, and the NetworkPolicy that says who reaches its pods. Pure.

Both are made before the cluster, whose pods need them, and given to it afterwards, so that they go with it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from hub_config.broker.builder import cluster_labels
from hub_config.broker.certificates import Certificates
from hub_config.broker.cluster import CLUSTER_NAME, COMPONENT, DASHBOARD_PORT, SCHEDULER_PORT
from hub_config.broker.notebook import SERVER, USER, Notebook
from hub_config.settings import Dask, Singleuser

_FILES = {"ca": "ca.crt", "cert": "tls.crt", "key": "tls.key"}
OPERATOR = {"component": "dask-operator"}
"""Labels of the operator's pod, in the control plane's namespace."""


def secret_name(cluster: str) -> str:
    """The Secret of a cluster."""
    return f"{cluster}-tls"


def build_secret(name: str, notebook: Notebook, certificates: Certificates, singleuser: Singleuser) -> dict[str, Any]:
    """The Secret with the certificates."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": _metadata(secret_name(name), name, notebook, singleuser),
        "type": "Opaque",
        "immutable": True,
        "data": {
            file: base64.b64encode(getattr(certificates, part).encode()).decode() for part, file in _FILES.items()
        },
    }


def read_secret(secret: Mapping[str, Any]) -> Certificates:
    """The certificates of a Secret."""
    return Certificates(**{part: base64.b64decode(secret["data"][file]).decode() for part, file in _FILES.items()})


def build_policy(name: str, notebook: Notebook, dask: Dask, singleuser: Singleuser) -> dict[str, Any]:
    """Who reaches the pods of a cluster: each other, the own notebook, and the operator. Nobody else does."""
    own = {"podSelector": {"matchLabels": {CLUSTER_NAME: name}}}
    # KubeSpawner's labels: the same user's other servers have another servername.
    labels = {"component": "singleuser-server", **{key: notebook.labels.get(key, "") for key in (USER, SERVER)}}
    operator = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": dask.namespace}},
        "podSelector": {"matchLabels": OPERATOR},
    }
    ports = [SCHEDULER_PORT, *([DASHBOARD_PORT] if dask.dashboard else [])]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata(name, name, notebook, singleuser),
        "spec": {
            "podSelector": {"matchLabels": {CLUSTER_NAME: name}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {"from": [own]},
                {
                    "from": [{"podSelector": {"matchLabels": labels}}, operator],
                    "ports": [{"protocol": "TCP", "port": port} for port in ports],
                },
            ],
            "egress": [{"to": [own]}],
        },
    }


def owned_by(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """A patch that gives an object to a cluster."""
    metadata = cluster["metadata"]
    owner = {
        "apiVersion": cluster["apiVersion"],
        "kind": cluster["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }
    return {"metadata": {"ownerReferences": [owner]}}


def _metadata(name: str, cluster: str, notebook: Notebook, singleuser: Singleuser) -> dict[str, Any]:
    labels = {**cluster_labels(notebook), CLUSTER_NAME: cluster, COMPONENT: "belongings"}
    return {"name": name, "namespace": singleuser.namespace, "labels": labels}
