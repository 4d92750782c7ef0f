"""What the platform of one machine is told: its groups, users and profiles, as data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil

GROUPS = {"heps-ct": {"gid": 20001, "path": "CT-DEMO"}, "heps-xrd": {"gid": 20002, "path": "XRD-DEMO"}}

_USERS = {
    "demo": (10001, ["heps-ct"], False),
    "other": (10002, ["heps-xrd"], False),
    "nogroup": (10003, [], False),
    "disabled": (10004, ["heps-ct"], True),
}


def users(passwords: dict[str, str]) -> list[dict[str, Any]]:
    """The people that the stand-in for the SSO knows."""
    return [
        {
            "name": name,
            "password": passwords[name],
            "email": f"{name}@example.org",
            "truename": name.capitalize(),
            "umtId": str(uid + 500_000),
            "uid": uid,
            "groups": groups,
            "disabled": disabled,
        }
        for name, (uid, groups, disabled) in _USERS.items()
    ]


def names() -> tuple[str, ...]:
    """Names of those people."""
    return tuple(_USERS)


def settings(
    *, port: int, hub_port: int, api_port: int, sso_url: str, homes: Path, base_url: str = "/"
) -> dict[str, Any]:
    """Settings for the hub on this machine."""
    url = f"http://127.0.0.1:{port}"
    return {
        "mode": "local",
        "hub": {
            "bindUrl": url,
            "hubBindUrl": f"http://127.0.0.1:{hub_port}",
            "proxyApiUrl": f"http://127.0.0.1:{api_port}",
        },
        "sso": {
            "provider": "ihep",
            "label": "IHEP SSO",
            "clientId": "daisy-local",
            "authorizeUrl": f"{sso_url}/oauth2/authorize",
            "tokenUrl": f"{sso_url}/oauth2/token",
            "accountUrl": f"{sso_url}/umt/api/APIComputing",
            "logoutUrl": f"{sso_url}/logout",
            "callbackUrl": f"{url}{base_url}hub/oauth_callback",
        },
        "identity": {"groups": GROUPS},
        "profiles": _profiles(),
        "storage": {"home": f"{homes}/{{name}}"},
    }


def _profiles() -> list[dict[str, Any]]:
    cores = os.cpu_count() or 1
    gigabytes = max(1, psutil.virtual_memory().total // 2**30)
    return [
        {
            "slug": "machine",
            "displayName": {"en": "The whole machine", "zh": "整台机器"},
            "description": {
                "en": "JupyterLab with the Daisy kernel, for reconstructing scans.",
                "zh": "带有 Daisy 内核的 JupyterLab，用于重建扫描数据。",
            },
            "cpu": cores,
            "memory": f"{gigabytes}G",
        },
        {
            "slug": "small",
            "displayName": {"en": "A small share", "zh": "小份资源"},
            "description": {
                "en": "JupyterLab for looking at data and writing notebooks.",
                "zh": "用于查看数据和编写笔记本的 JupyterLab。",
            },
            "cpu": 1,
            "memory": f"{max(1, gigabytes // 4)}G",
        },
    ]
