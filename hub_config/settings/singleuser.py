"""Singleuser: the pods of users on Kubernetes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hub_config.settings._model import Model
from hub_config.settings.profile import Tolerations


class ImageOptions(Model):
    """Where the images of a release are found."""

    prefix: str = Field("localhost/daisy-daas-", pattern=r"^[a-z0-9][a-z0-9._:/-]*$")
    """Registry and beginning of the names: PREFIXhub:TAG, PREFIXproxy:TAG, PREFIXuser:TAG and so on."""
    pull_policy: Literal["IfNotPresent", "Never", "Always"] = "IfNotPresent"
    """When a node asks the registry."""
    pull_secrets: tuple[str, ...] = ()
    """Secrets with a registry's credentials, in both namespaces."""


class Images(ImageOptions):
    """The images of a release: PREFIXuser:TAG and so on."""

    tag: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")

    def name(self, image: str) -> str:
        """The image in full.

        >>> Images(tag="1.2").name("user"), Images(tag="1.2").name("registry/other:3")
        ('localhost/daisy-daas-user:1.2', 'registry/other:3')
        """
        return image if set(image) & set("/:") else f"{self.prefix}{image}:{self.tag}"


class PodOptions(Model):
    """What an administrator decides about the pods of all users."""

    start_timeout: int = Field(300, gt=0)
    """Seconds until a start is given up."""
    node_selector: dict[str, str] = Field(default_factory=dict)
    """Labels of the nodes for all users' pods."""
    extra_tolerations: Tolerations = ()
    """Taints that all users' pods tolerate."""
    extra_env: dict[str, str] = Field(default_factory=dict)
    """Variables of every user's programs; no place for a secret."""
    shm_size: str = Field("2Gi", pattern=r"^[1-9]\d*[MG]i$")
    """Shared memory of programs; what lies there counts as the pod's memory."""
    tmp_size: str = Field("20Gi", pattern=r"^[1-9]\d*[MGT]i$")
    """Temporary files, on the node's disk; a pod that writes more is evicted."""


class Singleuser(PodOptions):
    """What the pods of all users have in common."""

    namespace: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    """Where they run; the control plane is elsewhere."""
    images: Images
