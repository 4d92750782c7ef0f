"""Runs on Dask workers when something breaks: each fault that one node can show, and what its user reads."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from tests.browser.app_process import same_bits
from tests.cluster import web
from tests.cluster.kube import get, kubectl
from tests.cluster.scale import (
    ON_WORKERS,
    ask,
    clusters,
    end_clusters,
    events,
    kill,
    kill_pod,
    make_cluster,
    notes,
    pods,
    run,
    signal_run,
    slabs,
    start_server,
)
from tests.cluster.site import tag
from tests.disks import fill
from tests.waiting import wait_for

SCAN = "/results/CT-DEMO/lost.h5"
LONG = (f"input={SCAN}", "center=270.9", "algorithm=fbp", "stripes=wavelet-fourier", "--memory", "500MiB")
"""A run of about a minute on two workers of half a core, in many slabs."""


@pytest.fixture(scope="module")
def results(platform):
    """Where runs write; a scan is there, and what a pod alone makes of it."""
    start_server(platform, "demo")
    platform.in_server("demo", "daisy-entrypoint", "daisy", "demo", "--rows", "512", "--columns", "512", SCAN)
    run(platform, "demo", *LONG, "output=/results/CT-DEMO/right.h5")
    return platform.site.folder_of("results", "CT-DEMO")


@pytest.fixture(autouse=True)
def no_clusters(platform):
    """A test begins and ends without any."""
    end_clusters(platform)
    yield
    end_clusters(platform)


@pytest.fixture
def beside(platform, results):
    """Begins a run on workers beside the test, and returns when some slabs of it are complete."""
    with ThreadPoolExecutor(1) as pool:

        def begin(name, *words, workers=2, done=2, check=True):
            output = f"/results/CT-DEMO/{name}.h5"
            given = [*LONG, f"output={output}", *words, *ON_WORKERS, str(workers)]
            running = pool.submit(run, platform, "demo", *given, check=check)
            wait_for(lambda: running.done() or slabs(results / f"{name}.h5") >= done, 120, lambda: "the first slabs")
            assert not running.done(), running.result()
            return running

        yield begin


def each_is_right(results, name):
    """The volume is that of a pod alone, and no slab that was complete was computed again."""
    assert same_bits(results / f"{name}.h5", results / "right.h5")
    assert len(complete(results / f"{name}.h5")) == len(set(complete(results / f"{name}.h5")))


def a_run_notes_in_time(platform, results, name, words):
    """A run on a worker that cannot start notes why within twenty seconds; it is stopped, and can go on."""
    output = f"/results/CT-DEMO/{name}.h5"
    with ThreadPoolExecutor(1) as pool:
        given = (f"input={SCAN}", f"output={output}", *ON_WORKERS, "1")
        running = pool.submit(run, platform, "demo", *given, check=False)
        begun = time.monotonic()
        wait_for(lambda: any(words in note for note in notes(results / f"{name}.h5")), 30)
        assert time.monotonic() - begun < 20
        signal_run(platform, "demo", output, signal.SIGINT)
        assert "--resume" in running.result()


def complete(output):
    """Section and beginning of the slabs that were complete, as often as they were."""
    return [(event.get("section"), event["start"]) for event in events(output) if event["event"] == "slab"]


def test_workers_that_are_killed_every_ten_seconds_are_notes_of_a_run_that_ends_right(platform, results, beside):
    running = beside("killed", workers=3)
    for turn in itertools.count():
        if running.done():
            break
        (cluster,) = clusters(platform) or [""]
        if there := pods(platform, cluster, "worker"):
            kill(platform, there[turn % len(there)])
        wait([running], timeout=10)
    running.result()
    each_is_right(results, "killed")
    assert any("was lost" in note for note in notes(results / "killed.h5"))


@pytest.mark.thorough
def test_a_scheduler_that_is_killed_does_not_end_a_run(platform, results, beside):
    running = beside("scheduler")
    (cluster,) = clusters(platform)
    kill(platform, pods(platform, cluster, "scheduler")[0])
    running.result()
    each_is_right(results, "scheduler")
    assert any("does not answer" in note for note in notes(results / "scheduler.h5"))


@pytest.mark.parametrize(
    "component",
    [
        "dask-broker",
        pytest.param("hub", marks=pytest.mark.thorough),
        pytest.param("dask-operator", marks=pytest.mark.thorough),
    ],
)
def test_a_run_goes_on_while_a_pod_of_the_control_plane_is_away(platform, results, beside, component):
    running = beside(component)
    kill_pod(platform, component)
    running.result()
    each_is_right(results, component)
    kubectl("rollout", "status", f"deploy/{component}", "--namespace", platform.release, "--timeout=60s")
    wait_for(lambda: clusters(platform) == [], 60, lambda: "the end of the cluster with its run")


@pytest.mark.thorough
def test_a_run_whose_process_is_killed_leaves_a_cluster_that_ends_when_it_is_idle(platform, results, beside):
    running = beside("stopped", check=False)
    signal_run(platform, "demo", "/results/CT-DEMO/stopped.h5", signal.SIGKILL)
    running.result()
    assert len(clusters(platform)) == 1
    run(platform, "demo", *LONG, "output=/results/CT-DEMO/stopped.h5", "--resume")
    each_is_right(results, "stopped")
    wait_for(lambda: clusters(platform) == [], 240, lambda: "the end of an idle cluster")
    assert "it has computed nothing for 90 s" in kubectl("logs", "deploy/dask-broker", "--namespace", platform.release)


def test_a_cluster_goes_with_its_server_while_the_broker_is_away(platform, results):
    made = make_cluster(platform, "demo", workers=1)
    kubectl("scale", "deploy/dask-broker", "--replicas=0", "--namespace", platform.release)
    try:
        web.stop_server(platform, "demo")
        wait_for(lambda: made["id"] not in clusters(platform) and not pods(platform), 60)
    finally:
        kubectl("scale", "deploy/dask-broker", "--replicas=1", "--namespace", platform.release)
        kubectl("rollout", "status", "deploy/dask-broker", "--namespace", platform.release, "--timeout=60s")
        start_server(platform, "demo")


def test_a_broker_that_starts_again_finds_what_lives(platform, results):
    made = make_cluster(platform, "demo", workers=1)
    kill_pod(platform, "dask-broker")
    kubectl("rollout", "status", "deploy/dask-broker", "--namespace", platform.release, "--timeout=60s")
    status, found = wait_for(lambda: _answered(platform, made["id"]), 30)
    assert (status, found["id"], found["expires"]) == (200, made["id"], made["expires"])
    assert found["security"] == made["security"]


def _answered(platform, cluster):
    try:
        return ask(platform, "demo", "GET", f"clusters/{cluster}")
    except AssertionError:  # its Service leads nowhere yet
        return None


SCALE = f"""
import threading, time
from pathlib import Path
from daisy_kernel import Cluster, Engine, Run
def scale():
    journal = Path("/results/CT-DEMO/scaled.h5.run/events.jsonl")
    while not journal.exists() or journal.read_text().count('"slab"') < 2: time.sleep(0.2)
    cluster.scale(6)
    while len(cluster.scheduler_info["workers"]) < 6: time.sleep(0.2)
    cluster.scale(1)
with Cluster(workers=2) as cluster, Engine(cluster) as engine:
    engine.create("load", "ct.Load", input="{SCAN}").execute(
        output={{"projections": "raw", "flats": "flats", "darks": "darks"}})
    engine.create("normalize", "ct.Normalize").execute(projections="raw", flats="flats", darks="darks", output="t")
    engine.create("absorption", "ct.Absorption").execute(projections="t", output="a")
    engine.create("center", "ct.FindCenter").execute(projections="a", output="center")
    engine.create("grid", "ct.Grid").execute(projections="a", center="center", output="volume")
    engine.create("save", "Save", output="/results/CT-DEMO/scaled.h5").execute(data="volume")
    beside = threading.Thread(target=scale, daemon=True)
    beside.start()
    Run(engine).execute()
    beside.join(30)
    print(cluster.look().workers)
"""


@pytest.mark.thorough
def test_scaling_from_two_to_six_to_one_in_a_run_computes_each_slab_once(platform, results):
    said = platform.in_server("demo", "daisy-entrypoint", "python", "-W", "ignore", "-c", SCALE, timeout=400)
    assert said.split()[-1] == "1"
    assert len(complete(results / "scaled.h5")) == len(set(complete(results / "scaled.h5")))
    assert not any("was lost" in note for note in notes(results / "scaled.h5"))


@pytest.mark.thorough
def test_a_worker_over_its_memory_ends_the_run_with_what_to_lower(platform, results):
    platform.upgrade("--set", "profiles[0].workers.memory=500M")
    try:
        # One worker is given all rows at once; with more of them each would have its share.
        words = [f"input={SCAN}", "output=/results/CT-DEMO/large.h5", "--memory", "8GiB", *ON_WORKERS, "1"]
        said = run(platform, "demo", *words, check=False)
    finally:
        platform.upgrade()
    assert "OOMKilled" in said
    assert "a worker has 0.49 GiB" in said
    assert "as memory=" in said


@pytest.mark.thorough
def test_a_storage_that_fills_up_stops_a_run_on_workers_which_goes_on_when_there_is_room(platform):
    start_server(platform, "other")
    full = platform.site.folder_of("results", "XRD-DEMO")
    scan = "/home/other/scan.h5"
    platform.in_server("other", "daisy-entrypoint", "daisy", "demo", "--rows", "128", "--columns", "256", scan)
    words = [f"input={scan}", "output=/results/XRD-DEMO/workers.h5", *ON_WORKERS, "2", "--resume"]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, platform, "other", *words, check=False)
        wait_for(lambda: (full / "workers.h5.part").exists(), 60)
        fill(full / "filler")
        assert "no space for /results/XRD-DEMO/workers.h5" in running.result()
    (full / "filler").unlink()
    run(platform, "other", *words)
    assert (full / "workers.h5").exists()


def test_over_the_quota_a_run_is_refused_with_what_is_left(platform, results):
    words = [f"input={SCAN}", "output=/results/CT-DEMO/quota.h5", *ON_WORKERS]
    begun = time.monotonic()
    assert "ask for at most 6" in run(platform, "demo", *words, "9", check=False)
    assert time.monotonic() - begun < 20
    make_cluster(platform, "demo", workers=2)
    assert "ask for at most 4" in run(platform, "demo", *words, "5", check=False)
    assert not (results / "quota.h5.run").exists()


@pytest.mark.thorough
def test_workers_that_no_node_has_room_for_are_told_of_within_twenty_seconds(platform, results):
    platform.upgrade("--set", "profiles[0].workers.cpu=64,profiles[0].workers.cpuGuarantee=64")
    try:
        a_run_notes_in_time(platform, results, "room", "no computer has room")
    finally:
        platform.upgrade()


@pytest.fixture
def image_is_away():
    """The node has lost the image of users, under whose name their servers were started."""
    name = f"localhost/daisy-daas-user:{tag()}"
    images = ("ctr", "--address", "/run/daas-containerd.sock", "--namespace", "k8s.io", "images")
    subprocess.run([*images, "tag", name, f"{name}-away"], check=True)
    subprocess.run([*images, "rm", name], check=True)
    yield
    subprocess.run([*images, "tag", f"{name}-away", name], check=True)
    subprocess.run([*images, "rm", f"{name}-away"], check=True)


@pytest.mark.thorough
@pytest.mark.skipif(shutil.which("ctr") is None, reason="the node's images are out of reach")
def test_an_image_that_is_missing_is_told_of_within_twenty_seconds(platform, results, image_is_away):
    a_run_notes_in_time(platform, results, "image", "software is not there")


def test_an_uninstall_takes_clusters_along_and_leaves_nothing_of_them(platform, results):
    make_cluster(platform, "demo", workers=1)
    platform.uninstall()
    kinds = "daskclusters,daskworkergroups,deployments,pods,services,secrets,networkpolicies,roles"
    wait_for(lambda: get(kinds, "--namespace", platform.users)["items"] == [], 30)
    policies = "validatingadmissionpolicies,validatingadmissionpolicybindings"
    assert get(policies, "--selector", f"release={platform.release}")["items"] == []
    platform.install()
