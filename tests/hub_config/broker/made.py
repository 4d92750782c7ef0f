"""A facility with Dask workers, its users' servers, and a broker of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from hub_config.broker.builder import Order
from hub_config.broker.caller import Caller
from hub_config.broker.models import ClusterDetails, Creation
from hub_config.broker.notebook import read_notebook
from hub_config.broker.service import Broker
from hub_config.broker.storage import POD
from hub_config.identity import Account, SsoClaims, identify
from hub_config.kubernetes.pod import Program, build_pod
from hub_config.settings import Profile, Settings
from tests.hub_config.broker.fake_storage import FakeStorage
from tests.hub_config.broker.kubernetes import Kubernetes
from tests.hub_config.kubernetes.made import facility, values

NOW = datetime(2026, 11, 30, 8, 0, 0, tzinfo=UTC)
WORKERS = {"maximum": 8, "cpu": 4, "memory": "16G", "cpuGuarantee": 0.5, "memoryGuarantee": "4G"}
ADA, BOB = Caller("ada", ""), Caller("bob", "")


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def dask_values(workers: dict[str, Any] | None = None, **dask: Any) -> dict[str, Any]:
    """Settings whose CPU profile has workers, and whose GPU profile has GPU workers."""
    cpu, gpu = values()["profiles"]
    profiles = [
        {**cpu, "workers": {**WORKERS, **(workers or {})}},
        {**gpu, "groups": [], "workers": {"maximum": 4, "clusters": 2, "cpu": 8, "memory": "64G", "gpu": 1}},
    ]
    return {"profiles": profiles, "dask": {"enabled": True, "namespace": "daas", **dask}}


def dask_facility(workers: dict[str, Any] | None = None, **dask: Any) -> Settings:
    return facility(**dask_values(workers, **dask))


def account(settings: Settings, user: str = "ada", groups: tuple[str, ...] = ("heps-ct",)) -> Account:
    claims = SsoClaims(id=user, name=user, uid=10001, groups=list(groups))
    return identify(claims, settings.identity, settings.storage)


def profile(settings: Settings, slug: str = "cpu") -> Profile:
    return next(each for each in settings.profiles if each.slug == slug)


def server_pod(settings: Settings, who: Account, slug: str = "cpu", server: str = "") -> dict[str, Any]:
    """The pod of a server as Kubernetes gives it back."""
    labels = {
        "component": "singleuser-server",
        "hub.jupyter.org/username": who.name,
        "hub.jupyter.org/servername": server,
    }
    annotations = {"hub.jupyter.org/username": who.name}
    if server:
        annotations["hub.jupyter.org/servername"] = server
    program = Program("notebook", ["server"], {"JUPYTERHUB_API_TOKEN": "s3cret"}, {"notebook-port": 8888}, 20)
    name = f"jupyter-{who.name}" + (f"--{server}" if server else "")
    assert settings.singleuser is not None
    pod = build_pod(name, who, profile(settings, slug), settings.singleuser, program, labels, annotations)
    pod["metadata"]["uid"] = f"uid-{name}"
    return {**pod, "status": {"phase": "Running"}}


def order(settings: Settings, slug: str = "cpu", who: Account | None = None, workers: int = 2) -> Order:
    """What Ada's cluster is made of."""
    notebook = read_notebook(server_pod(settings, who or account(settings), slug))
    return Order("ada-3f2a9c", notebook, profile(settings, slug), workers, NOW, NOW + timedelta(days=2))


class House:
    """A broker with what is around it."""

    def __init__(self, settings: Settings | None = None, delay: float = 0.0) -> None:
        self.settings, self.clock = settings or dask_facility(), Clock()
        self.kubernetes = Kubernetes(self.clock)
        self.storage = FakeStorage(self.kubernetes, delay)
        self.broker = Broker(self.settings, self.storage, self.clock)

    def start_server(self, user: str = "ada", slug: str = "cpu", server: str = "", **more: Any) -> Caller:
        """A user's server, and who it is for the broker."""
        self.kubernetes.create(POD, server_pod(self.settings, account(self.settings, user, **more), slug, server))
        return Caller(user, server)

    @contextmanager
    def refusing(self, status: int, *kinds: str) -> Iterator[None]:
        """Kubernetes refuses what it is asked for."""
        self.kubernetes.refuses, self.kubernetes.refused_kinds = status, set(kinds)
        try:
            yield
        finally:
            self.kubernetes.refuses = 0


async def made(house: House, workers: int = 2, **server: Any) -> tuple[Caller, ClusterDetails]:
    """A user's cluster, Ada's where nobody is named, and who that is for the broker."""
    caller = house.start_server(**server)
    return caller, await house.broker.create(caller, Creation(workers=workers))
