"""Opening a home that is a claim of its own: the claim is made, and given to its user, before the first server."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

from kubernetes_asyncio.client import ApiException

from hub_config._words import StartRefusal
from hub_config.identity import Account
from hub_config.kubernetes.explain import Problem, creation_problem, problem_of
from hub_config.kubernetes.home import READY, build_claim, build_opener, own_claim
from hub_config.settings import Singleuser, Storage

_LOOK = 0.2  # seconds


async def open_home(api: Any, account: Account, storage: Storage, singleuser: Singleuser) -> None:
    """See that the claim is there and open to its user; raises `StartRefusal`. Nothing to do where homes are shared."""
    claim = own_claim(account)
    if not claim:
        return
    try:
        found = await api.read_namespaced_persistent_volume_claim(claim, singleuser.namespace)
    except ApiException as error:
        if error.status != 404:
            raise
        found = await create(
            api.create_namespaced_persistent_volume_claim, build_claim(account, storage, singleuser), singleuser
        )
    if (found.metadata.annotations or {}).get(READY) == "ready":
        return
    await _run_to_end(api, build_opener(account, singleuser), singleuser)
    note = {"metadata": {"annotations": {READY: "ready"}}}
    await api.patch_namespaced_persistent_volume_claim(claim, singleuser.namespace, note)


async def create(method: Any, manifest: dict[str, Any], singleuser: Singleuser) -> Any:
    """Make an object; raises `StartRefusal` where the API does not take it, ApiException 409 where it is there."""
    try:
        return await method(singleuser.namespace, manifest)
    except ApiException as error:
        if error.status == 409:
            raise
        raise refusal(creation_problem(error.status, _said(error))) from None


def refusal(problem: Problem) -> StartRefusal:
    """The sentence of a problem."""
    return StartRefusal(problem.key, **problem.values)


async def _run_to_end(api: Any, manifest: dict[str, Any], singleuser: Singleuser) -> None:
    """Run a small pod, wait for its end, and remove it."""
    name, begun, problem, phase = manifest["metadata"]["name"], time.monotonic(), None, ""
    with suppress(ApiException):  # 409: another start of the same user has made it
        await create(api.create_namespaced_pod, manifest, singleuser)
    while time.monotonic() - begun < singleuser.start_timeout:
        pod = api.api_client.sanitize_for_serialization(await api.read_namespaced_pod(name, singleuser.namespace))
        phase = pod["status"].get("phase", "")
        if phase in ("Succeeded", "Failed"):
            break
        problem = problem_of(pod)
        if problem and problem.final:
            break
        await asyncio.sleep(_LOOK)
    await api.delete_namespaced_pod(name, singleuser.namespace, grace_period_seconds=0)
    if phase == "Failed":
        raise refusal(Problem("closed-folder", {"value": "/home"}))
    if phase != "Succeeded":
        raise refusal(problem or Problem("too-slow", {"value": str(singleuser.start_timeout)}))


def _said(error: ApiException) -> str:
    """What the API says of a request that it refused."""
    try:
        return str(json.loads(error.body or "")["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.reason)
