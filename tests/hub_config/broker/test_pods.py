"""What Kubernetes says of workers, and what their user reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub_config.broker._pod_words import _PODS, texts_of_pod
from hub_config.broker.cluster import CLUSTER_NAME, COMPONENT
from hub_config.broker.models import Pod
from hub_config.broker.pods import scheduler_of, workers_of
from hub_config.kubernetes.explain import Problem
from tests.hub_config.broker.made import NOW
from tests.hub_config.broker.test_quota import cluster

NAME = "ada-1-default-worker-0123456789"


def labels(component="worker"):
    return {CLUSTER_NAME: "ada-1", COMPONENT: component}


def deployment(name=NAME, component="worker", created="2026-11-30T08:00:00Z", **status):
    metadata = {"name": name, "labels": labels(component), "creationTimestamp": created}
    return {"metadata": metadata, "status": status}


def pod(name=NAME, created="2026-11-30T08:00:01Z", **status):
    container = {
        "name": "worker",
        "env": [{"name": "DASK_WORKER_NAME", "value": name}],
        "resources": {"limits": {"memory": "17179869184"}},
    }
    metadata = {"name": f"{name}-{created}", "labels": labels(), "creationTimestamp": created}
    return {"metadata": metadata, "spec": {"containers": [container]}, "status": {"phase": "Pending", **status}}


def container(name="worker", ready=False, restarts=0, last=None, **state):
    return {"name": name, "ready": ready, "restartCount": restarts, "state": state, "lastState": last or {}}


def unscheduled(message):
    return [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]


OOM = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
QUOTA = (
    'pods "x" is forbidden: exceeded quota: users, requested: requests.cpu=4, used: requests.cpu=62, limited: '
    "requests.cpu=64"
)
CASES = {
    "not made yet": (deployment(), [], ("waiting", "", 0), None),
    "not made for a quota": (
        deployment(
            conditions=[{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": QUOTA}]
        ),
        [],
        ("waiting", "FailedCreate", 0),
        "in use (this worker needs: requests.cpu=4): it starts when somebody gives it back",
    ),
    "no room": (
        deployment(),
        [pod(conditions=unscheduled("0/1 nodes are available: 1 Insufficient cpu."))],
        ("waiting", "Unschedulable", 0),
        "no computer has room for this worker (cpu): it starts when somebody gives it back",
    ),
    "no GPU": (
        deployment(),
        [pod(conditions=unscheduled("0/1 nodes are available: 1 Insufficient nvidia.com/gpu."))],
        ("waiting", "Unschedulable", 0),
        "no GPU is free for this worker",
    ),
    "scheduled": (deployment(), [pod()], ("waiting", "", 0), None),
    "containers are made": (
        deployment(),
        [
            pod(
                initContainerStatuses=[container("folders", waiting={"reason": "PodInitializing"})],
                containerStatuses=[container(waiting={"reason": "PodInitializing"})],
            )
        ],
        ("starting", "", 0),
        None,
    ),
    "an image that is not there": (
        deployment(),
        [
            pod(
                containerStatuses=[
                    container(waiting={"reason": "ImagePullBackOff", "message": 'Back-off pulling image "reg/x:1"'})
                ]
            )
        ],
        ("waiting", "ImagePullBackOff", 0),
        "the worker's software is not there (reg/x:1)",
    ),
    "an image that failed once": (
        deployment(),
        [pod(containerStatuses=[container(waiting={"reason": "ErrImagePull"})])],
        ("waiting", "ErrImagePull", 0),
        None,
    ),
    "a folder that is missing, tried again": (
        deployment(),
        [
            pod(
                initContainerStatuses=[
                    container(
                        "folders",
                        waiting={"reason": "CrashLoopBackOff"},
                        last={"terminated": {"exitCode": 3, "message": "/data/P1", "reason": "Error"}},
                    )
                ],
                containerStatuses=[container(waiting={"reason": "PodInitializing"})],
            )
        ],
        ("waiting", "Error", 0),
        "the folder /data/P1 is not there on the worker's computer",
    ),
    "running": (
        deployment(),
        [pod(phase="Running", containerStatuses=[container(ready=True, running={})])],
        ("running", "", 0),
        None,
    ),
    "running after it had too little memory": (
        deployment(),
        [pod(phase="Running", containerStatuses=[container(ready=True, restarts=2, last=OOM, running={})])],
        ("running", "OOMKilled", 2),
        "the worker was ended because it needed more than its 16 GB of memory",
    ),
    "waiting after it had too little memory": (
        deployment(),
        [
            pod(
                phase="Running",
                containerStatuses=[container(restarts=3, last=OOM, waiting={"reason": "CrashLoopBackOff"})],
            )
        ],
        ("waiting", "OOMKilled", 3),
        "more than its 16 GB of memory",
    ),
    "killed": (
        deployment(),
        [
            pod(
                phase="Running",
                containerStatuses=[
                    container(restarts=1, last={"terminated": {"reason": "Error", "exitCode": 137}}, running={})
                ],
            )
        ],
        ("starting", "Error", 1),
        "the worker's program ended (status 137): it is started again",
    ),
    "evicted, and another one in its place": (
        deployment(),
        [
            pod(created="2026-11-30T08:00:09Z", phase="Running", containerStatuses=[container(ready=True, running={})]),
            pod(phase="Failed", reason="Evicted", message="Usage of EmptyDir volume"),
        ],
        ("running", "Evicted", 0),
        "the worker was ended by its computer (Usage of EmptyDir volume)",
    ),
    "evicted": (
        deployment(),
        [pod(phase="Failed", reason="Evicted", message="low on memory")],
        ("ended", "Evicted", 0),
        "the worker was ended by its computer",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_worker_is_told_as_it_is(name):
    made, pods, expected, text = CASES[name]
    (found,) = workers_of([made], pods)
    assert (found.name, found.state, found.reason, found.restarts) == (NAME, *expected)
    if text is None:
        assert found.message is None
    else:
        assert text in found.message.en
        assert "工作进程" in found.message.zh or "GPU" in found.message.zh


def test_workers_come_oldest_first_and_pods_without_a_deployment_are_gone():
    made = [
        deployment("b", created="2026-11-30T08:00:05Z"),
        deployment("a", created="2026-11-30T08:00:09Z"),
        deployment("s", "scheduler"),
    ]
    assert [each.name for each in workers_of(made, [pod("gone"), pod("a")])] == ["b", "a"]


def test_a_scheduler_that_nobody_starts_is_told_after_a_while():
    mine = cluster("ada-1")
    early = scheduler_of(mine, [], [], NOW + timedelta(seconds=5))
    late = scheduler_of(mine, [], [], NOW + timedelta(seconds=15))
    assert early == Pod(name="ada-1-scheduler", state="waiting", reason="", restarts=0, message=None)
    assert late.message.en.startswith("nothing was started yet for this cluster: wait; if it takes minutes")


@pytest.mark.parametrize("key", _PODS)
def test_every_problem_has_its_sentence_in_both_languages(key):
    for component, word in (("worker", "工作进程"), ("scheduler", "调度器")):
        texts = texts_of_pod(Problem(key, {"value": "4711"}), component)
        assert ": " in texts["en"]
        assert (component in texts["en"]) == (word in texts["zh"].replace("使用工作进程内存", ""))
        assert ("4711" in texts["en"]) == ("4711" in texts["zh"])
        assert "{" not in texts["en"] + texts["zh"]


def test_another_image_under_the_same_name_is_told():
    runs = {"name": "worker", "ready": True, "state": {"running": {}}, "imageID": "sha256:1"}
    pods = [pod(phase="Running", containerStatuses=[runs])]
    (same,) = workers_of([deployment()], pods, "sha256:1")
    (other,) = workers_of([deployment()], pods, "sha256:2")
    assert (same.state, same.message) == ("running", None)
    assert (other.state, other.reason) == ("running", "OtherImage")
    assert "another image of the same name than your server (sha256:1)" in other.message.en
