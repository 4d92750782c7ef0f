"""A facility around the platform: its storage, its people, its single sign-on, its certificates."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster.certificates import Authority
from tests.cluster.kube import apply, get, kubectl
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
SSO = "daas-sso"
"""Namespace of the stand-in for the single sign-on."""
HOST, SSO_HOST = "daas.test", "sso.test"
CLIENT = "daisy-test"
PROPOSALS = {"CT-DEMO": 20001, "XRD-DEMO": 20002}
PEOPLE: dict[str, dict[str, Any]] = {
    "demo": {"umtId": 501, "uid": 10001, "groups": ["heps-ct"]},
    "other": {"umtId": "502", "uid": 10002, "groups": ["heps-xrd"]},
    "both": {"umtId": 505, "uid": 10005, "groups": ["heps-ct", "heps-xrd"]},
    "homeless": {"umtId": 506, "uid": 10006, "groups": ["heps-ct"]},
    "nogroup": {"umtId": 503, "uid": 10003, "groups": []},
    "disabled": {"umtId": 504, "uid": 10004, "groups": ["heps-ct"], "disabled": True},
}


@dataclass
class Site:
    """What tests know of it."""

    folder: Path
    """The storage: homes, experiments, results."""
    release: str = "daas"
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    passwords: dict[str, str] = field(default_factory=lambda: {name: secrets.token_urlsafe(9) for name in PEOPLE})
    authority: Authority = field(default_factory=Authority)

    @property
    def users(self) -> str:
        """The users' namespace."""
        return f"{self.release}-users"

    @property
    def url(self) -> str:
        """What people type."""
        return f"https://{HOST}"

    def make(self) -> None:
        """Storage, namespace of the release with its secrets, single sign-on."""
        self._fill_storage()
        self._make_volumes()
        apply(namespace(self.release), namespace(SSO))
        certificate, key = self.authority.certificate(HOST, f"*.{HOST}")
        apply(
            secret("sso-client", self.release, {"client-secret": self.secret}),
            secret("daas-tls", self.release, {"tls.crt": certificate, "tls.key": key}, kind="kubernetes.io/tls"),
            config_map("sso-ca", self.release, {"ca.crt": self.authority.pem}),
        )
        self.start_sso()

    def folder_of(self, kind: str, name: str) -> Path:
        """A folder of the storage."""
        return self.folder / kind / name

    def disable(self, name: str) -> None:
        """Disable an account at the single sign-on, from now on."""
        kubectl("attach", "sso", "--namespace", SSO, "--stdin", "--quiet", given=f"{name}\n", check=False, timeout=10)

    def remove(self) -> None:
        """Everything but the release itself."""
        self._end_clusters()
        names = [f"{self.release}-{kind}" for kind in ("homes", "experiments", "results")]
        kubectl("delete", "namespace", SSO, self.release, self.users, "--ignore-not-found", timeout=180)
        kubectl("delete", "persistentvolume", *names, "--ignore-not-found")
        policies = "validatingadmissionpolicies,validatingadmissionpolicybindings"
        kubectl("delete", policies, "--selector", f"release={self.release}")
        subprocess.run(["umount", "-l", self.folder_of("results", "XRD-DEMO")], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_clusters(self) -> None:
        """Of Dask, whether the operator is there or not: its finalizers would keep the namespace for ever."""
        if not kubectl("get", "crd", "daskclusters.kubernetes.dask.org", "--ignore-not-found"):
            return
        kubectl("delete", "daskclusters", "--all", "--namespace", self.users, "--wait=false")
        for name in kubectl("get", "daskclusters", "--namespace", self.users, "--output=name").split():
            nothing = json.dumps({"metadata": {"finalizers": None}})
            kubectl("patch", name, "--namespace", self.users, "--type=merge", "--patch", nothing, check=False)

    def _fill_storage(self) -> None:
        for name, person in PEOPLE.items():
            if name != "homeless":
                groups = person["groups"] or ["heps-ct"]
                gid = {"heps-ct": 20001, "heps-xrd": 20002}[groups[0]]
                _folder(self.folder_of("homes", name), int(person["uid"]), gid, 0o700)
        for proposal, gid in PROPOSALS.items():
            _folder(self.folder_of("experiments", proposal), 0, gid, 0o750)
            _folder(self.folder_of("results", proposal), 0, gid, 0o2770)
        # A small disk of its own, so that it can be filled.
        small = self.folder_of("results", "XRD-DEMO")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64M,mode=2770,gid=20002", "tmpfs", small], check=True)

    def _make_volumes(self) -> None:
        for kind in ("homes", "experiments", "results"):
            apply(
                {
                    "apiVersion": "v1",
                    "kind": "PersistentVolume",
                    "metadata": {"name": f"{self.release}-{kind}"},
                    "spec": {
                        "capacity": {"storage": "100Gi"},
                        "accessModes": ["ReadWriteMany"],
                        "persistentVolumeReclaimPolicy": "Retain",
                        "storageClassName": "",
                        "hostPath": {"path": str(self.folder / kind), "type": "Directory"},
                    },
                }
            )

    def start_sso(self) -> None:
        """Start the stand-in for the single sign-on, or start it again."""
        names = (SSO_HOST, f"sso.{SSO}.svc", f"sso.{SSO}.svc.cluster.local")
        certificate, key = self.authority.certificate(*names)
        sources = {
            path.name: path.read_text() for path in (ROOT / "tests/sso").glob("*.py") if "test_" not in path.name
        }
        users = [
            {"name": name, "truename": name.title(), "email": f"{name}@example.org", "password": self.passwords[name]}
            | person
            for name, person in PEOPLE.items()
        ]
        options = {
            "port": 8443,
            "host": "0.0.0.0",
            "clientId": CLIENT,
            "clientSecret": self.secret,
            "redirectUrl": f"{self.url}/hub/oauth_callback",
            "users": users,
        }
        apply(
            config_map("sso-program", SSO, sources),
            secret("sso", SSO, {"options.json": json.dumps(options), "tls.crt": certificate, "tls.key": key}),
            _SSO_SERVICE,
        )
        kubectl("delete", "pod", "sso", "--namespace", SSO, "--ignore-not-found", "--grace-period=0", "--force")
        apply(_sso_pod())
        wait_for(_sso_answers, 60, lambda: "the stand-in for the single sign-on")


def secret(name: str, namespace: str, values: dict[str, str], kind: str = "Opaque") -> dict[str, Any]:
    """A Secret."""
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": metadata, "stringData": values}


def config_map(name: str, namespace: str, values: dict[str, str]) -> dict[str, Any]:
    """A ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": values}


def tag() -> str:
    """The images' tag."""
    return os.environ.get("DAISY_IMAGES_TAG", "t")


def namespace(name: str) -> dict[str, Any]:
    """A Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _folder(path: Path, uid: int, gid: int, mode: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, uid, gid)
    path.chmod(mode)


def _sso_answers() -> bool:
    """Whether its Service leads to it, which comes some time after its pod is ready."""
    statuses = get("pod", "sso", "--namespace", SSO)["status"].get("containerStatuses") or [{}]
    if not statuses[0].get("ready"):
        return False
    address = get("service", "sso", "--namespace", SSO)["spec"]["clusterIP"]
    try:
        socket.create_connection((address, 8443), timeout=1).close()
    except OSError:
        return False
    return True


_SSO_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "sso", "namespace": SSO},
    "spec": {"selector": {"app": "sso"}, "ports": [{"name": "https", "port": 8443}]},
}


def _sso_pod() -> dict[str, Any]:
    serve = "exec python -m tests.sso --test-only --tls /etc/sso/tls.crt /etc/sso/tls.key"
    program = f"(cat /etc/sso/options.json; echo; exec cat) | {serve}"
    mounts = [{"name": "program", "mountPath": "/srv/tests/sso"}, {"name": "sso", "mountPath": "/etc/sso"}]
    probe = {"tcpSocket": {"port": 8443}, "periodSeconds": 1}
    container = {
        "name": "sso",
        "image": f"localhost/daisy-daas-hub:{tag()}",
        "command": ["/bin/sh", "-c", program],
        "workingDir": "/srv",
        "env": [{"name": "PYTHONPATH", "value": "/srv"}],
        "stdin": True,
        "ports": [{"containerPort": 8443}],
        "readinessProbe": probe,
        "volumeMounts": mounts,
    }
    volumes = [
        {"name": "program", "configMap": {"name": "sso-program"}},
        {"name": "sso", "secret": {"secretName": "sso"}},
    ]
    metadata = {"name": "sso", "namespace": SSO, "labels": {"app": "sso"}}
    spec = {"containers": [container], "volumes": volumes, "terminationGracePeriodSeconds": 1}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
