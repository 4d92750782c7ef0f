"""Who somebody is: a table of claims and what comes of them, and what holds for all claims."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub_config.errors import Refusal
from hub_config.identity import MAXIMUM_ID, Account, Mount, SsoClaims, identify, ignored_groups
from hub_config.settings import Group, Identity, Storage

RULES = Identity(
    groups={
        "heps-ct": Group(gid=2001, path="P-101"),
        "heps-xrd": Group(gid=2002, path="P-102"),
        "heps-xrd-staff": Group(gid=2003, path="P-102"),
        "heps-guest": Group(gid=2004),
    }
)
STORAGE = Storage(home="homes/{name}", data="raw/{proposal}", results="out/{proposal}")
GOOD = SsoClaims(id="umt-7", name="alice", uid="1001", groups=["heps-ct"], display_name="Alice Li", email="a@x.org")
HOME = Mount("/home/alice", "homes/alice", writable=True)
CT = (Mount("/data/P-101", "raw/P-101", writable=False), Mount("/results/P-101", "out/P-101", writable=True))
XRD = (Mount("/data/P-102", "raw/P-102", writable=False), Mount("/results/P-102", "out/P-102", writable=True))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, {"uid": 1001, "gid": 2001, "gids": (), "mounts": (HOME, *CT)}, id="one group"),
        pytest.param({"uid": 1001}, {"uid": 1001}, id="uid as a number"),
        pytest.param({"id": 42}, {"sso_id": "42"}, id="stable id as a number"),
        pytest.param({"uid": MAXIMUM_ID}, {"uid": 2147483647}, id="the largest uid"),
        pytest.param({"uid": "1000"}, {"uid": 1000}, id="the smallest uid"),
        pytest.param(
            {"groups": ["heps-xrd", "heps-ct"]},
            {"gid": 2002, "gids": (2001,), "groups": ("heps-xrd", "heps-ct"), "mounts": (HOME, *XRD, *CT)},
            id="the first known group is the primary one",
        ),
        pytest.param(
            {"groups": ["mail", "heps-ct", "root"]}, {"gid": 2001, "groups": ("heps-ct",)}, id="unknown groups ignored"
        ),
        pytest.param({"groups": ["heps-guest"]}, {"gid": 2004, "mounts": (HOME,)}, id="a group without a proposal"),
        pytest.param(
            {"groups": ["heps-xrd", "heps-xrd-staff"]}, {"mounts": (HOME, *XRD)}, id="two groups of one proposal"
        ),
        pytest.param({"groups": ["heps-ct", "heps-ct"]}, {"groups": ("heps-ct",), "gids": ()}, id="a group twice"),
        pytest.param({"display_name": None, "email": 3}, {"display_name": "", "email": ""}, id="nothing to show"),
        pytest.param({"display_name": "A\nB"}, {"display_name": ""}, id="a name of two lines is not shown"),
        pytest.param({"name": "a" * 32}, {"name": "a" * 32}, id="the longest name"),
    ],
)
def test_claims_that_make_an_account(change: dict[str, Any], expected: dict[str, Any]) -> None:
    account = identify(replace(GOOD, **change), RULES, STORAGE)
    assert {name: getattr(account, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"name": "Alice"}, "'Alice' is no account name", id="a name is never lowercased"),
        pytest.param({"name": ""}, "'' is no account name", id="empty name"),
        pytest.param({"name": None}, "None is no account name", id="no name"),
        pytest.param({"name": "a" * 33}, "'a{33}' is no account name", id="name too long"),
        pytest.param({"name": "alice\n"}, r"'alice\\n' is no account name", id="line break after the name"),
        pytest.param({"name": "../root"}, "'../root' is no account name", id="a path as a name"),
        pytest.param({"name": "7alice"}, "'7alice' is no account name", id="a digit first"),
        pytest.param({"name": "аlice"}, "'аlice' is no account name", id="a Cyrillic letter that looks Latin"),
        pytest.param({"uid": 0}, "the uid of alice is 0: a whole number from 1000", id="root"),
        pytest.param({"uid": "0"}, "the uid of alice is '0'", id="root as a string"),
        pytest.param({"uid": 999}, "the uid of alice is 999", id="a system account"),
        pytest.param({"uid": -1}, "the uid of alice is -1", id="negative"),
        pytest.param({"uid": 2**32 - 1}, "the uid of alice is 4294967295", id="the uid that means unchanged"),
        pytest.param({"uid": 2**32 + 1001}, "is 4294968297: .* to 2147483647", id="a uid that would wrap around"),
        pytest.param({"uid": None}, "the uid of alice is None", id="no uid"),
        pytest.param({"uid": True}, "the uid of alice is True", id="yes as a uid"),
        pytest.param({"uid": 1001.0}, r"the uid of alice is 1001\.0", id="a float"),
        pytest.param({"uid": "1001.0"}, r"the uid of alice is '1001\.0'", id="a float in a string"),
        pytest.param({"uid": " 1001"}, "the uid of alice is ' 1001'", id="a blank before"),
        pytest.param({"uid": "1_001"}, "the uid of alice is '1_001'", id="Python's own notation"),
        pytest.param({"uid": "١٠٠١"}, "the uid of alice is '١٠٠١'", id="digits that are not ASCII"),
        pytest.param({"uid": "01001"}, "the uid of alice is '01001'", id="a leading zero"),
        pytest.param({"uid": ["1001"]}, r"the uid of alice is \['1001'\]", id="a list as a uid"),
        pytest.param({"groups": []}, r"alice is in no group that may work here \(groups: \[\]\)", id="no group"),
        pytest.param({"groups": ["mail"]}, r"no group that may work here \(groups: \['mail'\]\)", id="unknown group"),
        pytest.param({"groups": ["HEPS-CT"]}, r"groups: \['HEPS-CT'\]", id="a group in capitals is another one"),
        pytest.param({"groups": "heps-ct"}, "groups of alice came as 'heps-ct'", id="groups as one string"),
        pytest.param({"groups": None}, "groups of alice came as None", id="groups missing"),
        pytest.param({"groups": ["heps-ct", 3]}, r"came as \['heps-ct', 3\]", id="a number as a group"),
        pytest.param({"id": ""}, "gave '' as your identifier", id="empty stable id"),
        pytest.param({"id": None}, "gave None as your identifier", id="no stable id"),
        pytest.param({"id": True}, "gave True as your identifier", id="yes as a stable id"),
        pytest.param({"id": "umt-7 "}, "gave 'umt-7 ' as your identifier", id="a blank after the stable id"),
        pytest.param({"id": "x" * 256}, "gave 'xxx.*as your identifier", id="stable id too long"),
    ],
)
def test_claims_that_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(Refusal, match=message) as refusal:
        identify(replace(GOOD, **change), RULES, STORAGE)
    assert refusal.value.remedy
    assert refusal.value.status == 403


def test_the_same_name_with_another_id_is_refused() -> None:
    with pytest.raises(Refusal, match="the account 'alice' belongs to another person"):
        identify(GOOD, RULES, STORAGE, bound_id="umt-8")


def test_the_same_name_with_the_same_id_comes_in() -> None:
    assert identify(GOOD, RULES, STORAGE, bound_id="umt-7").name == "alice"


def test_a_group_id_below_the_minimum_is_refused_though_the_settings_let_it_pass() -> None:
    rules = Identity.model_construct(groups={"wheel": Group(gid=10)}, minimum_id=1000, admins=())
    with pytest.raises(Refusal, match="the gid of wheel of alice is 10"):
        identify(replace(GOOD, groups=["wheel"]), rules, STORAGE)


def test_settings_with_a_system_group_are_refused() -> None:
    with pytest.raises(ValueError, match="group 'wheel' has gid 10, and minimumId is 1000"):
        Identity(groups={"wheel": Group(gid=10)})


def test_ignored_groups_are_told() -> None:
    claims = replace(GOOD, groups=["mail", "heps-ct", 3])
    assert ignored_groups(claims, RULES) == ("'mail'", "3")


def test_an_account_survives_json() -> None:
    account = identify(replace(GOOD, groups=["heps-xrd", "heps-ct"]), RULES, STORAGE)
    assert Account.from_dict(json.loads(json.dumps(account.to_dict()))) == account


def test_an_account_of_another_shape_is_an_error() -> None:
    with pytest.raises(TypeError, match="secret"):
        Account.from_dict(identify(GOOD, RULES, STORAGE).to_dict() | {"secret": 1})


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()))
NAMES = st.one_of(ANYTHING, st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True))
NUMBERS = st.one_of(ANYTHING, st.integers(0, 2**33), st.integers(0, 2**33).map(str))
GROUPS = st.one_of(ANYTHING, st.lists(st.one_of(st.sampled_from(sorted(RULES.groups)), st.text())))
CLAIMS = st.builds(SsoClaims, id=st.one_of(ANYTHING, st.uuids().map(str)), name=NAMES, uid=NUMBERS, groups=GROUPS)


@given(CLAIMS, st.integers(1, 3000))
def test_whatever_comes_no_id_is_below_the_minimum_and_no_mount_outside_the_templates(
    claims: SsoClaims, minimum: int
) -> None:
    rules = Identity.model_construct(groups=RULES.groups, minimum_id=minimum, admins=())
    try:
        account = identify(claims, rules, STORAGE)
    except Refusal:
        return
    assert account.name == claims.name
    assert minimum <= account.uid <= MAXIMUM_ID
    assert all(minimum <= gid <= MAXIMUM_ID for gid in (account.gid, *account.gids))
    assert account.groups
    assert set(account.groups) <= set(RULES.groups)
    allowed = {Mount(f"/home/{account.name}", f"homes/{account.name}", writable=True), *CT, *XRD}
    assert set(account.mounts) <= allowed
    assert [mount.path for mount in account.mounts if mount.path.startswith("/home")] == [f"/home/{account.name}"]


@given(st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True), st.integers(1000, MAXIMUM_ID))
def test_good_claims_are_never_refused(name: str, uid: int) -> None:
    account = identify(replace(GOOD, name=name, uid=uid), RULES, STORAGE)
    assert (account.name, account.uid) == (name, uid)
