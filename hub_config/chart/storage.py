"""The storage's values: where data lie, and claims that the chart makes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hub_config.chart.objects import Claim, Name
from hub_config.settings.storage import Storage

_HOME = r"^([a-z0-9-]*\{name\}[a-z0-9-]*|[a-z0-9-]+/[A-Za-z0-9_./-]*\{name\}[A-Za-z0-9_./-]*)$"
_IN_CLAIM = r"^[a-z0-9-]+/([A-Za-z0-9_.-]*/)*[A-Za-z0-9_.-]*\{proposal\}[A-Za-z0-9_./-]*$"


class UsersClaim(Claim):
    """A claim in the users' namespace, which stays when the release is uninstalled."""

    size: str = Field(pattern=r"^[1-9]\d*[MGTP]i$")
    """Its size; those of a file system that others fill are not enforced."""
    volume_name: Name = ""
    """A volume that exists, such as the site's file system; without a class then, unless one is named."""
    access_modes: tuple[Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        ("ReadWriteMany",), min_length=1
    )
    """ReadWriteMany where users work on several nodes."""


class StorageValues(Storage):
    """Where data lie: CLAIM/FOLDER of claims in the users' namespace."""

    home: str = Field("homes/{name}", pattern=_HOME)
    """A user's own folder; home-{name} without a folder is a claim of each user's own, made at the first start."""
    data: str = Field("experiments/{proposal}", pattern=_IN_CLAIM)
    """Read-only for the members of the proposal."""
    results: str = Field("results/{proposal}", pattern=_IN_CLAIM)
    """Writable for the members of the proposal."""
    claims: dict[str, UsersClaim] = Field(default_factory=dict)
    """Claims that the chart makes, by name; they stay when the release is uninstalled. Others have to exist."""

    @model_validator(mode="after")
    def _places(self) -> StorageValues:
        if problem := self.claims_problem():
            raise ValueError(problem)
        return self
