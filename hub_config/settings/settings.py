"""Settings: everything that the hub is told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from hub_config.settings._model import LOOPBACK, Model
from hub_config.settings.dask import EVERY, Dask, DaskOptions
from hub_config.settings.hub import Cull, Hub
from hub_config.settings.identity import Identity
from hub_config.settings.profile import Profile
from hub_config.settings.singleuser import Singleuser
from hub_config.settings.sso import Sso
from hub_config.settings.storage import Storage


class Settings(Model):
    """Everything that the hub is told."""

    mode: Literal["local", "kubernetes"] = "local"
    """local: servers are processes of the hub's own user, on loopback; kubernetes: pods of the users themselves."""
    hub: Hub = Hub()
    sso: Sso
    identity: Identity = Identity()
    profiles: tuple[Profile, ...] = Field(min_length=1)
    storage: Storage = Storage()
    cull: Cull = Cull()
    singleuser: Singleuser | None = None
    """mode kubernetes: the users' pods."""
    dask: Dask = Dask()
    """mode kubernetes: Dask workers for users' servers."""

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        {"local": self._check_local, "kubernetes": self._check_kubernetes}[self.mode]()
        check_profiles(self.profiles, self.identity.groups)
        check_dask(self.dask, self.profiles, (group.path for group in self.identity.groups.values()))
        return self

    def _check_local(self) -> None:
        host = urlsplit(self.hub.bind_url).hostname
        if host not in LOOPBACK:
            raise ValueError(
                f"hub.bindUrl: mode local, which isolates nobody, listens on loopback alone, not on {host}"
            )
        if self.dask.enabled:
            raise ValueError("dask.enabled needs mode kubernetes; on one machine workers are processes of the server")

    def _check_kubernetes(self) -> None:
        if self.singleuser is None:
            raise ValueError("mode kubernetes needs singleuser: namespace and images of the users' pods")
        if not self.sso.callback_url:
            raise ValueError("mode kubernetes needs sso.callbackUrl: the public address of /hub/oauth_callback")
        if problem := self.storage.claims_problem():
            raise ValueError(f"storage.{problem}")


def check_profiles(profiles: tuple[Profile, ...], groups: Iterable[str]) -> None:
    """Refuse a slug that is there twice, and groups that nobody can be in."""
    slugs = [profile.slug for profile in profiles]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise ValueError(f"profiles: the slug {slug!r} is there twice")
    for profile in profiles:
        for group in profile.groups:
            if group not in groups:
                raise ValueError(
                    f"profile {profile.slug!r}: group {group!r} is not in identity.groups{near(group, groups)}"
                )


def check_dask(dask: DaskOptions, profiles: tuple[Profile, ...], proposals: Iterable[str]) -> None:
    """Refuse quotas of proposals that are nobody's, and workers that no profile offers."""
    known = {proposal for proposal in proposals if proposal}
    for proposal in dask.quota:
        if proposal != EVERY and proposal not in known:
            raise ValueError(
                f"dask.quota: {proposal!r} is the path of no group of identity.groups{near(proposal, known)}"
            )
    if dask.enabled and not any(profile.workers for profile in profiles):
        raise ValueError("dask.enabled needs a profile with workers, such as {maximum: 8, cpu: 4, memory: 16G}")


def near(word: str, known: Iterable[str]) -> str:
    """The word that was probably meant, as the end of a sentence; empty where there is none."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean {found[0]!r}?" if found else ""
