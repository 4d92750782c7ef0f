"""A broker for tests: the API of the platform's, over processes of this machine in the place of pods."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from tests.broker.counting import Counting
from tests.broker.pods import FakeCluster, free_port

TOKEN = "a-token-that-nobody-may-see"
_EVERY = 0.05


class FakeBroker:
    """Runs in a thread of its own. limit: workers of all clusters together. is_down: answers 503."""

    def __init__(self, folder: Path, *, limit: int = 4, memory: int = 4 << 30) -> None:
        self.folder, self.limit, self.memory = folder, limit, memory
        self.clusters: dict[str, FakeCluster] = {}
        self.requests: list[tuple[str, str, Any]] = []
        self.is_down = False
        self.holds_scheduler = False
        self.holds_workers = 0
        self._ports: tuple[int, int] | None = None
        self._numbers = itertools.count(1)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake-broker", daemon=True)

    @property
    def url(self) -> str:
        """The API."""
        return f"http://127.0.0.1:{self.port}/services/dask/api/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What the hub sets in a user's pod."""
        return {"DAISY_BROKER_URL": self.url, "JUPYTERHUB_API_TOKEN": TOKEN}

    @property
    def only(self) -> FakeCluster:
        """The cluster that lives, of which there is one."""
        (found,) = self.clusters.values()
        return found

    def __enter__(self) -> FakeBroker:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        for cluster in self.clusters.values():
            cluster.end()

    def create(self, workers: int) -> FakeCluster:
        """A cluster, whose pods are started at the next look."""
        name = f"alice-{next(self._numbers):06x}"
        ports = self._ports or (port := free_port(), port)
        made = FakeCluster(name, workers, self.folder / name, self.memory, self.holds_scheduler, ports)
        for number in range(workers):
            made.add(held=number >= workers - self.holds_workers)
        self.clusters[name] = made
        return made

    def count_bytes(self) -> Counting:
        """Let what goes through the scheduler of the next cluster be counted."""
        port = free_port()
        counting = Counting(port)
        self._ports = port, asyncio.run_coroutine_threadsafe(counting.start(), self._loop).result(10)
        return counting

    def free(self) -> int:
        """Workers that may still be had."""
        return self.limit - sum(cluster.workers for cluster in self.clusters.values())

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        routes = [
            (r"/services/dask/api/v1/clusters", _Clusters),
            (r"/services/dask/api/v1/clusters/([a-z0-9-]+)", _Cluster),
            (r"/services/dask/api/v1/clusters/([a-z0-9-]+)/activity", _Activity),
        ]
        server = HTTPServer(Application([(*route, {"broker": self}) for route in routes]))
        sockets = bind_sockets(0, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        server.add_sockets(sockets)
        self._ready.set()
        while not self._stop.is_set():
            for cluster in list(self.clusters.values()):
                cluster.look()
            await asyncio.sleep(_EVERY)
        server.stop()


class _Handler(RequestHandler):
    def initialize(self, broker: FakeBroker) -> None:
        self.broker = broker

    def prepare(self) -> None:
        body = json.loads(self.request.body) if self.request.body else None
        self.body: dict[str, Any] = body or {}
        self.broker.requests.append((str(self.request.method), self.request.path, body))
        if self.broker.is_down:
            self.refuse(503, "no-kubernetes", "Kubernetes does not answer", "Kubernetes 没有响应")
        elif self.request.headers.get("Authorization") != f"token {TOKEN}":
            self.refuse(401, "no-token", "the token is not known", "令牌无效")

    def refuse(self, status: int, key: str, en: str, zh: str) -> None:
        """Answer with an error."""
        self.set_status(status)
        self.finish({"error": {"key": key, "message": {"en": en, "zh": zh}, "limit": None}})

    def found(self, name: str) -> FakeCluster | None:
        """The cluster, or None after a 404."""
        if name not in self.broker.clusters:
            self.refuse(404, "no-cluster", f"there is no cluster {name}", f"没有集群 {name}")
        return self.broker.clusters.get(name)

    def may_have(self, more: int) -> bool:
        """Whether so many more workers are within the quota, else a 409."""
        free = self.broker.free()
        if more > free:
            en = f"{more} more workers are asked for, but only {free} of {self.broker.limit} are left"
            self.refuse(409, "over-quota", en, f"还要 {more} 个，只剩 {free} 个")
        return more <= free

    def answer(self, cluster: FakeCluster) -> None:
        """Answer with a cluster."""
        limit = cluster.workers + self.broker.free()
        self.finish(cluster.described(limit, with_security=True))


class _Clusters(_Handler):
    def get(self) -> None:
        living = self.broker.clusters.values()
        self.finish({"clusters": [each.described(self.broker.limit, with_security=False) for each in living]})

    def post(self) -> None:
        if self.may_have(self.body["workers"]):
            self.set_status(201)
            self.answer(self.broker.create(self.body["workers"]))


class _Cluster(_Handler):
    def get(self, name: str) -> None:
        if cluster := self.found(name):
            self.answer(cluster)

    def patch(self, name: str) -> None:
        cluster = self.found(name)
        if cluster is None:
            return
        wanted, retired = self.body["workers"], self.body.get("retired", [])
        names = {pod.name for pod in cluster.pods}
        if wanted < cluster.workers and (len(retired) != cluster.workers - wanted or not names >= set(retired)):
            self.refuse(422, "bad-body", f"retired names {len(retired)} workers", "retired 不符")
        elif self.may_have(wanted - cluster.workers):
            for gone in retired:
                cluster.remove(gone)
            for _ in range(wanted - cluster.workers):
                cluster.add()
            cluster.workers = wanted
            self.answer(cluster)

    def delete(self, name: str) -> None:
        if cluster := self.found(name):
            del self.broker.clusters[name]
            cluster.end()
            self.set_status(204)


class _Activity(_Handler):
    def put(self, name: str) -> None:
        if cluster := self.found(name):
            cluster.activity += 1
            self.set_status(204)
