"""More workers and fewer: what is asked of Kubernetes, and which workers go."""

from __future__ import annotations

import asyncio

import pytest

from hub_config.broker._words import BrokerError, QuotaError
from hub_config.broker.models import Change
from hub_config.broker.storage import DEPLOYMENT, GROUP
from tests.hub_config.broker.made import House, dask_facility, made

pytestmark = pytest.mark.asyncio


async def test_those_that_ask_for_more_workers_at_once_share_what_is_left():
    house = House(dask_facility(quota={"*": {"workers": 10}}), delay=0.001)
    clusters = [await made(house, 1, user=f"user-{number}") for number in range(4)]
    grown = [house.broker.change(caller, cluster.id, Change(workers=4)) for caller, cluster in clusters]
    answers = await asyncio.gather(*grown, return_exceptions=True)
    assert sorted(isinstance(answer, QuotaError) for answer in answers) == [False, False, True, True]
    assert sum(cluster.workers for cluster in house.broker.fleet.all()) == 10


async def test_more_workers_are_made_and_the_cluster_counts_as_used():
    house = House()
    caller, cluster = await made(house)
    house.clock.pass_(800)
    grown = await house.broker.change(caller, cluster.id, Change(workers=6))
    assert (grown.workers, grown.limit, len(grown.pods)) == (6, 8, 6)
    assert house.broker.fleet.get(cluster.id).active == house.clock.now


async def test_fewer_workers_are_those_that_were_retired():
    house = House()
    caller, cluster = await made(house, 4)
    names = [pod.name for pod in cluster.pods]
    smaller = await house.broker.change(caller, cluster.id, Change(workers=1, retired=names[:3]))
    assert (smaller.workers, [pod.name for pod in smaller.pods]) == (1, names[3:])
    assert house.kubernetes.get(GROUP, f"{cluster.id}-default")["spec"]["worker"]["replicas"] == 1


async def test_a_change_that_failed_half_way_may_be_asked_for_again():
    house = House()
    caller, cluster = await made(house, 3)
    gone = [pod.name for pod in cluster.pods[:2]]
    change = Change(workers=1, retired=gone)
    with house.refusing(503, GROUP.name), pytest.raises(BrokerError, match="Kubernetes does not answer"):
        await house.broker.change(caller, cluster.id, change)
    assert len(list(house.storage.deployments(cluster.id))) == 2
    assert (await house.broker.change(caller, cluster.id, change)).workers == 1


WRONG = {
    "too few names": (1, lambda own, _: own[:1], "means that 2 go, and retired names 1: retire 2 workers"),
    "a name twice": (1, lambda own, _: own[:1] * 2, "means that 2 go, and retired names 2"),
    "another's worker": (1, lambda own, other: [own[0], other[0]], "default-worker-.*' is no worker of this cluster"),
    "a worker that is not there": (
        1,
        lambda own, _: [own[0], own[0][:-10] + "0000000000"],
        "-default-worker-0000000000' is no worker",
    ),
    "a way to something else": (
        1,
        lambda own, _: [own[0], own[0] + "/../../../secrets/tls"],
        "secrets/tls' is no worker of this cluster",
    ),
    "the scheduler": (2, lambda own, _: [own[0].partition("-default")[0] + "-scheduler"], "scheduler' is no worker"),
    "names though none goes": (3, lambda own, _: own[:1], "means that none goes, and retired names 1: leave"),
    "names though more come": (4, lambda own, _: own[:1], "means that none goes"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_workers_that_are_not_the_right_ones_stay(name):
    workers, chosen, text = WRONG[name]
    house = House()
    caller, cluster = await made(house, 3)
    _, other = await made(house, 3, user="bob")
    retired = chosen([pod.name for pod in cluster.pods], [pod.name for pod in other.pods])
    with pytest.raises(BrokerError, match=text) as refused:
        await house.broker.change(caller, cluster.id, Change(workers=workers, retired=retired))
    assert refused.value.status == 422
    assert len(house.kubernetes.of(DEPLOYMENT)) == 8


async def test_the_same_number_changes_nothing():
    house = House()
    caller, cluster = await made(house)
    version = house.kubernetes.version
    assert (await house.broker.change(caller, cluster.id, Change(workers=2))).workers == 2
    assert house.kubernetes.version == version


async def test_a_change_waits_for_the_operator_and_says_so_when_it_does_not_come(monkeypatch):
    house = House()
    house.kubernetes.operator = False
    caller, cluster = await made(house)
    monkeypatch.setattr("hub_config.broker.service._OPERATOR", 0.05)
    with pytest.raises(BrokerError, match=rf"^the cluster {cluster.id} is not made yet") as refused:
        await house.broker.change(caller, cluster.id, Change(workers=3))
    assert refused.value.status == 503
    house.clock.pass_(11)
    (seen,) = house.broker.clusters(caller).clusters
    assert (seen.scheduler.state, seen.workers, seen.pods) == ("waiting", 2, [])
    assert "operator" in seen.scheduler.message.zh
