"""What the broker does for a user's server, on a storage of the tests."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from hub_config.broker._words import BrokerError, QuotaError
from hub_config.broker.belongings import secret_name
from hub_config.broker.models import Change, Creation
from hub_config.broker.storage import CLUSTER, POD, POLICY, SECRET
from tests.hub_config.broker.made import ADA, BOB, NOW, House, dask_facility, made

pytestmark = pytest.mark.asyncio


async def test_a_cluster_is_made_with_its_certificates_and_belongs_to_the_server():
    house = House()
    caller, cluster = await made(house)
    assert re.fullmatch(r"ada-[0-9a-f]{6}", cluster.id)
    assert cluster.address == f"tls://{cluster.id}-scheduler.daas-users.svc:8786"
    assert (cluster.workers, cluster.limit, cluster.dashboard) == (2, 8, None)
    assert (cluster.created, cluster.expires) == (NOW, NOW + timedelta(days=2))
    assert (cluster.worker.cpu, cluster.worker.memory, cluster.worker.gpu) == (4, 16 * 2**30, 0)
    assert cluster.security.key.startswith("-----BEGIN PRIVATE KEY-----")
    assert len(cluster.pods) == 2
    assert {pod.state for pod in (cluster.scheduler, *cluster.pods)} == {"running"}
    owner = house.kubernetes.get(CLUSTER, cluster.id)["metadata"]["ownerReferences"][0]
    assert owner["uid"] == "uid-jupyter-ada"
    for kind, name in ((SECRET, secret_name(cluster.id)), (POLICY, cluster.id)):
        assert house.kubernetes.get(kind, name)["metadata"]["ownerReferences"][0]["name"] == cluster.id
    assert (await house.broker.get(caller, cluster.id)).security == cluster.security


async def test_the_certificates_are_read_again_by_a_broker_that_starts_anew():
    house = House()
    caller, cluster = await made(house)
    again = House(house.settings)
    again.kubernetes.objects = house.kubernetes.objects
    assert await again.broker.get(caller, cluster.id) == await house.broker.get(caller, cluster.id)


async def test_one_lists_the_own_clusters_and_not_their_secrets():
    house = House(dask_facility({"clusters": 2}))
    ada, first = await made(house)
    house.clock.pass_(1)
    second = await house.broker.create(ada, Creation(workers=1))
    await made(house, user="bob")
    listed = house.broker.clusters(ada).clusters
    assert [each.id for each in listed] == [first.id, second.id]
    assert "security" not in listed[0].model_dump()
    assert [each.limit for each in listed] == [7, 6]


async def test_another_users_cluster_is_as_one_that_is_not_there():
    house = House()
    _, cluster = await made(house)
    house.start_server("bob")
    for request in (
        house.broker.get(BOB, cluster.id),
        house.broker.change(BOB, cluster.id, Change(workers=1)),
        house.broker.keep(BOB, cluster.id),
        house.broker.remove(BOB, cluster.id),
        house.broker.get(ADA, "ada-000000"),
    ):
        with pytest.raises(BrokerError, match=r"^you have no cluster ada-\w+: it may have ended") as refused:
            await request
        assert refused.value.status == 404
    assert house.broker.clusters(ADA).clusters


async def test_a_server_that_does_not_run_gets_none():
    house = House()
    with pytest.raises(BrokerError, match=r"^your server '' does not run") as refused:
        await house.broker.create(ADA, Creation(workers=1))
    assert refused.value.status == 409


async def test_a_profile_without_workers_gives_none():
    settings = dask_facility()
    profiles = [settings.profiles[0].model_copy(update={"workers": None}), settings.profiles[1]]
    house = House(settings.model_copy(update={"profiles": tuple(profiles)}))
    caller = house.start_server()
    with pytest.raises(BrokerError, match=r"^the profile 'cpu' of this server has no workers"):
        await house.broker.create(caller, Creation(workers=1))


async def test_a_user_may_have_clusters_of_several_servers():
    house = House(dask_facility({"clusters": 2}))
    first, _ = await made(house)
    second, cluster = await made(house, server="big one")
    assert len(house.broker.clusters(first).clusters) == 2
    assert house.kubernetes.get(POLICY, cluster.id)["spec"]["ingress"][1]["from"][0]["podSelector"]["matchLabels"] == {
        "component": "singleuser-server",
        "hub.jupyter.org/username": "ada",
        "hub.jupyter.org/servername": "big one",
    }
    assert second.server == "big one"


async def test_over_the_quota_nothing_is_made():
    house = House()
    caller = house.start_server()
    before = set(house.kubernetes.objects)
    with pytest.raises(QuotaError, match=r"have 8 workers at once, have 0 workers in other clusters, and ask for 9"):
        await house.broker.create(caller, Creation(workers=9))
    assert set(house.kubernetes.objects) == before


async def test_of_fifty_that_ask_at_once_as_many_are_served_as_the_quota_has_room_for():
    house = House(dask_facility({"clusters": 50, "maximum": 100}, quota={"*": {"workers": 37}}), delay=0.001)
    callers = [house.start_server(f"user-{number}") for number in range(10)]
    wishes = [house.broker.create(callers[number % 10], Creation(workers=2)) for number in range(50)]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    served = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(served) == 18
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} == {QuotaError}
    assert len(house.kubernetes.of(CLUSTER)) == 18
    assert house.broker.fleet.counted() == house.broker.fleet.all()


async def test_activity_is_noted_but_not_each_time():
    house = House()
    caller, cluster = await made(house)
    version = house.kubernetes.version
    house.clock.pass_(5)
    await house.broker.keep(caller, cluster.id)
    assert house.kubernetes.version == version
    house.clock.pass_(25)
    await house.broker.keep(caller, cluster.id)
    assert house.broker.fleet.get(cluster.id).active == NOW + timedelta(seconds=30)


async def test_a_cluster_that_is_closed_is_gone_with_all_that_was_its_own():
    house = House()
    caller, cluster = await made(house)
    await house.broker.remove(caller, cluster.id)
    assert [key for key in house.kubernetes.objects if key[0] != POD.name] == []
    with pytest.raises(BrokerError, match="you have no cluster"):
        await house.broker.get(caller, cluster.id)


async def test_a_cluster_that_is_ending_counts_no_more():
    house = House()
    caller, cluster = await made(house, 8)
    house.kubernetes.finalizers = True
    await house.broker.remove(caller, cluster.id)
    assert house.broker.clusters(caller).clusters == []
    assert (await house.broker.create(caller, Creation(workers=8))).workers == 8


@pytest.mark.parametrize("kind", [SECRET, POLICY, CLUSTER])
@pytest.mark.parametrize(("status", "answer"), [(0, 503), (500, 503), (403, 503), (422, 503)])
async def test_what_kubernetes_does_not_make_leaves_nothing(kind, status, answer):
    house = House()
    caller = house.start_server()
    original, broken = house.kubernetes.create, []

    def create(which, item):
        if which == kind:
            broken.append(item)
            with house.refusing(status or 599):
                return original(which, item)
        return original(which, item)

    house.kubernetes.create = create
    with pytest.raises(BrokerError, match=r"Kubernetes does not answer|the cluster could not be made") as refused:
        await house.broker.create(caller, Creation(workers=1))
    assert (refused.value.status, len(broken)) == (answer, 1)
    assert {key[0] for key in house.kubernetes.objects} == {POD.name}
    assert house.broker.fleet.counted() == []


async def test_before_everything_was_read_nothing_is_said():
    house = House()
    caller, cluster = await made(house)
    house.storage.ready = False
    with pytest.raises(BrokerError, match="Kubernetes does not answer at the moment"):
        house.broker.clusters(caller)
    with pytest.raises(BrokerError, match="Kubernetes does not answer at the moment"):
        await house.broker.get(caller, cluster.id)


async def test_an_object_that_the_broker_has_not_made_is_nobodys_cluster(caplog):
    house = House()
    _, cluster = await made(house)
    foreign = {**house.kubernetes.get(CLUSTER, cluster.id)}
    foreign["metadata"] = {"name": "foreign", "labels": {"component": "dask"}}
    house.kubernetes.operator = False
    house.kubernetes.create(CLUSTER, foreign)
    assert [each.id for each in house.broker.fleet.all()] == [cluster.id]
    assert "DaskCluster foreign is none of ours" in caplog.text


async def test_clusters_and_refusals_are_recorded_without_secrets(recorded, stream):
    house = House()
    caller, cluster = await made(house)
    names = [pod.name for pod in cluster.pods]
    await house.broker.change(caller, cluster.id, Change(workers=1, retired=names[:1]))
    with pytest.raises(QuotaError, match="at once"):
        await house.broker.change(caller, cluster.id, Change(workers=9))
    await house.broker.remove(caller, cluster.id)
    assert recorded("event", "user", "profile", "cluster", "reason") == [
        ("cluster", "ada", "cpu", cluster.id, "2 workers"),
        ("scale", "ada", "cpu", cluster.id, "2 to 1 workers"),
        ("refusal", "ada", "cpu", "", recorded("reason")[2][0]),
        ("cluster-end", "ada", "cpu", cluster.id, "closed by its user"),
    ]
    assert "PRIVATE" not in stream.getvalue()
