"""Folders: a user's mounts as volumes of a pod, and the check that each of them is there before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub_config.identity import Mount

CHECK = "folders"
"""The container that looks whether all folders are there."""
MISSING, NOT_WRITABLE = 3, 4
"""Its status where one is missing, or cannot be written to; its message is the folder's path."""

# Arguments: for each folder where it lies and what the user calls it; "w" before both where the user writes to it.
_LOOK = f"""
while [ $# -gt 0 ]; do
    if ! [ -d "$2" ]; then printf %s "$3" >/dev/termination-log; exit {MISSING}; fi
    if [ "$1" = w ] && ! [ -w "$2" ]; then printf %s "$3" >/dev/termination-log; exit {NOT_WRITABLE}; fi
    shift 3
done
"""


def place_of(mount: Mount) -> tuple[str, str]:
    """The claim of a mount, and the folder in it; no folder where the claim is mounted as a whole.

    >>> place_of(Mount("/data/P1", "experiments/P1", writable=False))
    ('experiments', 'P1')
    """
    claim, _, folder = mount.source.partition("/")
    return claim, folder


def claims_of(mounts: Iterable[Mount]) -> dict[str, bool]:
    """The claims of the mounts, in their order, and whether any folder of them is writable."""
    claims: dict[str, bool] = {}
    for mount in mounts:
        claim, _ = place_of(mount)
        claims[claim] = claims.get(claim, False) or mount.writable
    return claims


def volumes_of(mounts: Iterable[Mount]) -> list[dict[str, Any]]:
    """One volume a claim, however many of its folders are mounted."""
    return [
        {"name": claim, "persistentVolumeClaim": {"claimName": claim, "readOnly": not writable}}
        for claim, writable in claims_of(mounts).items()
    ]


def mounts_of(mounts: Iterable[Mount]) -> list[dict[str, Any]]:
    """A container's mounts; nothing of a claim but the user's own folders."""
    return [_mounted(mount) for mount in mounts]


def checking_container(mounts: Sequence[Mount]) -> dict[str, Any]:
    """A container that fails where a folder is missing or closed: it sees the claims as a whole, before the pod does.

    Without it, Kubernetes would make a missing folder, owned by root. It runs one fixed program, as the user.
    """
    words = [word for mount in mounts for word in ("w" if mount.writable else "r", _seen(mount), mount.path)]
    return {
        "name": CHECK,
        "command": ["/bin/sh", "-c", _LOOK, "look", *words],
        "resources": {"limits": {"cpu": "100m", "memory": "32Mi"}, "requests": {"cpu": "10m", "memory": "16Mi"}},
        "volumeMounts": [
            {"name": claim, "mountPath": f"/storage/{claim}", "readOnly": not writable}
            for claim, writable in claims_of(mounts).items()
        ],
    }


def _seen(mount: Mount) -> str:
    claim, folder = place_of(mount)
    return f"/storage/{claim}/{folder}".rstrip("/")


def _mounted(mount: Mount) -> dict[str, Any]:
    claim, folder = place_of(mount)
    inside = {"subPath": folder} if folder else {}
    return {"name": claim, "mountPath": mount.path, **inside, "readOnly": not mount.writable}
