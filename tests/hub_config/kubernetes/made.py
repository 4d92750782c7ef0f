"""Accounts, profiles and settings that the builders' tests share."""

from __future__ import annotations

from typing import Any

from hub_config.identity import Account, SsoClaims, identify
from hub_config.settings import Settings, check_settings
from tests.hub_config.good import good

STORAGE = {"home": "homes/{name}", "data": "experiments/{proposal}", "results": "results/{proposal}"}


def values(**changes: Any) -> dict[str, Any]:
    """Settings of a facility."""
    singleuser = {"namespace": "daas-users", "images": {"tag": "t"}}
    return {**good(), "mode": "kubernetes", "storage": STORAGE, "singleuser": singleuser, **changes}


def facility(**changes: Any) -> Settings:
    """The same, checked."""
    return check_settings(values(**changes))


def account(settings: Settings, groups: tuple[str, ...] = ("heps-ct",), uid: int = 10001) -> Account:
    """Ada, as her login gives her."""
    claims = SsoClaims(id="42", name="ada", uid=uid, groups=list(groups))
    return identify(claims, settings.identity, settings.storage)
