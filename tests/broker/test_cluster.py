"""The client's side of a cluster of pods, over processes of this machine."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys

import pytest
from distributed import Client, LocalCluster, Security
from distributed.deploy import Adaptive
from distributed.deploy import Cluster as AnyCluster

from daisy_kernel import Cluster
from daisy_kernel.broker.client import Broker
from daisy_kernel.errors import ClusterError, ParameterError
from tests.broker.fake import TOKEN
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def add(one, other):
    return one + other


def test_a_client_computes_on_pods_and_the_cluster_ends_with_its_object(broker):
    with Cluster(workers=1) as cluster, Client(cluster) as client:
        assert isinstance(cluster, AnyCluster)
        assert client.submit(add, 1, 2).result(timeout=30) == 3
        assert broker.only.name == cluster.name
        assert cluster.workers == {pod.name for pod in broker.only.pods}
    assert not broker.clusters


def test_scaling_up_asks_and_scaling_down_names_who_was_let_go(broker):
    with Cluster(workers=1) as cluster:
        cluster.scale(3)
        cluster.wait_for_workers(3, timeout=60)
        cluster.scale(1)
        assert len(broker.only.deleted) == 2
        wait_for(lambda: len(cluster.scheduler_info["workers"]) == 1, 20)
        assert cluster.workers == cluster.observed == {pod.name for pod in broker.only.pods}


def test_adaptive_starts_workers_for_tasks_and_lets_them_go(broker):
    with Cluster(workers=1) as cluster, Client(cluster) as client:
        adaptive = cluster.adapt(minimum=1, interval="200ms", target_duration="1s", wait_count=2)
        assert isinstance(adaptive, Adaptive)
        assert adaptive.maximum == 4  # what may be asked for
        tasks = client.map(slow, range(40), pure=False)
        wait_for(lambda: broker.only.workers > 1, 60)
        assert client.gather(tasks) == list(range(40))
        del tasks
        wait_for(lambda: broker.only.workers == 1, 60)


def slow(number):
    import time

    time.sleep(0.5)
    return number


def test_a_cluster_that_is_adopted_goes_on_living(broker):
    made = broker.create(1)
    with Cluster.from_id(made.name) as cluster:
        cluster.wait_for_workers(1, timeout=30)
    assert broker.only is made
    Cluster.from_id(made.name).delete()
    assert not broker.clusters


def test_a_cluster_is_used_with_await(broker):
    async def use():
        async with Cluster(workers=1, asynchronous=True) as cluster, Client(cluster, asynchronous=True) as client:
            assert await client.submit(add, 1, 2) == 3
            await cluster.scale(2)
            assert broker.only.workers == 2

    asyncio.run(use())
    assert not broker.clusters


def test_over_the_quota_is_the_brokers_own_sentence(broker):
    with pytest.raises(ClusterError, match="9 more workers are asked for, but only 4 of 4 are left") as caught:
        Cluster(workers=9)
    assert caught.value.words["zh"] == "还要 9 个，只剩 4 个"
    with Cluster(workers=1) as cluster, pytest.raises(ClusterError, match="8 more workers"):
        cluster.scale(9)


def test_a_client_without_the_certificate_is_refused(broker):
    with Cluster(workers=1) as cluster:
        stranger = Security.temporary()
        with pytest.raises(OSError, match=r"Timed out|SSL|TLS"):
            Client(cluster.scheduler_address, security=stranger, timeout=2)


def test_work_counts_as_activity(broker, monkeypatch):
    monkeypatch.setattr("daisy_kernel.broker.cluster._ACTIVE_SECONDS", 0.2)
    with Cluster(workers=1) as cluster, Client(cluster) as client:
        client.submit(slow, 1).result(timeout=30)
        wait_for(lambda: broker.only.activity > 0, 10)


def test_why_pods_wait_is_told_once(broker, capsys):
    broker.holds_scheduler = True
    held = []

    def hold():
        made = wait_for(lambda: list(broker.clusters.values()), 20)[0]
        made.scheduler.words = {"en": "no node has room for it", "zh": "没有节点"}
        held.append(wait_for(lambda: sum(method == "GET" for method, _, _ in broker.requests) > 2, 20))
        made.scheduler.is_held = False

    import threading

    thread = threading.Thread(target=hold)
    thread.start()
    with Cluster(workers=1):
        thread.join()
    assert held
    assert capsys.readouterr().out.count("no node has room for it") == 1


def test_secrets_are_in_no_text_of_a_cluster(broker, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    with Cluster(workers=1) as cluster, Client(cluster) as client:
        key = broker.only.security["key"].splitlines()[1]
        texts = [repr(cluster), cluster._repr_html_(), repr(client), repr(cluster.granted), repr(cluster.security)]
        texts += [str(vars(cluster)), repr(Broker.from_environment())]
    seen = " ".join([*texts, caplog.text, *capsys.readouterr()])
    assert key not in seen
    assert TOKEN not in seen


def test_a_broker_that_is_away_is_one_sentence(broker, monkeypatch):
    broker.is_down = True
    with pytest.raises(ClusterError, match="Kubernetes does not answer"):
        Cluster(workers=1)
    monkeypatch.setenv("DAISY_BROKER_URL", "http://127.0.0.1:9/api")
    with pytest.raises(ClusterError, match=r"the broker at http://127.0.0.1:9/api does not answer"):
        Cluster(workers=1)


def test_the_size_of_a_pod_is_not_the_callers_to_choose(broker):
    with pytest.raises(ParameterError, match="memory=1GiB cannot be chosen"):
        Cluster(workers=1, memory="1GiB")


def test_without_a_broker_it_is_a_cluster_of_this_machine():
    with Cluster(workers=1) as cluster:
        assert isinstance(cluster, LocalCluster)


def test_the_name_of_the_class_imports_no_distributed():
    code = (
        "import sys; from daisy_kernel import Cluster; assert not {'distributed', 'dask', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
