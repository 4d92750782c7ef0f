"""Dask clusters of users: made and asked at the broker, seen in Kubernetes, and runs on them."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

from daisy_kernel.runs.folder import RunFolder
from tests.cluster import web
from tests.cluster.kube import get, kubectl, wait_gone
from tests.waiting import wait_for

_ASK = """
import json, os, sys, urllib.error, urllib.request
method, path, body, token = sys.argv[1:]
headers = {"Authorization": "token " + (token or os.environ["JUPYTERHUB_API_TOKEN"])}
url = os.environ["DAISY_BROKER_URL"] + "/" + path
request = urllib.request.Request(url, method=method, headers=headers, data=body.encode() or None)
try:
    answer = urllib.request.urlopen(request, timeout=30)
except urllib.error.HTTPError as error:
    answer = error
print(json.dumps([answer.status, json.loads(answer.read() or b"null")]))
"""
_SIGNAL = """
import os, sys
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/cmdline"):
    number = int(path.parent.name)
    if sys.argv[1].encode() in path.read_bytes().split(b"\\0") and number != os.getpid():
        os.kill(number, int(sys.argv[2]))
"""
_KILL = "import os; os.kill(int(open('/proc/1/task/1/children').read().split()[0]), 9)"


def start_server(platform, user: str) -> None:
    """Start a user's server where it does not run, and wait until it answers."""
    client = web.log_in(platform, user)
    if not web.is_running(platform, client):
        web.start_server(platform, client, user)
        wait_for(lambda: web.is_running(platform, client), 120, lambda: f"the server of {user}")


def ask(platform, user: str, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    """What the broker answers a user's server, asked from inside with its own token, or with another."""
    words = [method, path, json.dumps(body) if body else "", token]
    status, answer = json.loads(platform.in_server(user, "python", "-c", _ASK, *words))
    return status, answer


def make_cluster(platform, user: str, workers: int = 2) -> dict[str, Any]:
    """A cluster of a user whose scheduler and workers run, as the broker tells of it."""
    status, made = ask(platform, user, "POST", "clusters", {"workers": workers})
    assert status == 201, made

    def running() -> Any:
        _, now = ask(platform, user, "GET", f"clusters/{made['id']}")
        pods = [now["scheduler"], *now["pods"]]
        return now if [pod["state"] for pod in pods] == ["running"] * (1 + workers) else None

    return wait_for(running, 60, lambda: f"{made['id']}: {pods(platform, made['id'])}")


def end_clusters(platform) -> None:
    """No cluster is left, nor anything of one."""
    kubectl("delete", "daskclusters", "--all", "--namespace", platform.users)
    kinds = "pods,services,secrets,networkpolicies"
    wait_gone(kinds, "--namespace", platform.users, "--selector", "dask.org/cluster-name")


def clusters(platform) -> list[str]:
    """Names of the clusters that are there."""
    return [each["metadata"]["name"] for each in get("daskclusters", "--namespace", platform.users)["items"]]


def pods(platform, cluster: str = "", component: str = "") -> list[dict[str, Any]]:
    """Pods of clusters that have not been told to end."""
    wanted = {"dask.org/cluster-name": cluster, "dask.org/component": component}
    selector = ",".join(["component=dask", *(f"{key}={value}" for key, value in wanted.items() if value)])
    found = get("pods", "--namespace", platform.users, "--selector", selector)["items"]
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def kill(platform, pod: dict[str, Any]) -> None:
    """End the program of a pod with signal 9, as the kernel does."""
    name = pod["metadata"]["name"]
    kubectl("exec", name, "--namespace", platform.users, "--", "python", "-c", _KILL, check=False)


def kill_pod(platform, component: str) -> None:
    """End a pod of the control plane at once; another one comes."""
    words = ["--selector", f"component={component}", "--grace-period=0", "--force"]
    kubectl("delete", "pod", "--namespace", platform.release, *words)


def run(platform, user: str, *words: str, check: bool = True, timeout: float = 400) -> str:
    """``daisy run ct`` in a user's server."""
    command = ["daisy-entrypoint", "daisy", "run", "ct", *words]
    return platform.in_server(user, *command, check=check, timeout=timeout)


def signal_run(platform, user: str, output: str, number: signal.Signals) -> None:
    """Send a signal to the process of a run, by its output."""
    platform.in_server(user, "python", "-c", _SIGNAL, f"output={output}", str(int(number)))


ON_WORKERS = ("--engine", "kubernetes", "--workers")


def events(output: Path) -> list[dict[str, Any]]:
    """The journal of a run, by its output."""
    return list(RunFolder.beside(output).events())


def slabs(output: Path) -> int:
    """How many slabs are complete."""
    return sum(event["event"] == "slab" for event in events(output))


def notes(output: Path) -> list[str]:
    """What a run has told of its machines."""
    return [event["words"]["en"] for event in events(output) if event.get("words")]
