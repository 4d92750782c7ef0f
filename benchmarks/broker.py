"""The broker: its list with 200 clusters, and 50 requests for clusters at once that a quota has no room for all of.

The broker is the whole one, over HTTP; Kubernetes and hub are those of the tests, in the same process: each request to
Kubernetes takes 10 ms. Clusters have two workers. ``--quick`` lists 20 times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kubernetes_asyncio.client import ApiClient, Configuration
from tornado.httpclient import AsyncHTTPClient

from benchmarks._shared import machine
from hub_config.broker.__main__ import serve
from hub_config.broker.storage import CLUSTER, POD
from hub_config.local.launcher import free_ports
from tests.hub_config.broker.fake_api import running_api
from tests.hub_config.broker.kubernetes import Kubernetes
from tests.hub_config.broker.made import account, dask_facility, server_pod
from tests.hub_config.broker.served import running_hub, token_of

CLUSTERS, AT_ONCE, ROOM = 200, 50, 37
_DELAY = 0.01


async def _main(lists: int) -> None:
    print(f"{CLUSTERS} clusters, {machine()}")
    print(f"\n{'what':32}{'median ms':>12}{'p95 ms':>10}{'reach':>10}")
    async with running(CLUSTERS * 2) as broker:
        await asyncio.gather(*(broker.ask("POST", "ada", {"workers": 2}) for _ in range(CLUSTERS - 4)))
        await asyncio.gather(*(broker.ask("POST", "bob", {"workers": 2}) for _ in range(4)))
        assert len(broker.kubernetes.of(CLUSTER)) == CLUSTERS
        await asyncio.sleep(2)  # the watches have told everything
        for name, user in ((f"list of {CLUSTERS - 4} own ones", "ada"), ("list of 4 own ones", "bob")):
            seconds = [(await broker.ask("GET", user))[1] for _ in range(lists)]
            print(f"{name:32}{_ms(statistics.median(seconds)):12.1f}{_ms(_p95(seconds)):10.1f}{'< 100':>10}")
    async with running(ROOM) as broker:
        answers = await asyncio.gather(
            *(broker.ask("POST", f"user-{number}", {"workers": 2}) for number in range(AT_ONCE))
        )
    statuses = [status for status, _ in answers]
    seconds = [took for _, took in answers]
    print(f"{f'{AT_ONCE} creations at once':32}{_ms(statistics.median(seconds)):12.1f}{_ms(_p95(seconds)):10.1f}")
    served, refused = statuses.count(201), statuses.count(409)
    print(f"\nroom for {ROOM // 2} of {AT_ONCE}: {served} served, {refused} refused")
    assert (served, refused) == (ROOM // 2, AT_ONCE - ROOM // 2)


class _Broker:
    """A broker that listens, asked by users with a server each."""

    def __init__(self, url: str, kubernetes: Kubernetes) -> None:
        self._url, self.kubernetes = url, kubernetes

    async def ask(self, method: str, user: str, body: Any = None) -> tuple[int, float]:
        """Status, and seconds until the answer was there."""
        text = None if body is None else json.dumps(body)
        begin = time.perf_counter()
        answer = await AsyncHTTPClient().fetch(
            self._url,
            method=method,
            headers={"Authorization": f"token {user}"},
            body=text,
            raise_error=False,
            request_timeout=120,
        )
        return answer.code, time.perf_counter() - begin


@asynccontextmanager
async def running(room: int) -> AsyncIterator[_Broker]:
    """A broker whose quota has room for so many workers, until the block ends."""
    AsyncHTTPClient.configure(None, max_clients=AT_ONCE)
    workers = {"clusters": CLUSTERS, "maximum": 2 * CLUSTERS}
    settings = dask_facility(workers, quota={"*": {"workers": room}})
    kubernetes, (port,), stop = Kubernetes(), free_ports(1), asyncio.Event()
    async with running_hub() as hub, running_api(kubernetes) as api:
        told = settings.hub.model_copy(update={"hub_connect_url": hub.url})
        settings = settings.model_copy(update={"hub": told})
        for user in ("ada", "bob", *(f"user-{number}" for number in range(AT_ONCE))):
            kubernetes.create(POD, server_pod(settings, account(settings, user)))
            hub.tokens[user] = token_of(user)
        async with ApiClient(Configuration(host=api.url)) as client:
            serving = asyncio.create_task(serve(settings, client, port, stop))
            broker = _Broker(f"http://127.0.0.1:{port}/services/dask/api/v1/clusters", kubernetes)
            while (await broker.ask("GET", "ada"))[0] != 200:
                await asyncio.sleep(0.05)
            api.delay = _DELAY
            yield broker
            stop.set()
            await serving


def _ms(seconds: float) -> float:
    return 1000 * seconds


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    asyncio.run(_main(20 if given.quick else 200))


if __name__ == "__main__":
    main()
