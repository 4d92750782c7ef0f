"""Notebook: who a running server's pod is, and what it sees. Pure: `build_pod` the other way round.

Only the hub makes these pods, so what they say needs no other proof: identity, mounts and image of the login and the
profile that the server was started with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub_config.identity import Account, Mount
from hub_config.kubernetes.pod import PROFILE

USER, SERVER = "hub.jupyter.org/username", "hub.jupyter.org/servername"
"""Label and annotation: the user, and the name of the server. A label may hold another spelling, an annotation not."""
CONTAINER = "notebook"


@dataclass(frozen=True)
class Notebook:
    """A server that runs as a pod."""

    pod: str
    uid: str
    """Of the pod: a server that starts again is another one."""
    server: str
    """Its name at the hub; the first one has none."""
    account: Account
    """Of the login, without what no pod shows: groups by name, the SSO's id, the display name."""
    profile: str
    """The slug of its profile."""
    image: str
    labels: Mapping[str, str]


def owner_of(pod: Mapping[str, Any]) -> tuple[str, str]:
    """User and server of a pod; no user where the hub did not make it."""
    annotations = pod["metadata"].get("annotations") or {}
    return annotations.get(USER, ""), annotations.get(SERVER, "")


def image_id(pod: Mapping[str, Any]) -> str:
    """Which image the program of a pod really runs, whatever it is called; empty where it does not run yet."""
    statuses: Sequence[Mapping[str, Any]] = (pod.get("status") or {}).get("containerStatuses") or ({},)
    return str(statuses[0].get("imageID") or "")


def is_alive(pod: Mapping[str, Any]) -> bool:
    """Whether a server's pod is there to stay: neither ended nor ending."""
    ended = (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
    return not ended and "deletionTimestamp" not in pod["metadata"]


def find_notebook(pods: Iterable[Mapping[str, Any]], user: str, server: str) -> Notebook | None:
    """The running pod of a user's server."""
    for pod in pods:
        if owner_of(pod) == (user, server) and is_alive(pod) and pod["status"].get("phase") == "Running":
            return read_notebook(pod)
    return None


def read_notebook(pod: Mapping[str, Any]) -> Notebook:
    """What a server's pod says of itself; KeyError where it is none that the hub made."""
    metadata, spec = pod["metadata"], pod["spec"]
    user, server = owner_of(pod)
    container = next(each for each in spec["containers"] if each["name"] == CONTAINER)
    context = spec["securityContext"]
    return Notebook(
        pod=metadata["name"],
        uid=metadata["uid"],
        server=server,
        account=Account(
            name=user,
            uid=context["runAsUser"],
            gid=context["runAsGroup"],
            groups=(),
            gids=tuple(context.get("supplementalGroups") or ()),
            mounts=tuple(_mounts(spec, container)),
            sso_id="",
        ),
        profile=metadata["labels"].get(PROFILE, ""),
        image=container["image"],
        labels=metadata["labels"],
    )


def _mounts(spec: Mapping[str, Any], container: Mapping[str, Any]) -> Iterator[Mount]:
    """The folders on claims, in their order; what else a pod mounts is its own."""
    claims = {
        volume["name"]: volume["persistentVolumeClaim"]["claimName"]
        for volume in spec["volumes"]
        if "persistentVolumeClaim" in volume
    }
    for mount in container["volumeMounts"]:
        if claim := claims.get(mount["name"]):
            folder = mount.get("subPath", "")
            writable = not mount.get("readOnly", False)
            yield Mount(mount["mountPath"], f"{claim}/{folder}" if folder else claim, writable)
