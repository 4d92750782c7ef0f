"""Home: a claim of a user's own, where homes are no folders of a shared one; made at the first start, kept for ever."""

from __future__ import annotations

from typing import Any

from hub_config.identity import Account
from hub_config.kubernetes.folders import place_of
from hub_config.kubernetes.pod import closed
from hub_config.settings import Singleuser, Storage

READY = "daisy.ihep.ac.cn/home"
"""Annotation of a claim whose folder the user can write to: `ready`."""


def own_claim(account: Account) -> str:
    """The claim that holds this user's home and nothing else; empty where homes are folders of a shared one."""
    claim, folder = place_of(account.mounts[0])
    return "" if folder else claim


def build_claim(account: Account, storage: Storage, singleuser: Singleuser) -> dict[str, Any]:
    """The claim, as the API takes it."""
    chosen = {"storageClassName": storage.home_class} if storage.home_class else {}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": own_claim(account),
            "namespace": singleuser.namespace,
            "labels": {"component": "home", "hub.jupyter.org/username": account.name},
        },
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage.home_size}}, **chosen},
    }


def build_opener(account: Account, singleuser: Singleuser) -> dict[str, Any]:
    """A pod that opens a new claim to its user, and ends.

    A new volume belongs to root. Kubernetes gives it to the group that a pod names as fsGroup, with all other volumes
    of that pod; so it is done here, where there is no other volume, and never in the pods that see shared storage.
    """
    claim = own_claim(account)
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"open-{claim}",
            "namespace": singleuser.namespace,
            "labels": {"component": "home", "hub.jupyter.org/username": account.name},
        },
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": account.uid,
                "runAsGroup": account.gid,
                "fsGroup": account.gid,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "imagePullSecrets": [{"name": secret} for secret in singleuser.images.pull_secrets],
            "nodeSelector": dict(singleuser.node_selector),
            "tolerations": list(singleuser.extra_tolerations),
            "containers": [
                {
                    "name": "open",
                    "image": singleuser.images.name("user"),
                    "imagePullPolicy": singleuser.images.pull_policy,
                    "command": ["/usr/bin/test", "-w", "/home"],
                    "resources": {
                        "limits": {"cpu": "100m", "memory": "32Mi"},
                        "requests": {"cpu": "10m", "memory": "16Mi"},
                    },
                    "securityContext": closed(),
                    "volumeMounts": [{"name": "home", "mountPath": "/home"}],
                }
            ],
            "volumes": [{"name": "home", "persistentVolumeClaim": {"claimName": claim}}],
        },
    }
