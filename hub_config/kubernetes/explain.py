"""Why a pod does not start, or has ended: from what Kubernetes says of it to one of our sentences. Pure.

A `Problem` names a sentence of `_words` and its values. Where ``final`` is set, waiting will not help: the start is
given up. The others are shown while the start goes on; they are looked for in this order:

1. the check of the user's folders has failed; 2. a container has ended; 3. an image cannot be had; 4. a container
cannot be made; 5. no node takes the pod; 6. a volume cannot be mounted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from hub_config.kubernetes.folders import CHECK, MISSING, NOT_WRITABLE
from hub_config.settings.amounts import amount_of

_NO_IMAGE = {"ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "RegistryUnavailable"}
_NOT_MADE = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}
_FULL = re.compile("No space left on device|Disk quota exceeded")  # in the last lines of a program's log
_LONGEST = 200  # characters of what Kubernetes says


@dataclass(frozen=True)
class Problem:
    """A sentence's key and values; ``final``: it does not get better by waiting."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    final: bool = False
    reason: str = field(default="", compare=False)
    """Kubernetes's own word for it, where it has one."""


def problem_of(pod: Mapping[str, Any], events: Sequence[Mapping[str, Any]] = ()) -> Problem | None:
    """What keeps a pod from running, or None where nothing does (any more)."""
    status = pod.get("status") or {}
    return (
        _no_folder(status)
        or ended(pod)
        or _waiting(status)
        or _not_scheduled(status)
        or (_not_mounted(events) if status.get("phase") == "Pending" else None)
    )


def ended(pod: Mapping[str, Any]) -> Problem | None:
    """How the pod's program has ended; None where it runs or has not begun."""
    status = pod.get("status") or {}
    if status.get("reason") == "Evicted":
        return Problem("evicted", {"value": _short(status.get("message"))}, final=True, reason="Evicted")
    for name, state in _states(status, "containerStatuses"):
        if end := state.get("terminated"):
            return _end(pod, name, end)
    return None


def ended_before(pod: Mapping[str, Any]) -> Problem | None:
    """How the pod's program has ended that Kubernetes has started again, or is about to; None where none has."""
    for name, state in _states(pod.get("status") or {}, "containerStatuses", "lastState"):
        if end := state.get("terminated"):
            return _end(pod, name, end)
    return None


def creation_problem(status: int, message: str) -> Problem:
    """What the API's refusal to create a pod means."""
    if "exceeded quota" in message:
        wanted = re.search(r"requested: (.*?)(, used|$)", message)
        return Problem("quota", {"value": wanted[1] if wanted else "?"}, final=True)
    return Problem("not-created", {"value": f"{status} {_short(message)}"}, final=True)


def _end(pod: Mapping[str, Any], container: str, end: Mapping[str, Any]) -> Problem:
    reason = end.get("reason") or ""
    if reason == "OOMKilled":
        return Problem("out-of-memory", {"value": _memory_of(pod, container)}, final=True, reason=reason)
    if _FULL.search(end.get("message") or ""):
        return Problem("full", final=True, reason=reason)
    return Problem("ended", {"value": str(end.get("exitCode"))}, final=True, reason=reason)


def _no_folder(status: Mapping[str, Any]) -> Problem | None:
    before = dict(_states(status, "initContainerStatuses", "lastState"))
    for name, state in _states(status, "initContainerStatuses"):
        end = state.get("terminated") or before[name].get("terminated") or {}
        if name == CHECK and end.get("exitCode"):
            key = {MISSING: "no-folder", NOT_WRITABLE: "closed-folder"}.get(end["exitCode"], "unchecked")
            return Problem(key, {"value": _short(end.get("message"))}, final=True, reason=end.get("reason") or "")
    return None


def _waiting(status: Mapping[str, Any]) -> Problem | None:
    for kind in ("initContainerStatuses", "containerStatuses"):
        for _, state in _states(status, kind):
            waits = state.get("waiting") or {}
            reason = waits.get("reason") or ""
            if reason in _NO_IMAGE:
                image = re.search(r'image "([^"]+)"', waits.get("message") or "")
                return Problem("no-image", {"value": image[1] if image else reason}, final=True, reason=reason)
            if reason in _NOT_MADE:
                return Problem("not-made", {"value": _short(waits.get("message"))}, final=True, reason=reason)
    return None


def _not_scheduled(status: Mapping[str, Any]) -> Problem | None:
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            problem = _unschedulable(condition.get("message") or "")
            return replace(problem, reason=condition.get("reason") or "")
    return None


def _unschedulable(message: str) -> Problem:
    if missing := re.search(r'persistentvolumeclaim "([^"]+)" not found', message):
        return Problem("no-claim", {"value": missing[1]}, final=True)
    if "unbound" in message:
        return Problem("unbound")
    if lacking := sorted(set(re.findall(r"Insufficient ([a-z0-9./-]*[a-z0-9])", message))):
        if any("gpu" in resource for resource in lacking):
            return Problem("no-gpu")
        return Problem("no-room", {"value": ", ".join(lacking)})
    return Problem("no-node", {"value": _short(message)})


def _not_mounted(events: Iterable[Mapping[str, Any]]) -> Problem | None:
    failed = [event for event in events if event.get("reason") in ("FailedMount", "FailedAttachVolume")]
    return Problem("not-mounted", {"value": _short(failed[-1].get("message"))}) if failed else None


def _states(
    status: Mapping[str, Any], kind: str, when: Literal["state", "lastState"] = "state"
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for container in status.get(kind) or ():
        yield container["name"], container.get(when) or {}


def _memory_of(pod: Mapping[str, Any], container: str) -> str:
    """The container's limit, in words."""
    for each in pod["spec"]["containers"]:
        if each["name"] == container:
            limit = amount_of(((each.get("resources") or {}).get("limits") or {}).get("memory", 0))
            return f"{limit / 2**30:.3g} GB" if limit >= 2**30 else f"{limit / 2**20:.0f} MB"
    return "?"


def _short(text: object) -> str:
    """One line of what Kubernetes says."""
    line = " ".join(str(text or "").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
