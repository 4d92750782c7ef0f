"""A PostgreSQL of the facility, in a namespace of its own: it can go, come back, and be put back from a backup.

Its image is made beforehand from ``tests/cluster/postgres``: localhost/daisy-daas-postgres, with the tag of the others.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.cluster.kube import apply, get, kubectl, wait_gone
from tests.cluster.site import namespace, secret, tag
from tests.waiting import wait_for

NAMESPACE = "daas-db"
_SECRET = "hub-db"  # the name of one
_LABELS = {"app": "db"}


@dataclass
class Database:
    """What the platform is told of it; its data outlive its pod."""

    release: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def url(self) -> str:
        """Where the hub finds it, without the password."""
        return f"postgresql+psycopg://daisy@db.{NAMESPACE}.svc:5432/daisy"

    def make(self) -> None:
        """Make it, and the Secret with the password where the hub looks for it."""
        apply(namespace(NAMESPACE))
        apply(
            secret(_SECRET, self.release, {"password": self.password}),
            secret(_SECRET, NAMESPACE, {"password": self.password}),
            _CLAIM,
            _SERVICE,
            _deployment(),
        )
        self._wait_ready()

    def remove(self) -> None:
        """Nothing of it stays."""
        kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", timeout=180)
        kubectl("delete", "secret", _SECRET, "--namespace", self.release, "--ignore-not-found")

    def words(self) -> list[str]:
        """What helm is told, so that the hub uses it and reaches nothing else there."""
        peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}}
        database = {
            "type": "postgres",
            "url": self.url,
            "existingSecret": _SECRET,
        }
        return [
            "--set-json",
            f"hub.db={json.dumps(database)}",
            "--set-json",
            f"hub.networkPolicy.database={json.dumps([peer])}",
        ]

    @contextmanager
    def away(self) -> Iterator[None]:
        """No pod of it runs for the length of the block."""
        self._scale(0)
        wait_gone("pods", "--namespace", NAMESPACE, "--selector", "app=db")
        try:
            yield
        finally:
            self._scale(1)
            self._wait_ready()

    def ask(self, program: str, *words: str, given: str | None = None) -> str:
        """What a program of PostgreSQL's says in its pod, asked as the hub asks."""
        known = ["PGHOST=127.0.0.1", "PGUSER=daisy", "PGDATABASE=daisy", f"PGPASSWORD={self.password}"]
        place = ["exec", "deploy/db", "--stdin", "--namespace", NAMESPACE, "--", "env", *known]
        return kubectl(*place, program, *words, given=given or "").strip()

    def sql(self, statement: str) -> str:
        """What a statement answers, rows without decoration."""
        return self.ask("psql", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--command", statement)

    def _scale(self, replicas: int) -> None:
        kubectl("scale", "deploy/db", f"--replicas={replicas}", "--namespace", NAMESPACE)

    def _wait_ready(self) -> None:
        def told() -> str:
            return kubectl("get", "pods", "--namespace", NAMESPACE, "-o", "wide")

        wait_for(lambda: get("deploy", "db", "--namespace", NAMESPACE)["status"].get("readyReplicas"), 120, told)


_CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "database", "namespace": NAMESPACE},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
_SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "db", "namespace": NAMESPACE},
    "spec": {"selector": _LABELS, "ports": [{"name": "postgresql", "port": 5432}]},
}


def _deployment() -> dict[str, Any]:
    container = {
        "name": "db",
        "image": f"localhost/daisy-daas-postgres:{tag()}",
        "imagePullPolicy": "Never",
        "env": [{"name": "PASSWORD_FILE", "value": "/etc/database/password"}],
        "ports": [{"containerPort": 5432}],
        "readinessProbe": {"exec": {"command": ["pg_isready", "--host=127.0.0.1"]}, "periodSeconds": 1},
        "volumeMounts": [
            {"name": "database", "mountPath": "/database"},
            {"name": "secret", "mountPath": "/etc/database", "readOnly": True},
        ],
    }
    spec = {
        "securityContext": {"runAsUser": 5432, "runAsGroup": 5432, "fsGroup": 5432},
        "terminationGracePeriodSeconds": 2,
        "containers": [container],
        "volumes": [
            {"name": "database", "persistentVolumeClaim": {"claimName": "database"}},
            {"name": "secret", "secret": {"secretName": _SECRET}},
        ],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "db", "namespace": NAMESPACE},
        "spec": {
            "replicas": 1,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": _LABELS},
            "template": {"metadata": {"labels": _LABELS}, "spec": spec},
        },
    }
