"""Profile: what a user can start."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from hub_config.settings._model import Model, Size, Texts

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

    @model_validator(mode="after")
    def _no_more_than_the_limit(self) -> Profile:
        if self.cpu_guarantee is not None and self.cpu_guarantee > self.cpu:
            raise ValueError(f"cpuGuarantee {self.cpu_guarantee:g} is more than cpu {self.cpu:g}")
        if self.memory_guarantee is not None and size_of(self.memory_guarantee) > size_of(self.memory):
            raise ValueError(f"memoryGuarantee {self.memory_guarantee} is more than memory {self.memory}")
        return self


def size_of(text: str) -> int:
    """Bytes of an amount of memory.

    >>> size_of("8G"), size_of("0.5M")
    (8589934592, 524288)
    """
    return round(float(text[:-1]) * 2.0 ** (10 * " KMGT".index(text[-1])))
