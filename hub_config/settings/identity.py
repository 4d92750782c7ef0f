"""Identity: who may come in, and as whom."""

from __future__ import annotations

from pydantic import Field, model_validator

from hub_config.settings._model import Model


class Group(Model):
    """A group that gives access: its POSIX id, and the proposal whose folders it opens."""

    gid: int
    """The group's POSIX id."""
    path: str = Field("", pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})?$")
    """Proposal id, the folder's name under the storage; none: no folder."""


class Identity(Model):
    """Who may come in, and as whom."""

    groups: dict[str, Group] = Field(default_factory=dict)
    """By name, the groups that give access; whoever is in none of them is refused."""
    minimum_id: int = Field(1000, ge=1)
    """uid and gids below are refused."""
    admins: tuple[str, ...] = ()
    """Accounts that may administer the hub; they need a group as well."""

    @model_validator(mode="after")
    def _no_system_groups(self) -> Identity:
        for name, group in self.groups.items():
            if group.gid < self.minimum_id:
                raise ValueError(f"group {name!r} has gid {group.gid}, and minimumId is {self.minimum_id}")
        return self
