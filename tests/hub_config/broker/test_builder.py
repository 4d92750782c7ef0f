"""Objects of a cluster: files here, reviewed as a diff, and what holds for every identity and profile.

DAISY_REFRESH=1 writes the files anew.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_config.broker.belongings import build_policy, build_secret, owned_by, read_secret
from hub_config.broker.builder import build_cluster
from hub_config.broker.certificates import Certificates
from hub_config.broker.making import cluster_name
from hub_config.broker.notebook import find_notebook, read_notebook
from hub_config.identity import Mount, SsoClaims, identify
from hub_config.kubernetes.pod import GPU
from tests.hub_config.broker.made import account, dask_facility, dask_values, order, profile, server_pod
from tests.hub_config.kubernetes.made import STORAGE, facility

EXPECTED = Path(__file__).with_name("expected")
PEM = Certificates("the authority", "the certificate", "the key")


def cluster(settings, slug="cpu", **more):
    return build_cluster(order(settings, slug, **more), settings.dask, settings.singleuser)


def with_dashboard():
    return dask_facility(dashboard=True)


OBJECTS = {
    "cluster-cpu": lambda: cluster(dask_facility()),
    "cluster-gpu": lambda: cluster(dask_facility(), "gpu"),
    "cluster-dashboard": lambda: cluster(with_dashboard()),
    "policy": lambda: build_policy(
        "ada-3f2a9c", order(dask_facility()).notebook, dask_facility().dask, dask_facility().singleuser
    ),
    "policy-dashboard": lambda: build_policy(
        "ada-3f2a9c", order(with_dashboard()).notebook, with_dashboard().dask, with_dashboard().singleuser
    ),
    "secret": lambda: build_secret("ada-3f2a9c", order(dask_facility()).notebook, PEM, dask_facility().singleuser),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_as_reviewed(name):
    file = EXPECTED / f"{name}.json"
    built = OBJECTS[name]()
    if os.environ.get("DAISY_REFRESH"):
        file.write_text(json.dumps(built, indent=2) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(json.dumps(built))


ids = st.integers(1000, 2**31 - 1)
names = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)


@given(
    name=names,
    uid=ids,
    gids=st.lists(ids, min_size=1, max_size=5, unique=True),
    slug=st.sampled_from(["cpu", "gpu"]),
    own_home=st.booleans(),
    image=st.sampled_from(["", "user", "registry.example.org/other:3"]),
    dashboard=st.booleans(),
)
def test_scheduler_and_workers_are_the_person_of_the_notebook_with_its_folders_and_image(
    name, uid, gids, slug, own_home, image, dashboard
):
    values = dask_values(dashboard=dashboard)
    if slug == "gpu" or image != "user":
        values["profiles"][slug == "gpu"]["image"] = image
    groups = {f"g{number}": {"gid": gid, "path": f"P{number}"} for number, gid in enumerate(gids)}
    storage = {**STORAGE, "home": "home-{name}"} if own_home else STORAGE
    settings = facility(**values, identity={"groups": groups}, storage=storage)
    who = identify(SsoClaims("42", name, uid, list(groups)), settings.identity, settings.storage)
    notebook = server_pod(settings, who, slug)["spec"]
    made = cluster(settings, slug, who=who)["spec"]
    for role in ("scheduler", "worker"):
        spec = made[role]["spec"]
        assert spec["securityContext"] == notebook["securityContext"]
        assert "fsGroup" not in spec["securityContext"]
        assert spec["automountServiceAccountToken"] is False
        assert images(spec) == images(notebook)
        assert shared(spec) == shared(notebook)
        assert claims(spec) == claims(notebook)
        for container in (*spec["initContainers"], *spec["containers"]):
            assert container["securityContext"] == notebook["containers"][0]["securityContext"]
        assert not any("s3cret" in str(value) for value in walk(spec))


def images(spec):
    return {container["image"] for container in (*spec["initContainers"], *spec["containers"])}


def shared(spec):
    own = {"dask-tls", "dask-spill"}
    return [mount for mount in spec["containers"][0]["volumeMounts"] if mount["name"] not in own]


def claims(spec):
    return [volume for volume in spec["volumes"] if "persistentVolumeClaim" in volume]


def walk(value):
    if isinstance(value, dict):
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)
    else:
        yield value


@given(uid=ids, gids=st.lists(ids, min_size=1, max_size=5, unique=True), server=st.text(max_size=20))
def test_a_running_pod_tells_the_account_that_it_was_made_for(uid, gids, server):
    groups = {f"g{number}": {"gid": gid, "path": f"P{number}"} for number, gid in enumerate(gids)}
    settings = facility(identity={"groups": groups}, profiles=[{**dask_values()["profiles"][0]}])
    who = identify(SsoClaims("42", "ada", uid, list(groups)), settings.identity, settings.storage)
    found = read_notebook(server_pod(settings, who, server=server))
    assert (found.account.name, found.account.uid, found.account.gid) == (who.name, who.uid, who.gid)
    assert (found.account.gids, found.account.mounts) == (who.gids, who.mounts)
    assert (found.server, found.profile) == (server, "cpu")


def test_what_the_api_leaves_out_of_a_pod_is_what_it_means():
    settings = dask_facility()
    pod = server_pod(settings, account(settings, groups=("heps-xrd",)))
    for mount in pod["spec"]["containers"][0]["volumeMounts"]:
        if mount.get("readOnly") is False:
            del mount["readOnly"]  # as the API gives it back
    assert read_notebook(pod).account.mounts == (Mount("/home/ada", "homes/ada", writable=True),)


BROKEN = {
    "of somebody else": lambda pod: pod["metadata"]["annotations"].update({"hub.jupyter.org/username": "bob"}),
    "another server": lambda pod: pod["metadata"]["annotations"].update({"hub.jupyter.org/servername": "two"}),
    "starting": lambda pod: pod["status"].update(phase="Pending"),
    "ended": lambda pod: pod["status"].update(phase="Failed"),
    "ending": lambda pod: pod["metadata"].update(deletionTimestamp="2026-11-30T00:00:00Z"),
    "made by somebody": lambda pod: pod["metadata"].pop("annotations"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_pod_that_is_not_the_callers_running_server_is_not_taken_for_it(name):
    settings = dask_facility()
    pod = server_pod(settings, account(settings))
    assert find_notebook([pod], "ada", "") is not None
    BROKEN[name](pod)
    assert find_notebook([pod], "ada", "") is None


def test_a_gpu_worker_has_one_gpu_and_its_scheduler_none():
    made = cluster(dask_facility(), "gpu")["spec"]
    assert made["worker"]["spec"]["containers"][0]["resources"]["limits"][GPU] == "1"
    assert GPU not in made["scheduler"]["spec"]["containers"][0]["resources"]["limits"]
    hidden = {entry["name"]: entry["value"] for entry in made["scheduler"]["spec"]["containers"][0]["env"]}
    assert hidden["NVIDIA_VISIBLE_DEVICES"] == "void"


def test_a_worker_is_told_the_limits_that_kubernetes_keeps():
    container = cluster(dask_facility())["spec"]["worker"]["spec"]["containers"][0]
    words, limits = container["args"], container["resources"]["limits"]
    assert words[words.index("--memory-limit") + 1] == limits["memory"] == str(16 * 2**30)
    assert (
        {entry["name"]: entry.get("value") for entry in container["env"]}["NUMBA_NUM_THREADS"] == limits["cpu"] == "4"
    )
    assert "--no-nanny" in words


def test_the_operator_finds_no_port_through_which_it_would_end_workers_itself():
    for settings in (dask_facility(), with_dashboard()):
        ports = cluster(settings)["spec"]["scheduler"]["service"]["ports"]
        assert "http-dashboard" not in {port["name"] for port in ports}
        assert all(isinstance(port["targetPort"], str) for port in ports)


def test_names_of_workers_are_no_longer_than_the_name_of_a_pod():
    longest = "a" + 30 * "b" + "c"
    name = cluster_name(longest)
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,40}", name)
    assert len(f"{name}-default-worker-0123456789") <= 58


def test_certificates_come_back_from_their_secret():
    assert read_secret(OBJECTS["secret"]()) == PEM


def test_a_profile_keeps_what_its_workers_have_not():
    settings = dask_facility()
    assert profile(settings).workers.spill_size == "20Gi"
    owner = owned_by({"apiVersion": "v", "kind": "k", "metadata": {"name": "n", "uid": "u"}})
    assert owner["metadata"]["ownerReferences"] == [{"apiVersion": "v", "kind": "k", "name": "n", "uid": "u"}]
