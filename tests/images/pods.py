"""Pods of the built images: restricted, with a read-only root, as a uid, gid and groups that no image knows."""

from __future__ import annotations

import json
import subprocess
import time

NAMESPACE = "daisy-images"
UID, GID, GROUPS = 20123, 20100, (20200, 20201)
USER = "ada"
GRACE = 60  # seconds until Kubernetes kills


def kubectl(*words, given=None, check=True):
    done = subprocess.run(["kubectl", *words], input=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 or not check, f"kubectl {' '.join(words[:3])}: {done.stderr}"
    return done


def container(name, image, *, args=None, env=None, ready=None, port=None):
    """A container as the chart makes it."""
    made = {
        "name": name,
        "image": image,
        "imagePullPolicy": "Never",
        "env": [{"name": key, "value": value} for key, value in (env or {}).items()],
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "home", "mountPath": f"/home/{USER}"},
            {"name": "hub", "mountPath": "/srv/jupyterhub"},
            {"name": "tmp", "mountPath": "/tmp", "subPath": name},
            {"name": "shm", "mountPath": "/dev/shm"},
        ],
    }
    if args:
        made["args"] = args
    if ready:
        made["readinessProbe"] = {"httpGet": {"path": ready, "port": port}, "periodSeconds": 1}
    return made


def start(name, *containers):
    """Make a pod; it passes the restricted Pod Security Standard, or the API server refuses it."""
    volumes = [{"name": each, "emptyDir": {}} for each in ("home", "hub", "tmp")]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {
                "runAsUser": UID,
                "runAsGroup": GID,
                "supplementalGroups": list(GROUPS),
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": list(containers),
            "volumes": [*volumes, {"name": "shm", "emptyDir": {"medium": "Memory"}}],
        },
    }
    kubectl("apply", "-f", "-", given=json.dumps(pod))


def wait_ready(name, seconds=120):
    done = kubectl(
        "wait", "-n", NAMESPACE, f"pod/{name}", "--for=condition=Ready", f"--timeout={seconds}s", check=False
    )
    if done.returncode != 0:
        told = kubectl("describe", "-n", NAMESPACE, f"pod/{name}").stdout
        logs = kubectl("logs", "-n", NAMESPACE, name, "--all-containers", "--tail=40", check=False).stdout
        raise AssertionError(f"{name} is not ready: {told[-3000:]}\n{logs}")


def run(name, script, *, named=True):
    """Standard output of a shell's script in the first container; named: with the environment of the server."""
    first = ["daisy-entrypoint"] if named else []
    done = kubectl("exec", "-n", NAMESPACE, name, "--", *first, "bash", "-ec", script, check=False)
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def end(name):
    """Delete a pod; how many seconds pass until its processes have ended (those of Kubernetes included)."""
    began = time.monotonic()
    kubectl("delete", "-n", NAMESPACE, f"pod/{name}", f"--grace-period={GRACE}", "--wait")
    return time.monotonic() - began
