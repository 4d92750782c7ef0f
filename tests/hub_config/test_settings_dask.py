"""Settings of Dask workers: what is right is read, what no cluster could use is refused in words."""

from __future__ import annotations

import re

import pytest

from hub_config.errors import SettingsError
from hub_config.settings import check_settings
from tests.hub_config.good import changed
from tests.hub_config.kubernetes.made import facility, values

WORKERS = {"maximum": 8, "cpu": 4, "memory": "16G"}
DASK = {"enabled": True, "namespace": "daas"}


def offering(workers=WORKERS, number=0, **changes):
    """The profiles, one of them with workers."""
    profiles = values()["profiles"]
    profiles[number] = {**profiles[number], "workers": workers, **changes}
    return profiles


def test_workers_are_off_until_they_are_enabled_and_a_profile_offers_none_until_it_says_so():
    assert facility().dask.enabled is False
    assert facility().profiles[0].workers is None


def test_workers_of_a_profile_and_quotas_of_proposals_are_read():
    settings = facility(dask={**DASK, "quota": {"*": {"workers": 16}, "P2026-17": {"gpus": 4}}}, profiles=offering())
    assert settings.dask.quota["*"].workers == 16
    assert settings.dask.quota["P2026-17"].workers is None
    assert settings.profiles[0].workers is not None
    assert settings.profiles[0].workers.clusters == 1


BROKEN = {
    "no namespace": ({"dask": {"enabled": True}, "profiles": offering()}, "dask: enabled needs namespace"),
    "no profile with workers": ({"dask": DASK}, "dask.enabled needs a profile with workers"),
    "a quota of nobody": (
        {"dask": {**DASK, "quota": {"P2026-71": {}}}, "profiles": offering()},
        "dask.quota: 'P2026-71' is the path of no group of identity.groups: did you mean 'P2026-17'?",
    ),
    "a worker guarantee above its limit": (
        {"profiles": offering({**WORKERS, "cpuGuarantee": 5})},
        "workers: cpuGuarantee 5 is more than cpu 4",
    ),
    "workers with GPUs in an image without": (
        {"profiles": offering({**WORKERS, "gpu": 1})},
        "profile 'cpu': workers.gpu 1 needs image: user-gpu",
    ),
    "two GPUs a worker": ({"profiles": offering({**WORKERS, "gpu": 2}, 1)}, "less than or equal to 1"),
    "no worker": ({"profiles": offering({**WORKERS, "maximum": 0})}, "profiles.0.workers.maximum: "),
    "a key that is not there": ({"dask": {"idletimeout": 1}}, "dask.idletimeout is no setting: did you mean"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_settings_that_no_cluster_could_use_are_refused(name):
    change, text = BROKEN[name]
    with pytest.raises(SettingsError, match=re.escape(text)):
        facility(**change)


def test_a_gpu_image_may_be_used_by_workers_alone():
    profile = facility(profiles=offering({**WORKERS, "gpu": 1}, image="user-gpu")).profiles[0]
    assert (profile.gpu, profile.workers and profile.workers.gpu) == (0, 1)


def test_one_machine_needs_no_broker():
    with pytest.raises(SettingsError, match=r"dask.enabled needs mode kubernetes"):
        check_settings({**changed("profiles", offering()), "dask": DASK})
