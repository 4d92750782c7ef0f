"""Dask workers: the same person, the same bits, faster; and nobody else reaches them."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime

import pytest

from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from tests.browser.app_process import at, in_state, open_scan, same_bits
from tests.cluster import web
from tests.cluster.kube import apply, get, kubectl
from tests.cluster.scale import ON_WORKERS, ask, clusters, end_clusters, events, make_cluster, pods, run, start_server
from tests.cluster.site import SSO
from tests.cluster.test_2_nobody_else import reaches, token
from tests.cluster.visit import open_lab
from tests.waiting import wait_for

_CONNECT = """
import json, subprocess, sys, tempfile, time
from pathlib import Path
from distributed import Client
from distributed.security import Security
address, security, name = json.loads(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    files = {}
    for part, text in (security or {}).items():
        files[part] = str(Path(folder, part))
        Path(files[part]).write_text(text)
    names = {"tls_ca_file": "ca", "tls_client_cert": "cert", "tls_client_key": "key"}
    own = {name: files[part] for name, part in names.items() if part in files}
    options = {"--tls-ca-file": "ca", "--tls-cert": "cert", "--tls-key": "key"}
    words = [word for name, part in options.items() if part in files for word in (name, files[part])]
    command = ["dask", "worker", address, "--name", name, "--no-nanny", "--no-dashboard", *words]
    worker = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        with Client(address, security=Security(require_encryption=True, **own) if own else None, timeout=8) as client:
            time.sleep(8)
            print(sorted(each["name"] for each in client.scheduler_info()["workers"].values()))
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        print("refused", type(error).__name__)
    finally:
        worker.kill()
"""


@pytest.fixture(scope="module")
def scan(platform):
    """A scan in the experiment storage, as a beamline would have left it: owned by somebody else."""
    path = platform.site.folder_of("experiments", "CT-DEMO") / "scale.h5"
    write_demo_scan(path, rows=128, columns=256)
    os.chown(path, 0, 20001)
    path.chmod(0o640)
    return f"/data/CT-DEMO/{path.name}"


@pytest.fixture(scope="module", autouse=True)
def servers(platform):
    """Servers of two users."""
    for user in ("demo", "other"):
        start_server(platform, user)
    return {user: platform.server_pod(user) for user in ("demo", "other")}


@pytest.fixture(autouse=True)
def no_clusters(platform, servers):
    """A test begins and ends without any."""
    end_clusters(platform)
    yield
    end_clusters(platform)


@pytest.fixture
def mine(platform):
    """A cluster of demo, with its certificates."""
    return make_cluster(platform, "demo")


def test_from_the_tile_to_a_volume_that_two_workers_have_made(page, platform, scan):
    results = platform.site.folder_of("results", "CT-DEMO")
    open_lab(page, platform, "demo")
    with page.context.expect_page() as opened:
        page.locator(".jp-LauncherCard[data-category=Daisy]", has_text="CT reconstruction").click()
    app = opened.value
    app.set_default_timeout(60_000)
    open_scan(app, scan)
    at(app, "ct-engine").locator("option[value=kubernetes]").wait_for(state="attached")
    at(app, "ct-engine").select_option("kubernetes")
    at(app, "ct-workers").fill("2")
    at(app, "ct-output").fill("/results/CT-DEMO/page.h5")
    app.locator("[data-testid=ct-run]:not([disabled])").click()
    begun = time.time()
    app.locator("[data-testid=ct-machines][data-joined='2']").wait_for()
    assert str(in_state(app, "done", seconds=180)) == "/results/CT-DEMO/page.h5"
    given = next(event for event in events(results / "page.h5") if event["event"] == "section")
    seconds = datetime.fromisoformat(given["time"]).timestamp() - begun
    platform.seconds["button of a run on 2 workers until they are given its first slab"] = seconds
    run(platform, "demo", f"input={scan}", "output=/results/CT-DEMO/alone.h5")
    assert same_bits(results / "page.h5", results / "alone.h5")
    assert ((results / "page.h5").stat().st_uid, (results / "page.h5").stat().st_gid) == (10001, 20001)


def test_a_scan_on_two_workers_gives_the_bits_of_the_pod(platform, scan):
    results = platform.site.folder_of("results", "CT-DEMO")
    begun = time.time()
    said = json.loads(
        run(platform, "demo", f"input={scan}", "output=/results/CT-DEMO/workers.h5", *ON_WORKERS, "2", "--json")
    )
    assert said["engine"].endswith(", 2 workers")
    run(platform, "demo", f"input={scan}", "output=/results/CT-DEMO/pod.h5")
    assert same_bits(results / "workers.h5", results / "pod.h5")
    assert ((results / "workers.h5").stat().st_uid, (results / "workers.h5").stat().st_gid) == (10001, 20001)
    assert clusters(platform) == []  # it ended with its run
    told = events(results / "workers.h5")
    joined = [event for event in told if (event["event"], event.get("state")) == ("worker", "joined")]
    assert joined
    platform.seconds["daisy run with 2 workers, to its end"] = time.time() - begun


def test_workers_are_the_same_person_in_the_same_place(platform, mine, servers):
    notebook = platform.server_pod("demo")
    found = pods(platform, mine["id"])
    assert len(found) == 3

    def place(pod, container):
        own = {volume["name"]: volume for volume in pod["spec"]["volumes"] if "persistentVolumeClaim" in volume}
        mounts = next(each for each in pod["spec"]["containers"] if each["name"] == container)["volumeMounts"]
        return own, [mount for mount in mounts if mount["name"] in own]

    for pod in found:
        container = pod["spec"]["containers"][0]["name"]
        assert pod["spec"]["securityContext"] == notebook["spec"]["securityContext"]
        assert place(pod, container) == place(notebook, "notebook")
        images = [each["status"]["containerStatuses"][0]["imageID"] for each in (pod, notebook)]
        assert images[0] == images[1]
        assert pod["spec"]["automountServiceAccountToken"] is False
        words = ["exec", pod["metadata"]["name"], "--namespace", platform.users, "--container", container, "--"]
        assert kubectl(*words, "id", "-u").strip() == "10001"
        assert kubectl(*words, "id", "-G").split() == platform.in_server("demo", "id", "-G").split()
        assert kubectl(*words, "ls", "/data", "/results", "/home") == platform.in_server(
            "demo", "ls", "/data", "/results", "/home"
        )


def test_a_cluster_is_reached_by_itself_its_server_and_the_operator_alone(platform, mine, servers):
    theirs = make_cluster(platform, "other", workers=1)
    (scheduler,), workers = pods(platform, mine["id"], "scheduler"), pods(platform, mine["id"], "worker")
    (operator,) = get("pods", "--namespace", platform.release, "--selector", "component=dask-operator")["items"]
    (broker,) = get("pods", "--namespace", platform.release, "--selector", "component=dask-broker")["items"]
    (foreign,) = pods(platform, theirs["id"], "worker")
    host = scheduler["status"]["podIP"]
    for port in (8786, 8787):
        assert reaches(servers["demo"], host, port, "notebook")
        assert reaches(operator, host, port)
        assert not reaches(servers["other"], host, port, "notebook")
        assert not reaches(foreign, host, port)
        assert not reaches(platform.hub(), host, port)
        assert not reaches(broker, host, port)
        assert not reaches(get("pod", "sso", "--namespace", SSO), host, port)
    assert reaches(workers[0], host, 8786)
    assert not reaches(foreign, get("service", "hub", "--namespace", platform.release)["spec"]["clusterIP"], 8081)
    address = get("service", "dask-broker", "--namespace", platform.release)["spec"]["clusterIP"]
    assert reaches(servers["demo"], address, 8000, "notebook")
    assert not reaches(workers[0], address, 8000)


def connect(platform, user, cluster, security, name):
    """Names of the workers that a client sees after a worker of ``user`` has tried to join, or that it is refused."""
    given = json.dumps([cluster["address"], security, name])
    return platform.in_server(user, "python", "-W", "ignore", "-c", _CONNECT, given).strip().splitlines()[-1]


def test_without_network_policies_certificates_keep_others_out(platform, mine):
    theirs = make_cluster(platform, "other", workers=1)
    metadata = {"name": "all-open", "namespace": platform.users, "labels": {"component": "dask"}}
    both = ["Ingress", "Egress"]
    spec = {"podSelector": {}, "policyTypes": both, "ingress": [{}], "egress": [{}]}
    apply({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})
    other, (scheduler,) = platform.server_pod("other"), pods(platform, mine["id"], "scheduler")
    assert reaches(other, scheduler["status"]["podIP"], 8786, "notebook")
    assert "guest" in connect(platform, "demo", mine, mine["security"], "guest")
    assert connect(platform, "other", mine, theirs["security"], "foreign").startswith("refused")
    assert connect(platform, "other", mine, None, "without").startswith("refused")
    there = connect(platform, "demo", mine, mine["security"], "again")
    assert not {"foreign", "without"} & set(json.loads(there.replace("'", '"')))
    kubectl("delete", "networkpolicy", "all-open", "--namespace", platform.users)


def test_a_cluster_of_somebody_else_is_none(platform, mine):
    path = f"clusters/{mine['id']}"
    asked = [("GET", path, None), ("PATCH", path, {"workers": 3}), ("PUT", f"{path}/activity", None)]
    for method, where, body in [*asked, ("DELETE", path, None)]:
        status, answer = ask(platform, "other", method, where, body)
        assert (status, answer["error"]["key"]) == (404, "no-cluster"), method
    assert ask(platform, "other", "GET", "clusters") == (200, {"clusters": []})
    assert [method for method, where, body in asked if ask(platform, "demo", method, where, body)[0] >= 300] == []
    assert mine["id"] in clusters(platform)


def test_the_broker_listens_to_tokens_of_servers_alone(platform, mine):
    client = web.log_in(platform, "demo")
    narrow = token(client, platform, user="demo", scopes=["read:users:name!user"])
    assert ask(platform, "demo", "GET", "clusters", token=narrow)[0] == 403
    assert ask(platform, "demo", "GET", "clusters", token="0123456789abcdef0123456789abcdef")[0] == 401
    url = f"{platform.site.url}/services/dask/api/v1/clusters"
    assert client.get(url, timeout=20, allow_redirects=False).status_code == 401  # a cookie opens nothing
    server = platform.in_server("demo", "sh", "-c", "echo $JUPYTERHUB_API_TOKEN").strip()
    found = web.session(platform).get(url, headers={"Authorization": f"token {server}"}, timeout=20)
    assert [each["id"] for each in found.json()["clusters"]] == [mine["id"]]
    assert web.session(platform).get(f"{url}?token={server}", timeout=20).status_code == 401


def test_a_dashboard_is_seen_below_the_own_server_and_by_nobody_else(platform, mine):
    theirs = make_cluster(platform, "other", workers=1)
    demo, other = web.log_in(platform, "demo"), web.log_in(platform, "other")
    own, foreign = (f"{platform.site.url}/user/demo/daisy/dask/{each['id']}/status" for each in (mine, theirs))
    wait_for(lambda: demo.get(own, timeout=20).status_code == 200, 60, lambda: "the own dashboard")
    assert demo.get(foreign, timeout=20).status_code == 404
    assert other.get(own, timeout=20).status_code == 403
    assert web.session(platform).get(own, timeout=20, allow_redirects=False).status_code in (302, 403)


def test_a_browser_draws_the_dashboard(page, platform, mine):
    open_lab(page, platform, "demo")
    page.goto(f"{platform.site.url}/user/demo/daisy/dask/{mine['id']}/status")
    page.locator("canvas").first.wait_for()  # of Bokeh's document, which comes through a WebSocket


def test_nobody_but_the_broker_makes_a_cluster_or_changes_one(platform, mine):
    (there,) = get("daskclusters", "--namespace", platform.users)["items"]
    metadata = {"name": "by-hand", "namespace": platform.users}
    with pytest.raises(AssertionError, match="only the Dask broker makes Dask clusters"):
        apply({key: there[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": metadata})
    change = json.dumps({"spec": {"worker": {"replicas": 6}}})
    group = f"daskworkergroup/{mine['id']}-default"
    for name in (f"daskcluster/{mine['id']}", group):
        words = ["patch", name, "--namespace", platform.users, "--type=merge", "--patch", change]
        hub = kubectl(*words, f"--as=system:serviceaccount:{platform.release}:hub", check=False)
        assert "cannot get resource" in hub
        assert "only the Dask broker" in kubectl(*words, check=False)  # not even an administrator
    note = json.dumps({"metadata": {"annotations": {"daisy.ihep.ac.cn/noted": "yes"}}})
    words = ["patch", group, "--namespace", platform.users, "--type=merge"]
    operator = f"--as=system:serviceaccount:{platform.release}:dask-operator"
    assert "only the Dask broker" in kubectl(*words, "--patch", change, operator, check=False)
    kubectl(*words, "--patch", note, operator)


@pytest.mark.thorough
def test_a_scan_on_two_workers_takes_little_more_than_half_the_time_of_one(platform):
    """Each has half a core; the way is chosen so that one alone takes more than a minute."""
    results = platform.site.folder_of("results", "CT-DEMO")
    long = "/results/CT-DEMO/long.h5"
    size = ("--rows", "384", "--columns", "896")
    platform.in_server("demo", "daisy-entrypoint", "daisy", "demo", *size, long, timeout=300)
    way = (f"input={long}", "center=462.9", "algorithm=fbp", "stripes=wavelet-fourier")
    seconds = {}
    for count in (1, 2):
        run(platform, "demo", *way, f"output=/results/CT-DEMO/{count}.h5", *ON_WORKERS, str(count))
        told = events(results / f"{count}.h5")
        times = {
            what: [datetime.fromisoformat(event["time"]).timestamp() for event in told if event["event"] == what]
            for what in ("section", "slab")
        }
        seconds[count] = times["slab"][-1] - times["section"][0]
        platform.seconds[f"scan of 384 x 896 x 896 on {count} workers of half a core"] = seconds[count]
    assert same_bits(results / "1.h5", results / "2.h5")
    assert seconds[1] >= 60
    assert seconds[1] / seconds[2] >= 1.8
