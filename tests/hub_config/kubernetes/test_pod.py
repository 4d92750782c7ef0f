"""The pod of a user: objects that are files here, reviewed as a diff, and what holds for every account and profile.

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

from hub_config.errors import SettingsError
from hub_config.identity import SsoClaims, identify
from hub_config.kubernetes.folders import place_of
from hub_config.kubernetes.home import build_claim, build_opener, own_claim
from hub_config.kubernetes.pod import Program, build_pod
from hub_config.settings import check_settings
from tests.hub_config.good import changed
from tests.hub_config.kubernetes.made import STORAGE, account, facility, values

EXPECTED = Path(__file__).with_name("expected")
SERVER = Program("notebook", ["python", "-m", "server"], {"JUPYTERHUB_USER": "ada"}, {"notebook-port": 8888}, 20)
LABELS = {"component": "singleuser-server", "hub.jupyter.org/username": "ada"}


def pod(settings, slug="cpu", who=None, program=SERVER):
    profile = next(profile for profile in settings.profiles if profile.slug == slug)
    return build_pod("jupyter-ada", who or account(settings), profile, settings.singleuser, program, LABELS, {})


def own_homes(**storage):
    return facility(storage={**STORAGE, "home": "home-{name}", **storage})


def everything():
    """A facility that uses all that can be set."""
    singleuser = {
        "namespace": "daas-users",
        "images": {"prefix": "registry.example.org/daas/", "tag": "1.2", "pullSecrets": ["registry"]},
        "nodeSelector": {"pool": "users"},
        "extraTolerations": [{"key": "users", "operator": "Exists"}],
        "extraEnv": {"TZ": "Asia/Shanghai"},
    }
    gpu = {
        **values()["profiles"][1],
        "cpu": 7.5,
        "cpuGuarantee": 0.5,
        "memoryGuarantee": "8G",
        "nodeSelector": {"gpu": "h100"},
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    }
    return facility(singleuser=singleuser, profiles=[gpu])


OBJECTS = {
    "pod-cpu": lambda: pod(facility()),
    "pod-gpu": lambda: pod(everything(), "gpu"),
    "pod-own-home": lambda: pod(own_homes()),
    "claim": lambda: build_claim(account(own_homes()), own_homes(homeClass="ceph").storage, own_homes().singleuser),
    "opener": lambda: build_opener(account(own_homes()), own_homes().singleuser),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_as_reviewed(name):
    file = EXPECTED / f"{name}.json"
    built = OBJECTS[name]()
    if os.environ.get("DAISY_REFRESH"):
        file.write_text(json.dumps(built, indent=2) + "\n", encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(json.dumps(built))


ids = st.integers(1000, 2**31 - 1)


@given(uid=ids, gids=st.lists(ids, min_size=1, max_size=5, unique=True), slug=st.sampled_from(["cpu", "gpu"]))
def test_every_pod_of_a_person_is_that_person_and_nobody_else(uid, gids, slug):
    groups = {f"g{number}": {"gid": gid, "path": f"P{number}"} for number, gid in enumerate(gids)}
    profiles = [{**profile, "groups": []} for profile in values()["profiles"]]
    settings = facility(identity={"groups": groups}, profiles=profiles)
    who = identify(SsoClaims("42", "ada", uid, list(groups)), settings.identity, settings.storage)
    server, worker = pod(settings, slug, who), pod(settings, slug, who, Program("worker", ["dask", "worker"]))
    for spec in (server["spec"], worker["spec"]):
        context = spec["securityContext"]
        assert (context["runAsUser"], context["runAsGroup"]) == (uid, gids[0])
        assert {context["runAsGroup"], *context["supplementalGroups"]} == set(gids)
        assert "fsGroup" not in context
        assert context["runAsNonRoot"] is True
        assert spec["automountServiceAccountToken"] is False
        for container in (*spec["initContainers"], *spec["containers"]):
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["securityContext"]["allowPrivilegeEscalation"] is False
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert server["spec"]["containers"][0]["volumeMounts"] == worker["spec"]["containers"][0]["volumeMounts"]
    assert server["spec"]["volumes"] == worker["spec"]["volumes"]
    assert server["spec"]["containers"][0]["image"] == worker["spec"]["containers"][0]["image"]


def test_data_are_read_only_and_nothing_beside_ones_own_folders_is_mounted():
    mounts = {mount["mountPath"]: mount for mount in pod(facility())["spec"]["containers"][0]["volumeMounts"]}
    assert set(mounts) == {"/home/ada", "/data/P2026-17", "/results/P2026-17", "/tmp", "/dev/shm"}
    assert mounts["/data/P2026-17"]["readOnly"] is True
    assert mounts["/results/P2026-17"]["readOnly"] is False
    for path in ("/home/ada", "/data/P2026-17", "/results/P2026-17"):
        assert mounts[path]["subPath"] == path.rsplit("/")[-1]


def test_a_profile_without_gpu_hides_them_all_and_one_with_shows_its_own():
    def environment(slug):
        return {entry["name"]: entry["value"] for entry in pod(facility(), slug)["spec"]["containers"][0]["env"]}

    assert environment("cpu")["NVIDIA_VISIBLE_DEVICES"] == "void"
    assert "NVIDIA_VISIBLE_DEVICES" not in environment("gpu")


def test_the_settings_cannot_undo_who_the_user_is():
    singleuser = {
        "namespace": "n",
        "images": {"tag": "t"},
        "extraEnv": {"USER": "root", "NVIDIA_VISIBLE_DEVICES": "all"},
    }
    entries = pod(facility(singleuser=singleuser))["spec"]["containers"][0]["env"]
    environment = {entry["name"]: entry["value"] for entry in entries}
    assert (environment["USER"], environment["NVIDIA_VISIBLE_DEVICES"]) == ("ada", "void")


def test_a_home_is_a_folder_of_a_shared_claim_or_a_claim_of_its_own():
    assert own_claim(account(facility())) == ""
    assert own_claim(account(own_homes())) == "home-ada"
    assert place_of(account(facility()).mounts[0]) == ("homes", "ada")


def test_only_the_pod_that_opens_a_home_has_an_fsgroup_and_it_sees_no_other_volume():
    spec = build_opener(account(own_homes()), own_homes().singleuser)["spec"]
    assert spec["securityContext"]["fsGroup"] == 20001
    assert [volume["persistentVolumeClaim"]["claimName"] for volume in spec["volumes"]] == ["home-ada"]


BROKEN = {
    "no pods": ({"singleuser": None}, "mode kubernetes needs singleuser"),
    "homes that are paths": (
        {"storage": {**STORAGE, "home": "/home/{name}"}},
        "storage.home '/home/{name}' is no claim and folder with {name}, such as home/{name}",
    ),
    "one home for all": ({"storage": {**STORAGE, "home": "homes/all"}}, "storage.home 'homes/all' is no claim"),
    "a folder that leads out": (
        {"storage": {**STORAGE, "data": "experiments/../{proposal}"}},
        "storage.data 'experiments/../{proposal}' has a folder that is none below the claim",
    ),
    "a claim for each proposal": (
        {"storage": {**STORAGE, "results": "results-{proposal}/x"}},
        "storage.results 'results-{proposal}/x' is no claim and folder",
    ),
    "a guarantee above the limit": (
        {"profiles": [{**values()["profiles"][0], "cpuGuarantee": 3}]},
        "cpuGuarantee 3 is more than cpu 2",
    ),
    "memory guaranteed above the limit": (
        {"profiles": [{**values()["profiles"][0], "memoryGuarantee": "1T"}]},
        "memoryGuarantee 1T is more than memory 8G",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_settings_that_no_cluster_could_use_are_refused(name):
    change, text = BROKEN[name]
    with pytest.raises(SettingsError, match=re.escape(text)):
        facility(**change)


def test_a_facility_needs_the_public_address_of_its_login():
    given_values = {**values(), "sso": changed("sso.callbackUrl", "")["sso"]}
    with pytest.raises(SettingsError, match=re.escape("mode kubernetes needs sso.callbackUrl")):
        check_settings(given_values)
