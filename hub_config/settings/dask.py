"""Dask: workers that users' servers may ask for, and what they may have together. Kubernetes only."""

from __future__ import annotations

from pydantic import Field, model_validator

from hub_config.settings._model import Model, Size
from hub_config.settings.amounts import guarantee_problem

EVERY = "*"
"""In `DaskOptions.quota`: each proposal that is not named."""


class Workers(Model):
    """The Dask workers of a profile. Image, nodes and identity are those of the server that asks for them."""

    maximum: int = Field(gt=0)
    """Workers that a user may have at once with this profile."""
    clusters: int = Field(1, gt=0)
    """Clusters that a user may have at once with this profile."""
    cpu: float = Field(gt=0)
    """Cores of a worker, at most; it is told to use as many threads."""
    memory: Size
    """Of a worker, at most, as 16G; one that needs more is ended."""
    gpu: int = Field(0, ge=0, le=1)
    """GPUs of a worker: one, or none."""
    cpu_guarantee: float | None = Field(None, gt=0)
    """Cores that a node must have free for a worker; none: as many as cpu."""
    memory_guarantee: Size | None = None
    """Memory that a node must have free for a worker; none: as much as memory."""
    spill_size: str = Field("20Gi", pattern=r"^[1-9]\d*[MGT]i$")
    """What a worker may put onto its node's disk when its memory is full; one that writes more is evicted."""
    idle_timeout: int | None = Field(None, ge=60)
    """Seconds after which a cluster of it that computes nothing is removed; none: dask.idleTimeout."""

    @model_validator(mode="after")
    def _no_more_than_the_limit(self) -> Workers:
        if problem := guarantee_problem(self.cpu, self.memory, self.cpu_guarantee, self.memory_guarantee):
            raise ValueError(f"workers: {problem}")
        return self


class Quota(Model):
    """What the clusters of a proposal may have at once, all users together; none: no limit."""

    workers: int | None = Field(None, ge=0)
    """Workers."""
    cpu: float | None = Field(None, ge=0)
    """Cores of its workers."""
    memory: Size | None = None
    """Memory of its workers, as 2T."""
    gpus: int | None = Field(None, ge=0)
    """GPUs of its workers."""
    clusters: int | None = Field(None, ge=0)
    """Clusters."""
    idle_timeout: int | None = Field(None, ge=60)
    """Seconds after which a cluster of it that computes nothing is removed, if its profile says no less; none:
    dask.idleTimeout."""


class DaskOptions(Model):
    """What an administrator decides about Dask workers."""

    enabled: bool = False
    """Whether servers may ask for workers; how many and how large says each profile."""
    dashboard: bool = False
    """Whether a user sees the dashboard of the own clusters, below the own server."""
    idle_timeout: int = Field(900, ge=60)
    """Seconds after which a cluster that computes nothing is removed, where neither profile nor proposal say others."""
    maximum_age: int = Field(172800, ge=600)
    """Seconds after which a cluster is removed whatever it does; its certificates are as old."""
    quota: dict[str, Quota] = Field(default_factory=dict)
    """What the clusters of a proposal may have at once, by proposal; "*" is for each that is not named, and users
    without a proposal count as one."""


class Dask(DaskOptions):
    """Dask workers."""

    namespace: str = Field("", pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$")
    """Where broker and operator run: the control plane's namespace."""

    @model_validator(mode="after")
    def _has_a_place(self) -> Dask:
        if self.enabled and not self.namespace:
            raise ValueError("enabled needs namespace, where broker and operator run")
        return self
