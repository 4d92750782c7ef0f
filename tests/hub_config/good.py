"""Settings that are right, to be broken one way at a time."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_SETTINGS: dict[str, Any] = {
    "hub": {"bindUrl": "http://127.0.0.1:8000"},
    "sso": {
        "provider": "ihep",
        "clientId": "daisy",
        "authorizeUrl": "https://sso.example.org/oauth2/authorize",
        "tokenUrl": "https://sso.example.org/oauth2/token",
        "accountUrl": "https://sso.example.org/umt/api/APIComputing",
        "logoutUrl": "https://sso.example.org/logout",
        "callbackUrl": "https://hub.example.org/hub/oauth_callback",
    },
    "identity": {"groups": {"heps-ct": {"gid": 20001, "path": "P2026-17"}, "heps-xrd": {"gid": 20002}}},
    "profiles": [
        {
            "slug": "cpu",
            "displayName": {"en": "CPU", "zh": "CPU"},
            "description": {"en": "Two cores", "zh": "两核"},
            "cpu": 2,
            "memory": "8G",
        },
        {
            "slug": "gpu",
            "displayName": {"en": "GPU", "zh": "GPU"},
            "description": {"en": "With a GPU", "zh": "带 GPU"},
            "cpu": 8,
            "memory": "64G",
            "gpu": 1,
            "groups": ["heps-ct"],
        },
    ],
}


def good() -> dict[str, Any]:
    """A copy that may be changed."""
    return deepcopy(_SETTINGS)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The settings with one value set, as ``sso.clientId`` or ``profiles.0.cpu``."""
    values: Any = good()
    *parents, last = path.split(".")
    place = values
    for part in parents:
        place = place[int(part)] if part.isdecimal() else place[part]
    place[last] = value
    return dict(values)


def without(path: str) -> dict[str, Any]:
    """The settings without one key."""
    values = changed(path, None)
    place: Any = values
    *parents, last = path.split(".")
    for part in parents:
        place = place[int(part)] if part.isdecimal() else place[part]
    del place[last]
    return values
