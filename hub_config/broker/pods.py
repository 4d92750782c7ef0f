"""Pods: what Kubernetes says of a cluster's Deployments and their pods, as the API tells it. Pure.

A Deployment of the operator's is one worker, with the worker's name; its pods come one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from hub_config.broker._pod_words import texts_of_pod
from hub_config.broker.cluster import COMPONENT, Cluster
from hub_config.broker.models import Pod, Texts
from hub_config.broker.notebook import image_id
from hub_config.kubernetes.explain import Problem, creation_problem, ended, ended_before, problem_of

_Object = Mapping[str, Any]
_State = Literal["waiting", "starting", "running", "ended"]
_PATIENCE = timedelta(seconds=10)
"""After which a cluster of which nothing was started is told to wait for the operator, which begins within 2 s."""


def scheduler_of(
    cluster: Cluster, deployments: Iterable[_Object], pods: Iterable[_Object], now: datetime, image: str = ""
) -> Pod:
    """The scheduler of a cluster; ``image``: the id of the one that its server runs, where it is known."""
    found = [each for each in deployments if _component(each) == "scheduler"]
    if not found:
        problem = Problem("no-operator") if now - cluster.created > _PATIENCE else None
        return _told(f"{cluster.id}-scheduler", "scheduler", "waiting", 0, problem)
    return _pod(found[0], [pod for pod in pods if _component(pod) == "scheduler"], image)


def workers_of(deployments: Iterable[_Object], pods: Iterable[_Object], image: str = "") -> list[Pod]:
    """The workers of a cluster, the oldest first; ``image`` as in `scheduler_of`."""
    mine: dict[str, list[_Object]] = {}
    for pod in pods:
        if _component(pod) == "worker":
            mine.setdefault(_worker_of(pod), []).append(pod)
    workers = sorted((each for each in deployments if _component(each) == "worker"), key=_age)
    return [_pod(each, mine.get(each["metadata"]["name"], []), image) for each in workers]


def _component(item: _Object) -> str:
    return str(item["metadata"]["labels"].get(COMPONENT, ""))


def _worker_of(pod: _Object) -> str:
    """The worker that a pod is: the operator writes its name into the environment."""
    variables = pod["spec"]["containers"][0].get("env") or ()
    return next((each.get("value", "") for each in variables if each["name"] == "DASK_WORKER_NAME"), "")


def _age(item: _Object) -> tuple[str, str]:
    return item["metadata"].get("creationTimestamp", ""), item["metadata"]["name"]


def _pod(deployment: _Object, pods: Sequence[_Object], image: str) -> Pod:
    """What a Deployment's newest pod is; what became of its program before is told with it."""
    name, component = deployment["metadata"]["name"], _component(deployment)
    if not pods:
        return _told(name, component, "waiting", 0, _not_made(deployment))
    *earlier, newest = sorted(pods, key=_age)
    status = newest.get("status") or {}
    problem = problem_of(newest) or ended_before(newest) or next(filter(None, map(ended, reversed(earlier))), None)
    problem = problem or _other_image(newest, image)
    restarts = sum(each.get("restartCount", 0) for each in status.get("containerStatuses") or ())
    reason = "" if problem else next(_unusual(status), "")
    return _told(name, component, _state(status), restarts, problem, reason)


def _other_image(pod: _Object, image: str) -> Problem | None:
    """A computer may have something else under the image's name, as where it was pulled before the name moved."""
    own = image_id(pod)
    return Problem("other-image", {"value": own}, reason="OtherImage") if own and image and own != image else None


def _not_made(deployment: _Object) -> Problem | None:
    """Why Kubernetes makes no pod for a Deployment."""
    for condition in (deployment.get("status") or {}).get("conditions") or ():
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True":
            problem = creation_problem(403, condition.get("message") or "")
            return replace(problem, reason=condition.get("reason") or "")
    return None


def _state(status: _Object) -> _State:
    phase = status.get("phase")
    if phase in ("Succeeded", "Failed"):
        return "ended"
    own = status.get("containerStatuses") or ()
    if any(each.get("ready") for each in own):
        return "running"
    return "starting" if own and not any(_unusual(status)) else "waiting"


def _unusual(status: _Object) -> Iterator[str]:
    """Kubernetes's words for containers that wait for something else than their turn."""
    for kind in ("initContainerStatuses", "containerStatuses"):
        for container in status.get(kind) or ():
            word = ((container.get("state") or {}).get("waiting") or {}).get("reason")
            if word and word not in ("ContainerCreating", "PodInitializing"):
                yield word


def _told(name: str, component: str, state: _State, restarts: int, problem: Problem | None, reason: str = "") -> Pod:
    message = Texts(**texts_of_pod(problem, component)) if problem else None
    return Pod(name=name, state=state, reason=problem.reason if problem else reason, restarts=restarts, message=message)
