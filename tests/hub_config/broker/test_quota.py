"""Quotas: which limit is passed first, how many workers may still be asked for, and what the person reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_config.broker._words import QuotaError, texts_of
from hub_config.broker.cluster import Cluster, Size
from hub_config.broker.quota import Limit, most_workers, passed_limit
from hub_config.broker.usage import Usage
from hub_config.settings import Quota, Workers
from tests.hub_config.broker.made import NOW

OFFER = Workers(maximum=8, clusters=2, cpu=4, memory="16G", gpu=1)


def cluster(name="ada-1", workers=2, user="ada", proposal="P1", profile="cpu", size=None):
    size = size or Size(4.0, 16 * 2**30, 1)
    return Cluster(name, user, "", "u", proposal, profile, NOW, NOW, NOW, workers, size, "n", dashboard=False)


CASES = {
    "one too many clusters": ([cluster("a"), cluster("b")], 1, {}, Limit("profile.clusters", 2, 2, 1)),
    "one too many workers": ([cluster("a", 6)], 3, {}, Limit("profile.workers", 8, 6, 3)),
    "as many workers as there may be": ([cluster("a", 6)], 2, {}, None),
    "workers of another profile": ([cluster("a", 6, profile="gpu"), cluster("b", 6, profile="gpu")], 8, {}, None),
    "workers of somebody else": ([cluster("a", 8, user="bob"), cluster("b", 8, user="bob")], 8, {}, None),
    "a proposal's workers": (
        [cluster("a", 8, user="bob")],
        3,
        {"P1": Quota(workers=10)},
        Limit("proposal.workers", 10, 8, 3),
    ),
    "a proposal's clusters": (
        [cluster("a", user="bob")],
        1,
        {"*": Quota(clusters=1)},
        Limit("proposal.clusters", 1, 1, 1),
    ),
    "a proposal's cores": ([cluster("a", 2, user="bob")], 3, {"*": Quota(cpu=16)}, Limit("proposal.cpu", 16, 8, 12)),
    "a proposal's memory": (
        [cluster("a", 2, user="bob")],
        3,
        {"*": Quota(memory="64G")},
        Limit("proposal.memory", 64 * 2**30, 32 * 2**30, 48 * 2**30),
    ),
    "a proposal's GPUs": ([cluster("a", 2, user="bob")], 3, {"P1": Quota(gpus=4)}, Limit("proposal.gpus", 4, 2, 3)),
    "another proposal": ([cluster("a", 8, user="bob", proposal="P2")], 8, {"*": Quota(workers=8)}, None),
    "a proposal that is named": (
        [],
        8,
        {"*": Quota(workers=1), "P1": Quota()},
        None,
    ),
    "no proposal": (
        [cluster("a", 8, user="bob", proposal="")],
        1,
        {"*": Quota(workers=8)},
        None,
    ),
    "none at all": ([], 1, {"P1": Quota(workers=0)}, Limit("proposal.workers", 0, 0, 1)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_limit_that_is_passed_is_named(name):
    others, workers, quota, expected = CASES[name]
    assert passed_limit(cluster("new", workers), Usage(others), OFFER, quota) == expected


def test_users_without_a_proposal_count_as_one():
    others = [cluster("a", 8, user="bob", proposal="")]
    found = passed_limit(cluster("new", 1, proposal=""), Usage(others), OFFER, {"*": Quota(workers=8)})
    assert found == Limit("proposal.workers", 8, 8, 1)


def test_a_cluster_is_not_counted_beside_itself():
    mine = cluster("mine", 4)
    assert passed_limit(replace(mine, workers=8), Usage([mine]), OFFER, {}) is None


def test_a_cluster_may_grow_though_there_are_too_many_clusters_since_a_limit_was_lowered():
    fleet = [cluster("a"), cluster("b"), cluster("c")]
    assert passed_limit(replace(fleet[0], workers=3), Usage(fleet), OFFER, {"*": Quota(clusters=1)}) is None


@given(
    others=st.lists(st.integers(0, 9), max_size=3),
    now=st.integers(1, 8),
    workers=st.none() | st.integers(0, 40),
    cpu=st.none() | st.sampled_from([0, 0.4, 12.3, 64]),
    memory=st.none() | st.sampled_from(["8G", "64G", "1T"]),
    each=st.sampled_from([Size(4.0, 16 * 2**30, 1), Size(0.1, 2**28, 0)]),
)
def test_as_many_workers_as_are_said_to_be_left_are_given_and_no_more(others, now, workers, cpu, memory, each):
    fleet = [cluster(f"b{number}", size, user="bob", size=each) for number, size in enumerate(others)]
    mine = cluster("mine", now, size=each)
    quota = {"*": Quota(workers=workers, cpu=cpu, memory=memory)}
    most = most_workers(mine, Usage([*fleet, mine]), OFFER, quota)
    assert most >= now
    if most > now:
        assert passed_limit(replace(mine, workers=most), Usage([*fleet, mine]), OFFER, quota) is None
    assert passed_limit(replace(mine, workers=most + 1), Usage([*fleet, mine]), OFFER, quota) is not None


def test_a_profile_that_offers_no_workers_any_more_gives_no_more_of_them():
    assert most_workers(cluster(workers=3), Usage([]), None, {}) == 3


WORDS = {
    "profile.clusters": (
        "may have 1 cluster at once, and have 1 cluster: close one, or use it",
        "最多同时拥有 1 个集群",
    ),
    "profile.workers": ("may have 1 worker at once, have 1 worker in other clusters, and ask for 1", " 1 个工作进程"),
    "proposal.clusters": ("your proposal may have 1 cluster at once, and has 1 cluster: wait", "最多同时拥有 1 个集群"),
    "proposal.workers": ("may have 1 worker at once, have 1 worker in other clusters, and 1 worker", " 1 个工作进程"),
    "proposal.cpu": ("may have 1 core at once, have 1 core in other clusters, and 1 core are", " 1 核"),
    "proposal.memory": ("may have 64 GB of memory at once", "64 GB 内存"),
    "proposal.gpus": ("may have 1 GPU at once", " 1 个 GPU"),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_limit_is_told_with_its_numbers_in_both_languages(name):
    each = 64 * 2**30 if name.endswith("memory") else 1
    error = QuotaError(Limit(name, each, each, each))
    texts = texts_of(error)
    assert WORDS[name][0] in texts["en"]
    assert WORDS[name][1] in texts["zh"]
    assert "{" not in texts["en"] + texts["zh"]
    assert (error.key, error.status) == ("over-quota", 409)
