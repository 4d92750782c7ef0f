"""What the broker says of a cluster, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Words = Mapping[str, str]
"""A sentence by language, ``en`` and ``zh``."""


@dataclass(frozen=True)
class Pod:
    """A scheduler or a worker as Kubernetes has it.

    name: as dask knows the worker. state: ``waiting``, ``starting``, ``running`` or ``ended``.
    reason: Kubernetes' word, such as ``OOMKilled``. message: why it waits or ended.
    """

    name: str
    state: str
    reason: str = ""
    restarts: int = 0
    message: Words | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Pod:
        """The pod of an answer."""
        message = said.get("message")
        return cls(
            str(said["name"]),
            str(said["state"]),
            str(said.get("reason") or ""),
            int(said.get("restarts") or 0),
            {str(language): str(text) for language, text in message.items()} if message else None,
        )


@dataclass(frozen=True)
class Certificates:
    """CA, certificate and key of a cluster as PEM texts; never shown."""

    ca: str = field(repr=False)
    cert: str = field(repr=False)
    key: str = field(repr=False)


@dataclass(frozen=True)
class Granted:
    """A cluster as the broker has it now.

    workers: asked for. limit: how many may be asked for now. dashboard: where its scheduler shows it, empty where it
    does not. memory: bytes of a worker. cpu: its cores.
    """

    id: str
    workers: int
    limit: int
    address: str
    dashboard: str
    memory: int
    cpu: float
    scheduler: Pod
    pods: tuple[Pod, ...]
    certificates: Certificates | None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Granted:
        """The cluster of an answer. Errors: LookupError, TypeError, ValueError where it is none."""
        security = said.get("security")
        return cls(
            id=str(said["id"]),
            workers=int(said["workers"]),
            limit=int(said["limit"]),
            address=str(said["address"]),
            dashboard=str(said.get("dashboard") or ""),
            memory=int(said["worker"]["memory"]),
            cpu=float(said["worker"]["cpu"]),
            scheduler=Pod.of(said["scheduler"]),
            pods=tuple(Pod.of(pod) for pod in said["pods"]),
            certificates=Certificates(*(str(security[name]) for name in ("ca", "cert", "key"))) if security else None,
        )
