"""When clusters go, what is left behind of them, and what they have used."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from hub_config.broker.life import Life
from hub_config.broker.models import Change, Creation
from hub_config.broker.service import Broker
from hub_config.broker.storage import CLUSTER, GROUP, POD, POLICY, SECRET
from tests.hub_config.broker.made import House, dask_facility, made

pytestmark = pytest.mark.asyncio


def life_of(house):
    return Life(house.broker, house.storage, house.clock)


def there(house):
    return [item["metadata"]["name"] for item in house.kubernetes.of(CLUSTER)]


def end_server(house):
    house.kubernetes.objects[POD.name, "jupyter-ada"]["status"]["phase"] = "Failed"


def stop_server(house):
    house.kubernetes.objects[POD.name, "jupyter-ada"]["metadata"]["deletionTimestamp"] = "2026-11-30T08:00:00Z"


def start_again(house):
    house.kubernetes.objects[POD.name, "jupyter-ada"]["metadata"]["uid"] = "another"


ENDS = {
    "the server's program has ended": (end_server, "its server has ended"),
    "the server is being stopped": (stop_server, "its server has ended"),
    "the server has started again": (start_again, "its server has ended"),
    "nobody uses it": (lambda house: house.clock.pass_(900), "it has computed nothing for 900 s"),
}


@pytest.mark.parametrize("name", ENDS)
async def test_a_cluster_goes_when(name, recorded):
    happens, reason = ENDS[name]
    house = House()
    _, cluster = await made(house)
    await life_of(house).end_those_due()
    assert there(house) == [cluster.id]
    happens(house)
    await life_of(house).end_those_due()
    assert there(house) == []
    assert recorded("event", "cluster", "reason")[-1] == ("cluster-end", cluster.id, reason)


async def test_a_cluster_in_use_stays_until_it_is_as_old_as_it_may_be(recorded):
    house = House(dask_facility(maximumAge=3600))
    caller, cluster = await made(house)
    for _ in range(7):
        house.clock.pass_(500)
        await house.broker.keep(caller, cluster.id)
        await life_of(house).end_those_due()
    assert there(house) == [cluster.id]
    house.clock.pass_(100)
    await life_of(house).end_those_due()
    assert there(house) == []
    assert recorded("reason")[-1] == ("it is as old as a cluster may be (3600 s)",)


IDLE = {
    "of the profile": ({"idleTimeout": 120}, {}, 120),
    "of the proposal": ({}, {"quota": {"P2026-17": {"idleTimeout": 1800}}}, 1800),
    "the shorter of both": ({"idleTimeout": 3600}, {"quota": {"*": {"idleTimeout": 1800}}}, 1800),
}


@pytest.mark.parametrize("name", IDLE)
async def test_how_long_a_cluster_may_be_idle_is_that(name):
    workers, dask, seconds = IDLE[name]
    house = House(dask_facility(workers, **dask))
    _, cluster = await made(house)
    assert cluster.idle_seconds == seconds
    house.clock.pass_(seconds - 1)
    await life_of(house).end_those_due()
    assert there(house) == [cluster.id]
    house.clock.pass_(1)
    await life_of(house).end_those_due()
    assert there(house) == []


async def test_a_server_that_is_deleted_takes_its_cluster_with_it_though_the_broker_is_away():
    house = House()
    _, cluster = await made(house)
    house.kubernetes.delete(POD, "jupyter-ada")
    assert cluster.id not in there(house)
    assert house.kubernetes.objects == {}


async def test_a_broker_that_starts_again_takes_up_what_lives_and_ends_what_is_due():
    house = House()
    ada, first = await made(house)
    bob, _ = await made(house, user="bob")
    house.clock.pass_(850)
    await house.broker.keep(ada, first.id)
    house.clock.pass_(60)
    again = Broker(house.settings, house.storage, house.clock)
    await Life(again, house.storage, house.clock).end_those_due()
    assert [each.id for each in again.clusters(ada).clusters] == [first.id]
    assert again.clusters(bob).clusters == []
    assert (await again.change(ada, first.id, Change(workers=3))).workers == 3


async def test_a_cluster_that_cannot_be_removed_is_tried_again(caplog):
    house = House()
    _, cluster = await made(house)
    house.clock.pass_(900)
    with house.refusing(503):
        await life_of(house).end_those_due()
    assert f"cluster {cluster.id} is still there" in caplog.text
    await life_of(house).end_those_due()
    assert there(house) == []


async def test_what_belongs_to_no_cluster_is_removed_but_not_while_one_is_made():
    house = House()
    _, cluster = await made(house)
    kinds = {SECRET: f"{cluster.id}-tls", POLICY: cluster.id, GROUP: f"{cluster.id}-default"}
    for kind, name in kinds.items():
        del house.kubernetes.objects[kind.name, name]["metadata"]["ownerReferences"]
    house.kubernetes.delete(CLUSTER, cluster.id)
    life = life_of(house)
    await life.tidy()
    assert [len(house.kubernetes.of(kind)) for kind in kinds] == [1, 1, 1]
    house.clock.pass_(121)
    await life.tidy()
    assert [house.kubernetes.of(kind) for kind in kinds] == [[], [], []]


async def test_what_a_broker_did_not_give_to_its_cluster_is_given_to_it(caplog):
    house = House()
    caller = house.start_server()
    original = house.kubernetes.patch

    def patch(kind, name, change):
        with house.refusing(503, SECRET.name):
            return original(kind, name, change)

    house.kubernetes.patch = patch
    cluster = await house.broker.create(caller, Creation(workers=1))
    assert "Secret" in caplog.text
    house.kubernetes.patch = original
    secret = house.kubernetes.get(SECRET, f"{cluster.id}-tls")
    assert "ownerReferences" not in secret["metadata"]
    house.clock.pass_(300)
    await life_of(house).tidy()
    secret = house.kubernetes.get(SECRET, f"{cluster.id}-tls")
    assert (
        secret["metadata"]["ownerReferences"][0]["uid"] == house.kubernetes.get(CLUSTER, cluster.id)["metadata"]["uid"]
    )


async def test_tidying_goes_on_where_kubernetes_is_away(caplog):
    house = House()
    await made(house)
    with house.refusing(503):
        await life_of(house).tidy()
    assert "Secrets are not looked after" in caplog.text


def hours(kind, proposal="P2026-17"):
    return REGISTRY.get_sample_value(f"daisy_{kind}_hours_total", {"proposal": proposal}) or 0.0


async def test_hours_of_workers_are_counted_for_their_proposal():
    house = House()
    caller = house.start_server(slug="gpu")
    cluster = await house.broker.create(caller, Creation(workers=2))
    life, cpu, gpu = life_of(house), hours("cpu"), hours("gpu")
    life.count(0)
    life.count(1800)
    assert (hours("cpu") - cpu, hours("gpu") - gpu) == (2 * 8 * 0.5, 2 * 0.5)
    await house.broker.change(caller, cluster.id, Change(workers=4))
    life.count(1800)
    life.count(3600)
    assert hours("gpu") - gpu == 1 + 2
    await house.broker.remove(caller, cluster.id)
    life.count(5400)
    life.count(7200)
    assert hours("gpu") - gpu == 1 + 2 + 2
