"""What Kubernetes says of a pod, and what its user reads; messages are those of Kubernetes 1.34."""

from __future__ import annotations

import pytest

from hub_config._words import StartRefusal
from hub_config.kubernetes.explain import Problem, creation_problem, ended, problem_of
from hub_config.kubernetes.opening import refusal


def pending(**status):
    return {"spec": {"containers": []}, "status": {"phase": "Pending", **status}}


def unscheduled(message):
    return pending(
        conditions=[{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}]
    )


def waiting(reason, message="", kind="containerStatuses"):
    return pending(**{kind: [{"name": "notebook", "state": {"waiting": {"reason": reason, "message": message}}}]})


def terminated(name="notebook", kind="containerStatuses", **last):
    spec = {"containers": [{"name": "notebook", "resources": {"limits": {"memory": "8589934592"}}}]}
    return {"spec": spec, "status": {"phase": "Failed", kind: [{"name": name, "state": {"terminated": last}}]}}


CASES = {
    "no GPU": (
        unscheduled("0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient nvidia.com/gpu. preemption: 0/3"),
        Problem("no-gpu"),
    ),
    "no room": (
        unscheduled("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate"),
        Problem("no-room", {"value": "cpu, memory"}),
    ),
    "no node of this kind": (
        unscheduled("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."),
        Problem("no-node", {"value": "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."}),
    ),
    "no claim": (
        unscheduled('0/1 nodes are available: persistentvolumeclaim "experiments" not found. preemption: 0/1'),
        Problem("no-claim", {"value": "experiments"}, final=True),
    ),
    "a claim that is not bound": (
        unscheduled("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
        Problem("unbound"),
    ),
    "an image that nobody has": (
        waiting("ErrImageNeverPull", 'Container image "localhost/x:1" is not present with pull policy of Never'),
        Problem("no-image", {"value": "localhost/x:1"}, final=True),
    ),
    "an image of the check that cannot be pulled": (
        waiting("ImagePullBackOff", 'Back-off pulling image "reg/x:1"', "initContainerStatuses"),
        Problem("no-image", {"value": "reg/x:1"}, final=True),
    ),
    "an image that is being pulled for the second time": (waiting("ErrImagePull"), None),
    "a container that cannot be made": (
        waiting("CreateContainerConfigError", "failed to prepare subPath for volumeMount"),
        Problem("not-made", {"value": "failed to prepare subPath for volumeMount"}, final=True),
    ),
    "a folder that is missing": (
        terminated("folders", "initContainerStatuses", exitCode=3, message="/home/ada"),
        Problem("no-folder", {"value": "/home/ada"}, final=True),
    ),
    "a folder that is closed": (
        terminated("folders", "initContainerStatuses", exitCode=4, message="/results/P1"),
        Problem("closed-folder", {"value": "/results/P1"}, final=True),
    ),
    "a check that fell over": (
        terminated("folders", "initContainerStatuses", exitCode=127, message="sh: not found"),
        Problem("unchecked", {"value": "sh: not found"}, final=True),
    ),
    "a check that went well": (terminated("folders", "initContainerStatuses", exitCode=0), None),
    "too much memory": (
        terminated(exitCode=137, reason="OOMKilled"),
        Problem("out-of-memory", {"value": "8 GB"}, final=True),
    ),
    "an end of its own": (terminated(exitCode=1, reason="Error"), Problem("ended", {"value": "1"}, final=True)),
    "a home that is full": (
        terminated(exitCode=1, reason="Error", message="OSError: [Errno 28] No space left on device: '/home/ada/.x'"),
        Problem("full", final=True),
    ),
    "a quota of the home that is used up": (
        terminated(exitCode=1, reason="Error", message="[Errno 122] Disk quota exceeded: '/home/ada/.jupyter'"),
        Problem("full", final=True),
    ),
    "an evicted pod": (
        {"spec": {}, "status": {"phase": "Failed", "reason": "Evicted", "message": "Usage of EmptyDir volume"}},
        Problem("evicted", {"value": "Usage of EmptyDir volume"}, final=True),
    ),
    "a pod that runs": ({"spec": {}, "status": {"phase": "Running", "containerStatuses": []}}, None),
    "a pod that nobody has looked at": ({"spec": {}}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_keeps_a_pod_is_known(name):
    pod, expected = CASES[name]
    assert problem_of(pod) == expected


def test_a_volume_that_cannot_be_mounted_is_told_while_the_pod_waits():
    events = [{"reason": "Scheduled", "message": "x"}, {"reason": "FailedMount", "message": "mount failed:\n exit 32"}]
    assert problem_of(pending(), events) == Problem("not-mounted", {"value": "mount failed: exit 32"})
    assert problem_of({"spec": {}, "status": {"phase": "Running"}}, events) is None


def test_only_an_end_is_final_for_a_server_that_runs():
    assert ended(unscheduled("1 Insufficient cpu")) is None
    assert ended(terminated(exitCode=137, reason="OOMKilled")).key == "out-of-memory"


@pytest.mark.parametrize(("written", "told"), [("524288k", "500 MB"), ("512Mi", "512 MB"), ("1610612736", "1.5 GB")])
def test_a_limit_is_told_in_our_units_however_kubernetes_writes_it(written, told):
    pod = terminated(exitCode=137, reason="OOMKilled")
    pod["spec"] = {"containers": [{"name": "notebook", "resources": {"limits": {"memory": written}}}]}
    assert ended(pod).values["value"] == told


REFUSED = {
    "quota": (
        403,
        'pods "jupyter-ada" is forbidden: exceeded quota: users, requested: requests.nvidia.com/gpu=1, '
        "used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=8",
        "all that the platform may use at once is in use (asked for: requests.nvidia.com/gpu=1): try again later",
    ),
    "two of a quota": (
        403,
        "exceeded quota: users, requested: limits.cpu=2,requests.cpu=1, used: limits.cpu=4, limited: limits.cpu=4",
        "(asked for: limits.cpu=2,requests.cpu=1)",
    ),
    "pod security": (
        403,
        'violates PodSecurity "restricted:latest"',
        'the cluster did not take your server (403 violates PodSecurity "restricted:latest"): tell your administrator',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_api_refuses_is_a_sentence(name):
    status, message, text = REFUSED[name]
    refused = refusal(creation_problem(status, message))
    assert isinstance(refused, StartRefusal)
    assert text in str(refused)
    assert refused.status == 503


@pytest.mark.parametrize("name", [name for name, (_, expected) in CASES.items() if expected])
def test_each_problem_has_a_sentence_in_both_languages(name):
    refused = refusal(CASES[name][1])
    for text in (str(refused), refused.chinese):
        assert text
        assert "{" not in text
