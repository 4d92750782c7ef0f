"""Runs on pods: they survive what happens to pods, and say in words what it was."""

from __future__ import annotations

import random
import threading
from dataclasses import replace

import pytest

from daisy_kernel import Cluster, Engine
from daisy_kernel.errors import ClusterError, DaisyError, RunError
from daisy_kernel.runs.folder import RunFolder
from daisy_kernel.runs.run import Run
from tests.broker.steps import graph, is_right, noted
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def run(wanted, where, workers=1):
    with Engine(where, workers=workers) as engine:
        engine.load(wanted)
        return Run(engine).execute()


def events(folder):
    return list(RunFolder(folder / "out.h5.run").events())


def notes(folder):
    return [event["words"]["en"] for event in events(folder) if event.get("words")]


@pytest.fixture
def beside():
    """Starts something beside the run, and waits for its end."""
    threads = []

    def start(action):
        thread = threading.Thread(target=action)
        threads.append(thread)
        thread.start()

    yield start
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_an_engine_of_pods_starts_and_ends_its_cluster(tmp_path, broker):
    record = run(graph(tmp_path, seconds=0.01), "kubernetes", workers=2)
    assert is_right(tmp_path)
    assert not broker.clusters
    assert record["engine"] == "kubernetes alice-000001, 2 workers"
    (started,) = [event for event in events(tmp_path) if event["event"] == "cluster"]
    assert (started["name"], started["workers"]) == ("alice-000001", 2)
    joined = {event["name"] for event in events(tmp_path) if event["event"] == "worker" and event["state"] == "joined"}
    assert joined  # the second may come when all is done


def test_scaling_up_and_down_in_a_run_computes_every_slab_once(tmp_path, broker, beside):
    with Cluster(workers=2) as cluster:

        def scale():
            wait_for(lambda: len(noted(tmp_path)) > 2, 60)
            cluster.scale(4)
            wait_for(lambda: len(cluster.scheduler_info["workers"]) == 4, 60)
            cluster.scale(1)

        beside(scale)
        run(graph(tmp_path, rows=1024, seconds=1.0), cluster)
        wait_for(lambda: broker.only.workers == 1, 60)
    assert is_right(tmp_path, 1024)
    slabs = [event["start"] for event in events(tmp_path) if event["event"] == "slab"]
    assert sorted(slabs) == sorted(set(slabs))
    assert noted(tmp_path) == sorted(slabs)  # the last tasks of those that went were waited for
    assert notes(tmp_path) == []  # who was let go is not lost


def test_workers_that_are_killed_again_and_again_are_notes(tmp_path, broker, beside):
    is_done = threading.Event()

    def kill():
        wait_for(lambda: len(noted(tmp_path)) > 1, 60)
        choose = random.Random(3)
        while not is_done.wait(1):
            choose.choice(broker.only.pods).kill()

    with Cluster(workers=3) as cluster:
        beside(kill)
        try:
            run(graph(tmp_path, rows=256, seconds=1.2), cluster)
        finally:
            is_done.set()
    assert is_right(tmp_path, 256)
    assert any("was lost" in note for note in notes(tmp_path))


def test_a_scheduler_that_is_killed_takes_nothing_that_is_complete(tmp_path, broker, beside):
    before = []

    def kill():
        wait_for(lambda: len(noted(tmp_path)) > 3, 60)
        before.extend(event["start"] for event in events(tmp_path) if event["event"] == "slab")
        broker.only.scheduler.kill()

    with Cluster(workers=2) as cluster:
        beside(kill)
        run(graph(tmp_path, seconds=0.8), cluster)
    assert is_right(tmp_path)
    assert any("does not answer" in note for note in notes(tmp_path))
    assert any("is back" in note for note in notes(tmp_path))
    computed = noted(tmp_path)
    assert before
    assert all(computed.count(start) == 1 for start in before)


def test_workers_without_memory_end_the_run_with_what_to_lower(tmp_path, broker, beside):
    def out_of_memory():
        wait_for(lambda: broker.clusters, 60)
        broker.only.pods[0].ends_as = "OOMKilled"

    beside(out_of_memory)
    with pytest.raises(RunError) as caught:
        run(graph(tmp_path, "Greedy"), "kubernetes")
    assert "load -> middle -> turn -> save, row 0 to 32" in caught.value.error
    assert "their memory was used up (OOMKilled); a worker has 4.00 GiB" in caught.value.error
    assert "memory=" in caught.value.remedy
    assert not broker.clusters


def test_a_run_goes_on_with_fewer_while_others_wait_and_says_why(tmp_path, broker, beside):
    broker.holds_workers = 1

    def say():
        wait_for(lambda: broker.clusters, 20)
        broker.only.pods[1].words = {"en": "no node has room", "zh": "没有节点有空间"}

    beside(say)
    run(graph(tmp_path, seconds=0.7), "kubernetes", workers=2)
    assert is_right(tmp_path)
    assert notes(tmp_path) == ["no node has room"]


def test_a_run_waits_for_its_first_worker_and_says_why(tmp_path, broker, beside):
    broker.holds_workers = 1
    seen = []

    def let_go():
        wait_for(lambda: broker.clusters, 20)
        broker.only.pods[0].words = {"en": "the image is being fetched", "zh": "正在获取镜像"}
        seen.append(wait_for(lambda: "the image is being fetched" in notes(tmp_path), 20))
        assert RunFolder(tmp_path / "out.h5.run").read()["state"] == "running"
        broker.only.pods[0].is_held = False

    beside(let_go)
    run(graph(tmp_path, seconds=0.01), "kubernetes")
    assert seen
    assert is_right(tmp_path)


def test_a_cluster_that_is_ended_ends_the_run_with_a_sentence(tmp_path, broker, beside):
    def end():
        wait_for(lambda: len(noted(tmp_path)) > 1, 60)
        broker.clusters.pop(broker.only.name).end()

    beside(end)
    with pytest.raises(RunError, match="the cluster alice-000001 is gone"):
        run(graph(tmp_path), "kubernetes")


def test_a_broker_that_goes_away_does_not_stop_a_run(tmp_path, broker, beside, caplog):
    def go_away():
        wait_for(lambda: len(noted(tmp_path)) > 0, 60)
        broker.is_down = True
        broker.only.pods[0].kill()

    beside(go_away)
    run(graph(tmp_path, seconds=0.7), "kubernetes", workers=2)
    assert is_right(tmp_path)
    assert "the cluster alice-000001 is left to end by itself: Kubernetes does not answer" in caplog.text


def test_a_cluster_that_is_closed_under_a_run_ends_it_with_a_sentence(tmp_path, broker, beside):
    cluster = Cluster(workers=1)

    def close():
        wait_for(lambda: len(noted(tmp_path)) > 1, 60)
        cluster.close()

    beside(close)
    with pytest.raises(RunError, match="the cluster alice-000001 was closed"):
        run(graph(tmp_path, seconds=1.0), cluster)


def test_over_the_quota_nothing_is_begun(tmp_path, broker):
    with pytest.raises(ClusterError, match="9 more workers are asked for, but only 4 of 4 are left"):
        run(graph(tmp_path), "kubernetes", workers=9)
    assert not (tmp_path / "out.h5.run").exists()


def test_a_worker_with_another_version_computes_nothing(tmp_path, broker, monkeypatch):
    from daisy_kernel.engines.requirements import Requirements

    here = Requirements.of_here

    def other(read, write):
        found = here(read, write)
        return replace(found, versions={**found.versions, "numpy": "0.1"})

    monkeypatch.setattr(Requirements, "of_here", staticmethod(other))
    monkeypatch.setattr("daisy_kernel.engines.dask.DaskExecutor._ask_all", lambda *_: {})  # as if it joined later
    with pytest.raises(DaisyError, match=r"worker alice-000001-worker-1 has numpy .*, but the run has 0.1"):
        run(graph(tmp_path), "kubernetes")
    assert noted(tmp_path) == []
