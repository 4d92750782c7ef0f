"""A Kubernetes API in miniature, by HTTP: pods, claims, events and quotas of one namespace, listed and watched.

What it knows of Kubernetes is what `PodSpawner` asks. A pod is Running as soon as it is made, with the address of one
stub that answers for all servers, unless a test says something else by `status_of`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks._stub_server import running_stub_server

PORT = 8888  # of users' servers
NAMESPACE = "daas-users"
USERNAME = "hub.jupyter.org/username"

Object = dict[str, Any]


class FakeKubernetes:
    """Its objects by kind and name, and what has happened to them."""

    def __init__(self, session: aiohttp.ClientSession, stub_url: str) -> None:
        self.objects: defaultdict[str, dict[str, Object]] = defaultdict(dict)
        self.refusal: tuple[int, str] | None = None
        """Status and message with which new pods are refused."""
        self.status_of: Callable[[Object], Object] = self.running
        """The status of a pod that is made."""
        self._session, self._stub_url = session, stub_url
        self._happened: list[tuple[str, str, Object]] = []
        self._more = asyncio.Condition()

    def application(self) -> web.Application:
        """Its addresses."""
        application = web.Application()
        place = "/api/v1/namespaces/{namespace}/{kind}"
        application.router.add_get(place, self._list)
        application.router.add_post(place, self._create)
        application.router.add_get(place + "/{name}", self._read)
        application.router.add_delete(place + "/{name}", self._delete)
        return application

    def running(self, pod: Object) -> Object:
        """The status of a pod whose server answers."""
        container = {"name": "notebook", "image": "-", "imageID": "-", "restartCount": 0, "ready": True} | {
            "state": {"running": {}}
        }
        return {"phase": "Running", "podIP": self._stub_url.split(":")[1][2:], "containerStatuses": [container]}

    def put(self, kind: str, name: str, **found: Any) -> None:
        """An object that is there before anybody asks."""
        self.objects[kind][name] = {"metadata": {"name": name, "namespace": NAMESPACE, "uid": "of before"}, **found}

    async def change(self, name: str, status: Object) -> None:
        """Give a pod another status."""
        self.objects["pods"][name]["status"] = status
        await self._tell("pods", "MODIFIED", self.objects["pods"][name])

    async def _tell(self, kind: str, what: str, found: Object) -> None:
        async with self._more:
            found["metadata"]["resourceVersion"] = str(len(self._happened) + 1)
            self._happened.append((kind, what, json.loads(json.dumps(found))))
            self._more.notify_all()

    async def _list(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        if "watch" in request.query:
            return await self._watch(request, kind)
        metadata = {"resourceVersion": str(len(self._happened))}
        items = list(self.objects[kind].values())
        return web.json_response({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": items})

    async def _watch(self, request: web.Request, kind: str) -> web.StreamResponse:
        seen = int(request.query.get("resourceVersion") or 0)
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        while True:
            async with self._more:
                await self._more.wait_for(lambda: len(self._happened) > seen)  # noqa: B023 - asked within this turn
                new, seen = self._happened[seen:], len(self._happened)
            try:
                for of, what, found in new:
                    if of == kind:
                        await answer.write(json.dumps({"type": what, "object": found}).encode() + b"\n")
            except ConnectionResetError:  # who watched has gone
                return answer

    async def _create(self, request: web.Request) -> web.Response:
        kind, given = request.match_info["kind"], await request.json()
        name = given["metadata"]["name"]
        if name in self.objects[kind]:
            return _refused(409, f"{name} is there already")
        if kind == "pods" and self.refusal:
            return _refused(*self.refusal)
        given["metadata"]["uid"] = f"uid-{len(self._happened)}"
        if kind == "pods":
            given["status"] = self.status_of(given)
            await self._start(given)
        self.objects[kind][name] = given
        await self._tell(kind, "ADDED", given)
        return web.json_response(given, status=201)

    async def _start(self, pod: Object) -> None:
        """Hand the environment of a server over to the stub."""
        environment = {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}
        name = pod["metadata"]["labels"][USERNAME]
        async with self._session.post(f"{self._stub_url}/start/{name}", json=environment) as answer:
            answer.raise_for_status()

    async def _read(self, request: web.Request) -> web.Response:
        found = self.objects[request.match_info["kind"]].get(request.match_info["name"])
        return web.json_response(found) if found else _refused(404, "not found")

    async def _delete(self, request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        found = self.objects[kind].pop(request.match_info["name"], None)
        if found is None:
            return _refused(404, "not found")
        await self._tell(kind, "DELETED", found)
        return web.json_response(found)


@asynccontextmanager
async def running_kubernetes(folder: Path) -> AsyncIterator[tuple[FakeKubernetes, Mapping[str, Any]]]:
    """The API while it runs, and what a `Platform` is told so that its hub starts pods there."""
    host = f"127.{random.randint(64, 250)}.{random.randint(1, 250)}.1"
    async with running_stub_server(host, PORT) as stub_url, aiohttp.ClientSession() as session:
        fake = FakeKubernetes(session, stub_url)
        runner = web.AppRunner(fake.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            (folder / "kubeconfig").write_text(json.dumps(_kubeconfig(url)), encoding="utf-8")
            yield fake, {"config": _CONFIG, "env": {"KUBECONFIG": str(folder / "kubeconfig")}, "changes": _SETTINGS}
        finally:
            await runner.cleanup()


_CONFIG = Path(__file__).parents[1] / "hub_config" / "jupyterhub_config.py"
_SETTINGS = {
    "mode": "kubernetes",
    "storage": {"home": "homes/{name}", "data": "experiments/{proposal}", "results": "results/{proposal}"},
    "singleuser": {"namespace": NAMESPACE, "images": {"tag": "t"}, "startTimeout": 60},
    "profiles": [
        {
            "slug": "ct-gpu",
            "displayName": {"en": "Tomography", "zh": "断层成像"},
            "description": {"en": "One GPU", "zh": "1 块 GPU"},
            "cpu": 4,
            "memory": "16G",
            "gpu": 1,
        }
    ],
}


def _kubeconfig(url: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "fake", "cluster": {"server": url}}],
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "hub"}}],
        "users": [{"name": "hub", "user": {}}],
        "current-context": "fake",
    }


def _refused(status: int, message: str) -> web.Response:
    return web.json_response({"kind": "Status", "code": status, "message": message}, status=status)
