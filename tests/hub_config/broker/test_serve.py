"""The whole broker as its pod runs it, between a Kubernetes and a hub of the tests."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import pytest
import yaml
from kubernetes_asyncio.client import ApiClient, Configuration
from tornado.httpclient import AsyncHTTPClient

from hub_config.broker.__main__ import serve
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, POD
from hub_config.local.launcher import free_ports
from tests.hub_config.broker.fake_api import running_api
from tests.hub_config.broker.kubernetes import Kubernetes
from tests.hub_config.broker.made import account, dask_facility, server_pod
from tests.hub_config.broker.served import running_hub, token_of
from tests.hub_config.broker.test_storage import until
from tests.hub_config.kubernetes.made import values


@pytest.mark.asyncio
async def test_a_server_gets_workers_and_they_go_with_it():
    kubernetes, (port,), stop = Kubernetes(), free_ports(1), asyncio.Event()
    async with running_hub() as hub, running_api(kubernetes) as api:
        settings = dask_facility()
        told = settings.hub.model_copy(update={"hub_connect_url": hub.url})
        settings = settings.model_copy(update={"hub": told})
        kubernetes.create(POD, server_pod(settings, account(settings)))
        hub.tokens["ada"] = token_of("ada")
        async with ApiClient(Configuration(host=api.url)) as client:
            serving = asyncio.create_task(serve(settings, client, port, stop))
            url = f"http://127.0.0.1:{port}/services/dask/api/v1/clusters"
            await until_ready(url)
            made = await ask("POST", url, {"workers": 3})
            await until(lambda: len(kubernetes.of(DEPLOYMENT)) == 4)
            seen = await until_running(f"{url}/{made['id']}")
            gone = [pod["name"] for pod in seen["pods"][:2]]
            smaller = await ask("PATCH", f"{url}/{made['id']}", {"workers": 1, "retired": gone})
            assert smaller["workers"] == 1
            kubernetes.delete(POD, "jupyter-ada")
            assert kubernetes.of(CLUSTER) == []
            stop.set()
            await serving


@pytest.mark.asyncio
async def test_a_broker_that_can_read_no_more_ends_and_does_not_go_on_with_what_it_knew():
    kubernetes, (port,) = Kubernetes(), free_ports(1)
    async with running_api(kubernetes) as api, ApiClient(Configuration(host=api.url)) as client:
        kubernetes.objects[POD.name, "x"] = {"metadata": {"labels": {"dask.org/cluster-name": "y"}}}
        with pytest.raises(ExceptionGroup) as ended:
            await asyncio.wait_for(serve(dask_facility(), client, port), 5)
        assert ended.group_contains(KeyError, match="name")


async def ask(method: str, url: str, body: Any = None) -> Any:
    text = None if body is None else json.dumps(body)
    headers = {"Authorization": "token ada"}
    answer = await AsyncHTTPClient().fetch(url, method=method, body=text, headers=headers, raise_error=False)
    return json.loads(answer.body)


async def until_ready(url: str) -> None:
    async with asyncio.timeout(5):
        while "clusters" not in await ask("GET", url):
            await asyncio.sleep(0.01)


async def until_running(url: str) -> Any:
    async with asyncio.timeout(5):
        while True:
            seen = await ask("GET", url)
            if [pod["state"] for pod in seen["pods"]] == ["running"] * 3:
                return seen
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "dask.enabled is false, so there is nothing to serve: set it, or stop this"),
        ({"dask": {"enabled": True}}, "daisy-daas: dask: enabled needs namespace"),
    ],
)
def test_settings_that_need_no_broker_are_told_in_words(tmp_path, changes, text):
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(values(**changes), allow_unicode=True))
    env = {**os.environ, "DAISY_HUB_SETTINGS": str(tmp_path / "settings.yaml")}
    done = subprocess.run([sys.executable, "-m", "hub_config.broker"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert text in done.stderr
    assert "Traceback" not in done.stderr
