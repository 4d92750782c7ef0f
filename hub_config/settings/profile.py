"""Profile: what a user can start."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from hub_config.settings._model import Model, Size, Texts
from hub_config.settings.amounts import guarantee_problem
from hub_config.settings.dask import Workers

Tolerations = tuple[dict[str, Any], ...]
"""As Kubernetes writes them."""


class Profile(Model):
    """What a user can start: a card on the spawn page."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    """Short name, which stays when the others change."""
    display_name: Texts
    """Title of the card, in the languages en and zh."""
    description: Texts
    """What the card says below its title."""
    cpu: float = Field(gt=0)
    """Cores, at most; a server's programs are told to use as many threads."""
    memory: Size
    """At most, as 8G."""
    gpu: int = Field(0, ge=0)
    """GPUs; on Kubernetes those of NVIDIA's device plugin."""
    groups: tuple[str, ...] = ()
    """Groups that may have it; none: everybody who may come in."""
    default_url: str = "/lab"
    """Page of the server that opens first."""
    image: str = ""
    """Kubernetes: user or user-gpu, which are this release's own, or another image in full; none: by gpu."""
    cpu_guarantee: float | None = Field(None, gt=0)
    """Kubernetes: cores that a node must have free; none: as many as cpu."""
    memory_guarantee: Size | None = None
    """Kubernetes: memory that a node must have free; none: as much as memory."""
    node_selector: dict[str, str] = Field(default_factory=dict)
    """Kubernetes: labels of the nodes where it may run."""
    tolerations: Tolerations = ()
    """Kubernetes: taints of nodes that it may run on, such as those of GPU nodes."""
    workers: Workers | None = None
    """Kubernetes, with dask.enabled: Dask workers that its servers may ask for, as {maximum: 8, cpu: 4, memory: 16G};
    none: it offers none."""

    @model_validator(mode="after")
    def _no_more_than_the_limit(self) -> Profile:
        if problem := guarantee_problem(self.cpu, self.memory, self.cpu_guarantee, self.memory_guarantee):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _gpus_with_their_image(self) -> Profile:
        if self.workers is not None and self.workers.gpu and not self.gpu and self.image in ("", "user"):
            raise ValueError(f"profile {self.slug!r}: workers.gpu {self.workers.gpu} needs image: user-gpu")
        return self
