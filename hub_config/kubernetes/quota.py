"""Quota: what the users' namespace may still use, as its ResourceQuotas say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubespawner.reflector import ResourceReflector


class QuotaReflector(ResourceReflector):
    """Watches the ResourceQuotas of the users' namespace."""

    kind = "quotas"
    list_method_name = "list_namespaced_resource_quota"


def free_of(quotas: Iterable[Mapping[str, Any]], resource: str) -> int | None:
    """How much of a resource the tightest quota leaves; None where no quota names it.

    >>> free_of([{"status": {"hard": {"requests.nvidia.com/gpu": "8"}, "used": {"requests.nvidia.com/gpu": "6"}}}],
    ...     "nvidia.com/gpu")
    2
    """
    left = []
    for quota in quotas:
        status = quota.get("status") or {}
        hard = (status.get("hard") or {}).get(f"requests.{resource}")
        if hard is not None:
            used = (status.get("used") or {}).get(f"requests.{resource}", "0")
            left.append(max(0, int(hard) - int(used)))
    return min(left, default=None)
