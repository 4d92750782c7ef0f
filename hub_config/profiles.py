"""Profiles: what a person may start, decided from the groups that the login gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub_config._words import StartRefusal
from hub_config.settings import Profile


def allowed_profiles(profiles: Iterable[Profile], groups: Iterable[str]) -> tuple[Profile, ...]:
    """The profiles that a member of ``groups`` may have, in their order; one without groups is for everybody."""
    mine = set(groups)
    return tuple(profile for profile in profiles if not profile.groups or mine.intersection(profile.groups))


def find_profile(profiles: Iterable[Profile], slug: object, groups: Iterable[str]) -> Profile:
    """The profile that was asked for.

    ``slug`` comes from a form or the API and may be anything. `Refusal` for one that is not there or belongs to
    other groups: both read the same, so that nobody learns which profiles others have.
    """
    allowed = allowed_profiles(profiles, groups)
    for profile in allowed:
        if profile.slug == slug:
            return profile
    if not allowed:
        raise StartRefusal("nothing")
    names = ", ".join(profile.slug for profile in allowed)
    if not slug:
        raise StartRefusal("no-choice", names=names)
    raise StartRefusal("not-yours", value=repr(str(slug)[:40]), names=names)


def options_from_form(form: Mapping[str, list[Any]]) -> dict[str, str]:
    """What the spawn page's form asks for, as JupyterHub's user options: ``{"profile": slug}``.

    >>> options_from_form({"profile": ["cpu"], "_xsrf": ["..."]})
    {'profile': 'cpu'}

    The slug is as it came; `find_profile` judges it when the server starts, however it was asked for.
    """
    values = form.get("profile") or [""]
    return {"profile": str(values[-1])}


def groups_of(auth_state: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The known groups of the account in a user's auth_state; none where there is no login to go by."""
    account = (auth_state or {}).get("account") or {}
    return tuple(account.get("groups") or ())
