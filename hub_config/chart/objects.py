"""Parts of Kubernetes's own objects, as several values have them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from hub_config.settings._model import Model
from hub_config.settings.profile import Tolerations

Quantity = Annotated[str, Field(pattern=r"^\d+(\.\d+)?(m|[kKMGTPE]i?)?$")] | int | float
"""An amount as Kubernetes writes it, as 500m or 2Gi."""
Amounts = dict[str, Quantity]
Labels = dict[str, str]
Objects = tuple[dict[str, Any], ...]
"""As Kubernetes writes them; it checks them itself."""
Cidr = Annotated[str, Field(pattern=r"^[0-9a-fA-F.:]+/\d{1,3}$")]
"""A range of addresses, as 10.0.0.0/8."""
Name = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$")]
"""The name of an object of Kubernetes; none: empty."""
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
"""A key of a Secret."""


class Resources(Model):
    """What a pod may use (limits), and what a node must have free for it (requests)."""

    requests: Amounts
    """What a node must have free."""
    limits: Amounts
    """What it may use at most."""


class Pdb(Model):
    """A PodDisruptionBudget: whether a node that is emptied has to leave the pod alone."""

    enabled: bool = False
    """Whether there is one."""
    min_available: int = Field(1, ge=0)
    """Pods that stay; with 1 an administrator has to move the pod by hand."""


class Placed(Model):
    """Where a pod of the platform runs."""

    node_selector: Labels = Field(default_factory=dict)
    """Labels of the nodes where it may run."""
    tolerations: Tolerations = ()
    """Taints of nodes that it may run on."""
    pdb: Pdb = Pdb()
    """A PodDisruptionBudget."""


class Claim(Model):
    """A persistent volume claim."""

    storage_class_name: str | None = None
    """Its class; none: the cluster's default. Empty: no class, for a volume that was made by hand."""
