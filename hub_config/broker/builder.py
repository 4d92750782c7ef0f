"""Builder: a cluster as objects of Kubernetes. Pure: from a notebook, settings and a name to what the API takes.

Scheduler and workers come from the builder of the notebook's own pod, so identity, mounts and image are the same:

1. They speak TLS with certificates of the cluster's own authority, and take nobody without one.
2. Over plain HTTP they say whether they are alive, and nothing else; a dashboard is served by HTTPS.
3. A worker is ended by Kubernetes, which says why, not by a nanny: its memory limit is its container's.
4. The scheduler's Service has no port called http-dashboard: through one the operator would choose itself which
   workers go when there shall be fewer, without their data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub_config.broker.cluster import (
    ACTIVE,
    CLUSTER_NAME,
    COMPONENT,
    DASHBOARD_PORT,
    EXPIRES,
    SCHEDULER_PORT,
    scheduler_host,
    stamp,
)
from hub_config.broker.notebook import SERVER, USER, Notebook
from hub_config.kubernetes.pod import PROFILE, PROPOSAL, Program, Volume, build_spec, proposal_of
from hub_config.settings import Dask, Profile, Singleuser, Workers
from hub_config.settings.amounts import size_of

_TLS, _SPILL = "/etc/daisy/dask", "/spill"
_AHEAD = 2
"""Threads of a worker: of two slabs one computes, with all cores, while the other is read or written."""
_SCHEDULER = {"cpu": 1.0, "memory": "2G", "gpu": 0, "cpu_guarantee": 0.1, "memory_guarantee": "256M"}
"""Of the scheduler, which sees descriptions alone: a starting one has 75 MB."""
_FAILURES = 100
"""Workers that a task may outlive: one that is lost says nothing of its task, and memory is told by Kubernetes."""
_GRACE = 10  # seconds to end: a worker hands over nothing but descriptions, and may not find its scheduler any more
_HEALTH = '["distributed.http.health"]'


@dataclass(frozen=True)
class Order:
    """What a cluster is made of."""

    name: str
    notebook: Notebook
    profile: Profile
    """Of the notebook, as the settings have it."""
    workers: int
    now: datetime
    expires: datetime


def worker_profile(profile: Profile, workers: Workers, image: str) -> Profile:
    """A profile as its workers have it."""
    own = workers.model_dump(include={"cpu", "memory", "gpu", "cpu_guarantee", "memory_guarantee"})
    return profile.model_copy(update={**own, "image": image})


def scheduler_profile(profile: Profile, image: str) -> Profile:
    """A profile as its clusters' schedulers have it."""
    return profile.model_copy(update={**_SCHEDULER, "image": image})


def build_cluster(order: Order, dask: Dask, singleuser: Singleuser) -> dict[str, Any]:
    """The DaskCluster; it goes with the notebook's pod, since it belongs to it."""
    notebook, account = order.notebook, order.notebook.account
    assert order.profile.workers is not None  # looked at before an order is made
    workers = worker_profile(order.profile, order.profile.workers, notebook.image)
    scheduler = scheduler_profile(order.profile, notebook.image)
    programs = _scheduler(order.name, dask), _worker(order.name, order.profile.workers, singleuser)
    server = {SERVER: notebook.server} if notebook.server else {}
    return {
        "apiVersion": "kubernetes.dask.org/v1",
        "kind": "DaskCluster",
        "metadata": {
            **_named(order.name, singleuser),
            "labels": cluster_labels(notebook),
            "annotations": {USER: account.name, **server, ACTIVE: stamp(order.now), EXPIRES: stamp(order.expires)},
            "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": notebook.pod, "uid": notebook.uid}],
        },
        "spec": {
            "scheduler": {
                "spec": build_spec(account, scheduler, singleuser, programs[0]),
                "service": _service(order.name, dask),
            },
            "worker": {
                "replicas": order.workers,
                "spec": build_spec(account, workers, singleuser, programs[1]),
            },
        },
    }


def cluster_labels(notebook: Notebook) -> dict[str, str]:
    """Labels of a notebook's clusters, which the operator gives to their pods."""
    own = {PROPOSAL: proposal_of(notebook.account), PROFILE: notebook.profile}
    copied = {key: notebook.labels.get(key, "") for key in (USER, SERVER)}
    return {"component": "dask", **copied, **{key: value for key, value in own.items() if value}}


def _named(name: str, singleuser: Singleuser) -> dict[str, str]:
    return {"name": name, "namespace": singleuser.namespace}


def _service(name: str, dask: Dask) -> dict[str, Any]:
    dashboard = [_port("https-dashboard", DASHBOARD_PORT, "http")] if dask.dashboard else []
    return {
        "type": "ClusterIP",
        "selector": {CLUSTER_NAME: name, COMPONENT: "scheduler"},
        "ports": [_port("tcp-comm", SCHEDULER_PORT, "tcp-comm"), *dashboard],
    }


def _port(name: str, port: int, target: str) -> dict[str, Any]:
    return {"name": name, "protocol": "TCP", "port": port, "targetPort": target}


def _scheduler(name: str, dask: Dask) -> Program:
    shown = {} if dask.dashboard else {"DASK_DISTRIBUTED__SCHEDULER__HTTP__ROUTES": _HEALTH}
    https = _files("SCHEDULER__DASHBOARD__TLS") if dask.dashboard else {}
    health = {"path": "/health", "port": "http", "scheme": "HTTPS" if dask.dashboard else "HTTP"}
    return Program(
        container="scheduler",
        args=[
            *("dask", "scheduler", "--protocol", "tls", "--port", str(SCHEDULER_PORT)),
            *("--dashboard-address", f":{DASHBOARD_PORT}", *([] if dask.dashboard else ["--no-dashboard"])),
        ],
        environment={
            **_tls("SCHEDULER"),
            **shown,
            **https,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(_FAILURES),
        },
        ports={"tcp-comm": SCHEDULER_PORT, "http": DASHBOARD_PORT},
        grace=_GRACE,
        restart="Always",
        volumes=[_certificates(name)],
        ready={"httpGet": health, "periodSeconds": 1, "timeoutSeconds": 5, "failureThreshold": 30},
    )


def _worker(name: str, workers: Workers, singleuser: Singleuser) -> Program:
    address = f"tls://{scheduler_host(name, singleuser.namespace)}:{SCHEDULER_PORT}"
    return Program(
        container="worker",
        args=[
            *("dask", "worker", "--name", "$(DASK_WORKER_NAME)"),  # Kubernetes puts in what the operator chose
            *("--no-nanny", "--no-dashboard", "--nthreads", str(_AHEAD)),
            *("--memory-limit", str(size_of(workers.memory)), "--local-directory", _SPILL),
            *("--preload", "daisy_kernel.engines.worker"),
        ],
        environment={
            **_tls("WORKER"),
            "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": _HEALTH,
            "DASK_SCHEDULER_ADDRESS": address,  # the operator's own would be without TLS
        },
        grace=_GRACE,
        restart="Always",
        volumes=[
            _certificates(name),
            Volume("dask-spill", _SPILL, {"emptyDir": {"sizeLimit": workers.spill_size}}),
        ],
    )


def _tls(*roles: str) -> dict[str, str]:
    """Variables by which dask speaks TLS alone; a worker is a client of other workers as well."""
    found = {
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": f"{_TLS}/ca.crt",
    }
    for role in (*roles, "CLIENT"):
        found |= _files(f"COMM__TLS__{role}")
    return found


def _files(key: str) -> dict[str, str]:
    return {f"DASK_DISTRIBUTED__{key}__CERT": f"{_TLS}/tls.crt", f"DASK_DISTRIBUTED__{key}__KEY": f"{_TLS}/tls.key"}


def _certificates(name: str) -> Volume:
    """Readable for every uid: without fsGroup the files are root's, and the pod is the user's alone."""
    return Volume("dask-tls", _TLS, {"secret": {"secretName": f"{name}-tls", "defaultMode": 0o444}}, read_only=True)
