"""What a storage does: the one at Kubernetes's API, and the one of the tests, which is to be like it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager

import pytest
from kubernetes_asyncio.client import ApiClient, Configuration

from hub_config.broker.belongings import build_policy, build_secret, owned_by
from hub_config.broker.builder import build_cluster
from hub_config.broker.certificates import Certificates
from hub_config.broker.kubernetes_storage import KubernetesStorage
from hub_config.broker.storage import CLUSTER, DEPLOYMENT, GROUP, POD, POLICY, SECRET, StorageError
from tests.hub_config.broker.fake_api import running_api
from tests.hub_config.broker.fake_storage import FakeStorage
from tests.hub_config.broker.kubernetes import Kubernetes
from tests.hub_config.broker.made import account, dask_facility, order, server_pod

pytestmark = pytest.mark.asyncio
SETTINGS = dask_facility()
ORDER = order(SETTINGS)
NAME = ORDER.name


@asynccontextmanager
async def fake(kubernetes):
    yield FakeStorage(kubernetes)


@asynccontextmanager
async def real(kubernetes):
    async with running_api(kubernetes) as api, storage_at(api) as storage:
        yield storage


@asynccontextmanager
async def storage_at(api):
    configuration = Configuration(host=api.url, api_key={"BearerToken": "Bearer account"})
    async with ApiClient(configuration) as client:
        storage = KubernetesStorage(client, "daas-users")
        async with running(storage):
            await until(lambda: storage.ready)
            yield storage


@asynccontextmanager
async def running(storage):
    reading = asyncio.create_task(storage.run())
    try:
        yield
    finally:
        reading.cancel()
        await asyncio.wait({reading})
    assert reading.cancelled()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


both = pytest.mark.parametrize("kind_of", [fake, real], ids=["fake", "real"])


async def make(storage):
    assert SETTINGS.singleuser is not None
    pem = Certificates("a", "b", "c")
    await storage.create(SECRET, build_secret(NAME, ORDER.notebook, pem, SETTINGS.singleuser))
    await storage.create(POLICY, build_policy(NAME, ORDER.notebook, SETTINGS.dask, SETTINGS.singleuser))
    return await storage.create(CLUSTER, build_cluster(ORDER, SETTINGS.dask, SETTINGS.singleuser))


@both
async def test_what_is_made_is_known_at_once_and_what_the_operator_makes_soon(kind_of):
    async with kind_of(Kubernetes()) as storage:
        made = await make(storage)
        assert storage.cluster(NAME)["metadata"]["uid"] == made["metadata"]["uid"]
        assert [item["metadata"]["name"] for item in storage.clusters()] == [NAME]
        await until(lambda: len(list(storage.pods(NAME))) == len(list(storage.deployments(NAME))) == 3)
        await until(lambda: storage.group(NAME))  # each kind of object comes by a way of its own
        assert storage.group(NAME)["spec"]["worker"]["replicas"] == 2
        assert (await storage.read(SECRET, f"{NAME}-tls"))["data"]["ca.crt"] == "YQ=="
        assert storage.group("other") is None
        assert list(storage.pods("other")) == []


@both
async def test_a_change_is_known_at_once(kind_of):
    async with kind_of(Kubernetes()) as storage:
        await make(storage)
        await until(lambda: storage.group(NAME))
        await storage.patch(GROUP, f"{NAME}-default", {"spec": {"worker": {"replicas": 5}}})
        assert storage.group(NAME)["spec"]["worker"]["replicas"] == 5
        await until(lambda: len(list(storage.deployments(NAME))) == 6)


@both
async def test_what_is_removed_is_gone_at_once_and_twice_is_no_error(kind_of):
    async with kind_of(Kubernetes()) as storage:
        await make(storage)
        await until(lambda: len(list(storage.deployments(NAME))) == 3)
        worker = next(name for name in names(storage.deployments(NAME)) if "worker" in name)
        for _ in range(2):
            await storage.delete(DEPLOYMENT, worker)
            assert worker not in names(storage.deployments(NAME))
        await storage.delete(CLUSTER, NAME)
        assert storage.cluster(NAME) is None
        await until(lambda: not list(storage.pods(NAME)))
        await storage.delete(CLUSTER, NAME)


@both
async def test_a_cluster_with_a_finalizer_is_there_until_the_operator_lets_it_go(kind_of):
    kubernetes = Kubernetes()
    async with kind_of(kubernetes) as storage:
        await make(storage)
        kubernetes.finalizers = True
        await storage.delete(CLUSTER, NAME)
        assert "deletionTimestamp" in storage.cluster(NAME)["metadata"]


@both
async def test_belongings_are_listed(kind_of):
    kubernetes = Kubernetes()
    async with kind_of(kubernetes) as storage:
        assert list(await storage.belongings(SECRET)) == []
        cluster = await make(storage)
        await storage.patch(SECRET, f"{NAME}-tls", owned_by(cluster))
        (secret,) = await storage.belongings(SECRET)
        (policy,) = await storage.belongings(POLICY)
        assert secret["metadata"]["ownerReferences"][0]["uid"] == cluster["metadata"]["uid"]
        assert "ownerReferences" not in policy["metadata"]


@both
async def test_servers_are_those_of_users(kind_of):
    kubernetes = Kubernetes()
    async with kind_of(kubernetes) as storage:
        await make(storage)
        kubernetes.create(POD, server_pod(SETTINGS, account(SETTINGS)))
        await until(lambda: names(storage.servers()) == ["jupyter-ada"])


@both
@pytest.mark.parametrize("status", [403, 404, 409, 500])
async def test_a_refusal_keeps_its_status(kind_of, status):
    kubernetes = Kubernetes()
    async with kind_of(kubernetes) as storage:
        await make(storage)
        kubernetes.refuses = status if status != 409 else 0
        with pytest.raises(StorageError, match=r"refused by the test|already exists") as refused:
            await make(storage)
        assert refused.value.status == status
        kubernetes.refuses = 0


def names(items):
    return [item["metadata"]["name"] for item in items]


async def test_secrets_themselves_are_not_asked_for_when_belongings_are_listed():
    async with running_api(Kubernetes()) as api, storage_at(api) as storage:
        await make(storage)
        (secret,) = await storage.belongings(SECRET)
        assert set(secret) == {"metadata"}


async def test_requests_bring_the_token_of_the_service_account():
    async with running_api(Kubernetes()) as api, storage_at(api):
        assert {headers.get("Authorization") for _, _, headers in api.asked} == {"Bearer account"}


async def test_a_watch_that_is_cut_off_or_too_old_is_begun_anew(monkeypatch):
    monkeypatch.setattr("hub_config.broker.mirror._FIRST", 0.01)
    kubernetes = Kubernetes()
    async with running_api(kubernetes) as api:
        api.forgets, api.cuts = True, 2
        async with storage_at(api) as storage:
            for number in range(5):
                pod = server_pod(SETTINGS, account(SETTINGS), server=f"s{number}")
                kubernetes.create(POD, pod)
                await until(lambda count=number: len(list(storage.servers())) == count + 1)
            kubernetes.delete(POD, "jupyter-ada--s0")
            await until(lambda: len(list(storage.servers())) == 4)
        assert (api.forgets, api.cuts) == (False, 0)


async def test_an_api_that_is_away_is_said_to_be_and_found_again(monkeypatch, caplog):
    monkeypatch.setattr("hub_config.broker.mirror._FIRST", 0.01)
    kubernetes = Kubernetes()
    async with running_api(kubernetes) as api:
        api.kubernetes.refuses = 503
        async with ApiClient(Configuration(host=api.url)) as client:
            storage = KubernetesStorage(client, "daas-users")
            async with running(storage):
                await until(lambda: "refused by the test (status 503)" in caplog.text)
                assert not storage.ready
                kubernetes.refuses = 0
                await until(lambda: storage.ready)


async def test_an_address_where_nobody_is_is_no_answer():
    async with ApiClient(Configuration(host="http://127.0.0.1:9")) as client:
        with pytest.raises(StorageError, match="Kubernetes does not answer: ClientConnectorError") as refused:
            await KubernetesStorage(client, "daas-users").read(SECRET, "x")
    assert refused.value.status == 0


async def test_an_older_version_does_not_undo_what_was_written():
    kubernetes = Kubernetes()
    async with running_api(kubernetes) as api, storage_at(api) as storage:
        made = await make(storage)
        mirror = storage._clusters
        newer = {**made, "metadata": {**made["metadata"], "resourceVersion": "9999"}, "mark": True}
        mirror.take(newer)
        mirror.take(made)
        assert storage.cluster(NAME)["mark"]
        await mirror._list()
        assert storage.cluster(NAME)["mark"]
