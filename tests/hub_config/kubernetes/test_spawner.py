"""A hub that starts pods, at a Kubernetes API in miniature: starts, waits, refusals, ends, and a hub that died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks._fake_kubernetes import FakeKubernetes, running_kubernetes
from benchmarks._platform import Platform, running_platform
from benchmarks._visitor import Answers, Visitor, visitor
from tests.hub_config.pages_hub import words

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]

POD = "jupyter-ada"
GPU = "requests.nvidia.com/gpu"
NO_GPU = "0/3 nodes are available: 2 Insufficient nvidia.com/gpu."
UNBOUND = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."


def pending(message: str) -> dict[str, Any]:
    condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {"phase": "Pending", "conditions": [condition]}


def waiting(why: dict[str, str]) -> dict[str, Any]:
    container = {"name": "notebook", "image": "-", "imageID": "-", "restartCount": 0, "ready": False}
    return {"phase": "Pending", "containerStatuses": [{**container, "state": {"waiting": why}}]}


def ended(**last: Any) -> dict[str, Any]:
    container = {"name": "notebook", "image": "-", "imageID": "-", "restartCount": 0, "ready": False}
    return {"phase": "Failed", "containerStatuses": [{**container, "state": {"terminated": last}}]}


@asynccontextmanager
async def facility(folder: Path) -> AsyncIterator[tuple[FakeKubernetes, Platform]]:
    async with (
        running_kubernetes(folder) as (kubernetes, told),
        running_platform(folder, ["ada", "bob"], **told) as platform,
    ):
        yield kubernetes, platform


@asynccontextmanager
async def logged_in(platform: Platform, name: str) -> AsyncIterator[Visitor]:
    async with visitor(platform, name, Answers()) as person:
        await person.log_in()
        yield person


async def test_what_a_start_waits_for_is_told_until_the_server_is_ready(tmp_path: Path) -> None:
    async with facility(tmp_path) as (kubernetes, platform), logged_in(platform, "ada") as ada:
        kubernetes.status_of = lambda pod: pending(NO_GPU)
        told = []
        async for message in ada.messages(await ada.ask_for_server()):
            told.append(message)
            texts = message.get("texts", {})
            if "no GPU is free" in texts.get("en", ""):
                assert texts["zh"].startswith("没有空闲的 GPU")
                await kubernetes.change(POD, pending(UNBOUND))
            elif "the storage of your server is not ready" in texts.get("en", ""):
                assert texts["zh"].startswith("服务器的存储尚未就绪")
                await kubernetes.change(POD, kubernetes.running({}))
        assert told[-1]["ready"] is True
        assert sum("texts" in message for message in told) == 2  # each sentence once


async def test_what_the_api_refuses_is_a_page_and_what_is_left_of_an_earlier_server_is_replaced(
    tmp_path: Path,
) -> None:
    async with facility(tmp_path) as (kubernetes, platform), logged_in(platform, "ada") as ada:
        kubernetes.put("resourcequotas", "users", status={"hard": {GPU: "8"}, "used": {GPU: "6"}})
        kubernetes.refusal = (403, f"pods is forbidden: exceeded quota: users, requested: {GPU}=1, used: {GPU}=8")
        with pytest.raises(RuntimeError, match="was answered with 503") as refused:
            await ada.ask_for_server()
        page = words(refused.value.__notes__[0])
        assert f"all that the platform may use at once is in use (asked for: {GPU}=1)" in page
        assert "GPUs free now: 2" in page  # of the GPUs, on the card of the profile that has one
        kubernetes.refusal = None
        kubernetes.put("pods", POD, spec={"containers": []}, status={"phase": "Failed"})
        await ada.start_server()
        assert kubernetes.objects["pods"][POD]["metadata"]["uid"] != "of before"


async def test_a_hub_that_was_killed_finds_pods_that_run_and_tells_why_one_has_ended(tmp_path: Path) -> None:
    async with (
        facility(tmp_path) as (kubernetes, platform),
        logged_in(platform, "ada") as ada,
        logged_in(platform, "bob") as bob,
    ):
        await ada.start_server()
        await bob.start_server()
        made = kubernetes.objects["pods"][POD]["metadata"]["uid"]
        platform.kill_hub()
        await kubernetes.change("jupyter-bob", ended(exitCode=137, reason="OOMKilled"))
        await platform.start_hub()
        assert await ada.is_running()
        assert kubernetes.objects["pods"][POD]["metadata"]["uid"] == made
        assert "ended because its programs needed more than" in words(await bob.look("/hub/home"))
        assert "jupyter-bob" not in kubernetes.objects["pods"]


async def test_a_hub_takes_up_what_was_starting_when_the_last_one_was_killed(tmp_path: Path) -> None:
    async with (
        facility(tmp_path) as (kubernetes, platform),
        logged_in(platform, "ada") as ada,
        logged_in(platform, "bob") as bob,
    ):
        kubernetes.status_of = lambda pod: pending(NO_GPU)
        for person in (ada, bob):
            await person.ask_for_server()
        made = kubernetes.objects["pods"][POD]["metadata"]["uid"]
        platform.kill_hub()
        await platform.start_hub()
        assert 'data-state="starting"' in await ada.look("/hub/home")
        await kubernetes.change(POD, kubernetes.running({}))
        await until(ada.is_running)
        assert kubernetes.objects["pods"][POD]["metadata"]["uid"] == made
        missing = {"reason": "ErrImageNeverPull", "message": 'Container image "localhost/x:1" is not present'}
        await kubernetes.change("jupyter-bob", waiting(missing))
        await until(partial(shows, bob, "the software of this profile is not there (localhost/x:1)"))
        assert "jupyter-bob" not in kubernetes.objects["pods"]


async def shows(person: Visitor, sentence: str) -> bool:
    return sentence in words(await person.look("/hub/home"))


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.1)
