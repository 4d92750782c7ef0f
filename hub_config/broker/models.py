"""Models: what the broker's API takes and gives, as JSON. The OpenAPI document is made from these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt

MOST = 10_000
"""More workers than any quota allows."""


def _whole(value: object) -> object:
    """2.0 is an integer in JSON, "2" and true are none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Number = Annotated[StrictInt, BeforeValidator(_whole)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Texts(_Model):
    """A sentence in English and Chinese."""

    en: str
    zh: str


class Creation(_Model):
    """What a new cluster shall be."""

    workers: _Number = Field(ge=1, le=MOST)
    """How many workers; how large they are says the profile of the server."""


class Change(_Model):
    """How many workers a cluster shall have."""

    workers: _Number = Field(ge=0, le=MOST)
    """How many workers."""
    retired: list[Annotated[str, Field(max_length=253)]] = Field(default_factory=list, max_length=MOST)
    """Where there shall be fewer: the names of the workers that go, each retired by the client before."""


class WorkerSize(_Model):
    """What one worker has."""

    cpu: float
    """Cores, at most."""
    memory: int
    """Bytes, at most."""
    gpu: int
    """GPUs."""


class Pod(_Model):
    """A worker, or the scheduler."""

    name: str
    """A worker's name in Dask."""
    state: Literal["waiting", "starting", "running", "ended"]
    reason: str
    """Kubernetes's word for why it waits or was ended last, as Unschedulable or OOMKilled; else empty."""
    restarts: int
    """How often its program was started again."""
    message: Texts | None
    """The same as a sentence."""


class Security(_Model):
    """What gets a client into the cluster: PEM texts."""

    ca: str
    cert: str
    key: str


class ClusterSummary(_Model):
    """A cluster."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
    workers: int
    """Workers that were asked for."""
    limit: int
    """Workers that may be asked for now."""
    address: str
    """Of the scheduler."""
    dashboard: str | None
    """Of the scheduler's pages; none where the platform has them switched off."""
    created: datetime
    expires: datetime
    """When the cluster is removed whatever it does."""
    idle_seconds: int
    """Seconds without activity after which the cluster is removed."""
    worker: WorkerSize
    scheduler: Pod
    pods: list[Pod]
    """The workers."""


class ClusterDetails(ClusterSummary):
    """A cluster, with what gets a client into it."""

    security: Security


class ClusterList(_Model):
    """The clusters of a user."""

    clusters: list[ClusterSummary]


class PassedLimit(_Model):
    """The limit that a request passes."""

    name: str
    """As profile.workers or proposal.memory."""
    maximum: float
    used: float
    """By other clusters."""
    asked: float


class Problem(_Model):
    """Why a request is not carried out."""

    key: str
    message: Texts
    limit: PassedLimit | None


class Failure(_Model):
    """An answer to a request that is not carried out."""

    error: Problem
