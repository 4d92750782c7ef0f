"""Pod: what runs as a user on Kubernetes, as the API takes it. Pure: from account, profile and settings to an object.

Each pod of a user, whatever it is for, has the same identity, mounts and rules, as Pod Security `restricted` asks:

1. It runs as the account's uid, gid and groups, and nothing else: no fsGroup, which would change the owners of files
   on shared storage, no way to gain rights, no capability, no service account token, a root that is read-only.
2. It sees the account's folders at the same paths everywhere; before its program starts, it is checked that each is
   there, since Kubernetes would make a missing one, as root.
3. Its limits are the profile's, and its programs are told to use as many threads.
4. Where the profile has no GPU, programs see none: NVIDIA's runtime gives all to a container that names none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hub_config.identity import Account
from hub_config.kubernetes.folders import checking_container, mounts_of, volumes_of
from hub_config.settings import Profile, Singleuser
from hub_config.settings.amounts import size_of

GPU = "nvidia.com/gpu"
PROPOSAL = "daisy.ihep.ac.cn/proposal"
"""Label: the proposal whose hours a pod uses, that of the account's primary group."""
PROFILE = "daisy.ihep.ac.cn/profile"
"""Label: the slug of the profile."""
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Volume:
    """A volume of a program's own, beside the user's folders: no other pod sees it written."""

    name: str
    path: str
    source: Mapping[str, Any]
    """As Kubernetes writes it, as {"emptyDir": {}}."""
    read_only: bool = False


@dataclass(frozen=True)
class Program:
    """What runs in a pod: its container's name, arguments, variables and ports."""

    container: str
    args: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    """By name."""
    grace: int = 30
    """Seconds from SIGTERM to SIGKILL."""
    restart: Literal["Never", "Always"] = "Never"
    """Never: a program that ended is shown as ended, with its reason."""
    volumes: Sequence[Volume] = ()
    ready: Mapping[str, Any] | None = None
    """How Kubernetes finds out that others may connect, as a readinessProbe; none: as soon as it runs."""


def build_pod(
    name: str,
    account: Account,
    profile: Profile,
    singleuser: Singleuser,
    program: Program,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
) -> dict[str, Any]:
    """The object of a pod that runs a program as a user."""
    own = {PROPOSAL: proposal_of(account), PROFILE: profile.slug}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": singleuser.namespace,
            "labels": {**labels, **{key: value for key, value in own.items() if value}},
            "annotations": dict(annotations),
        },
        "spec": build_spec(account, profile, singleuser, program),
    }


def proposal_of(account: Account) -> str:
    """The proposal that a pod's hours count for; empty where the account has none."""
    return next((mount.path.removeprefix("/data/") for mount in account.mounts if mount.path.startswith("/data/")), "")


def image_of(profile: Profile, singleuser: Singleuser) -> str:
    """The image of a profile's pods."""
    return singleuser.images.name(profile.image or ("user-gpu" if profile.gpu else "user"))


def build_spec(account: Account, profile: Profile, singleuser: Singleuser, program: Program) -> dict[str, Any]:
    """The spec of a pod that runs a program as a user."""
    image = {"image": image_of(profile, singleuser), "imagePullPolicy": singleuser.images.pull_policy}
    return {
        "restartPolicy": program.restart,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": program.grace,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": account.uid,
            "runAsGroup": account.gid,
            "supplementalGroups": list(account.gids),
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "imagePullSecrets": [{"name": secret} for secret in singleuser.images.pull_secrets],
        "nodeSelector": {**singleuser.node_selector, **profile.node_selector},
        "tolerations": [*singleuser.extra_tolerations, *profile.tolerations],
        "initContainers": [{**checking_container(account.mounts), **image, "securityContext": closed()}],
        "containers": [{**_container(account, profile, singleuser, program), **image}],
        "volumes": [
            *volumes_of(account.mounts),
            {"name": "tmp", "emptyDir": {"sizeLimit": singleuser.tmp_size}},
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": singleuser.shm_size}},
            *({"name": volume.name, **volume.source} for volume in program.volumes),
        ],
    }


def _container(account: Account, profile: Profile, singleuser: Singleuser, program: Program) -> dict[str, Any]:
    environment = {**singleuser.extra_env, **program.environment, **_environment(account, profile)}
    return {
        "name": program.container,
        "args": list(program.args),
        "env": [{"name": key, "value": value} for key, value in sorted(environment.items())],
        "ports": [{"name": name, "containerPort": port} for name, port in program.ports.items()],
        "workingDir": f"/home/{account.name}",
        "resources": _resources(profile),
        "securityContext": closed(),
        "volumeMounts": [
            *mounts_of(account.mounts),
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  # its own, in its own pod
            {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108
            *(_mounted(volume) for volume in program.volumes),
        ],
        "terminationMessagePolicy": "FallbackToLogsOnError",
        **({"readinessProbe": dict(program.ready)} if program.ready else {}),
    }


def _mounted(volume: Volume) -> dict[str, Any]:
    return {"name": volume.name, "mountPath": volume.path, **({"readOnly": True} if volume.read_only else {})}


def closed() -> dict[str, Any]:
    """The rules of a container that may do nothing but what its user may."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _environment(account: Account, profile: Profile) -> dict[str, str]:
    threads = str(max(1, math.floor(profile.cpu)))
    hidden = {} if profile.gpu else {"NVIDIA_VISIBLE_DEVICES": "void"}
    return {"HOME": f"/home/{account.name}", "USER": account.name, **dict.fromkeys(_THREADS, threads), **hidden}


def _resources(profile: Profile) -> dict[str, Any]:
    gpus = {GPU: str(profile.gpu)} if profile.gpu else {}
    guaranteed = profile.memory_guarantee or profile.memory
    return {
        "limits": {"cpu": _cores(profile.cpu), "memory": str(size_of(profile.memory)), **gpus},
        "requests": {
            "cpu": _cores(profile.cpu_guarantee or profile.cpu),
            "memory": str(size_of(guaranteed)),
            **gpus,
        },
    }


def _cores(number: float) -> str:
    """Cores as Kubernetes writes them back: whole ones, or thousandths."""
    return f"{number:g}" if number == int(number) else f"{round(number * 1000)}m"
