"""Wrong values are refused: by the schema, which helm asks, with the path; by the check, also what no schema knows."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from hub_config.chart import Values
from hub_config.chart.__main__ import main
from hub_config.errors import SettingsError
from hub_config.local.launcher import merged
from hub_config.settings.reading import check
from tests.chart.rendering import CHART, EXAMPLES, example, helm, needs_helm

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))


def good(name: str = "trial") -> dict[str, Any]:
    return dict(yaml.safe_load(example(name).read_text(encoding="utf-8")))


def changed(path: str, value: Any, name: str = "trial") -> dict[str, Any]:
    """An example with one value set, as ``hub.baseUrl`` or ``profiles.0.cpu``."""
    values: Any = good(name)
    *parents, last = path.split(".")
    place = values
    for part in parents:
        place = place[int(part)] if part.isdecimal() else place.setdefault(part, {})
    place[last] = value
    return dict(values)


POSTGRES = "postgresql+psycopg://daisy@db/daisy"
# path that is broken, its value, where the schema says so
BROKEN: dict[str, tuple[str, Any, str]] = {
    "a key that is not there, at the top": ("hubb", {}, ""),
    "a key that is not there, in the hub": ("hub.basUrl", "/x/", "hub"),
    "a key that is not there, in a list": ("profiles.0.memry", "1G", "profiles/0"),
    "a key of the hub's settings that the chart decides": ("hub.bindUrl", "http://0.0.0.0", "hub"),
    "the users' namespace, which the release names": ("singleuser.namespace", "kube-system", "singleuser"),
    "program text": ("hub.extraConfig", {"a": "import os"}, "hub"),
    "a path without slashes": ("hub.baseUrl", "daas", "hub/baseUrl"),
    "a wildcard host without https": ("hub.subdomainHost", "daisy.example.org", "hub/subdomainHost"),
    "a number that is a text": ("hub.namedServerLimitPerUser", "three", "hub/namedServerLimitPerUser"),
    "a negative limit": ("hub.namedServerLimitPerUser", -1, "hub/namedServerLimitPerUser"),
    "a third language": ("hub.announcement", {"fr": "x"}, "hub/announcement"),
    "another database": ("hub.db", {"type": "mysql"}, "hub/db/type"),
    "PostgreSQL without a password": ("hub.db", {"type": "postgres", "url": POSTGRES}, "hub/db/existingSecret"),
    "PostgreSQL without an address": ("hub.db", {"type": "postgres", "existingSecret": "s"}, "hub/db/url"),
    "a password in the database's address": ("hub.db", {"url": "postgresql+psycopg://d:secret@db/d"}, "hub/db/url"),
    "a driver that is not installed": ("hub.db", {"url": "postgresql://d@db/d"}, "hub/db/url"),
    "a claim without a unit": ("hub.db", {"pvc": {"storage": "10"}}, "hub/db/pvc/storage"),
    "CPU in words": ("hub.resources", {"limits": {"cpu": "two"}}, "hub/resources/limits/cpu"),
    "a Secret's name with capitals": ("hub.existingSecret", "My_Secret", "hub/existingSecret"),
    "addresses without a length": (
        "hub.networkPolicy",
        {"apiServer": ["10.0.0.1"]},
        "hub/networkPolicy/apiServer/0",
    ),
    "another kind of Service": ("proxy.service", {"type": "ExternalName"}, "proxy/service/type"),
    "a port that is none": ("proxy.service", {"port": 70000}, "proxy/service/port"),
    "HTTPS without a certificate": ("proxy.https", {"enabled": True}, "proxy/https/secret/name"),
    "a client without a name": ("sso.clientId", "", "sso/clientId"),
    "an SSO that can be overheard": ("sso.tokenUrl", "http://sso.example.org/token", "sso/tokenUrl"),
    "no address to log in": ("sso.authorizeUrl", "", "sso/authorizeUrl"),
    "no address to come back": ("sso.callbackUrl", "", "sso/callbackUrl"),
    "OIDC without userinfo": ("sso.userinfoUrl", "", "sso/userinfoUrl"),
    "no client secret at all": ("sso.existingSecret", "", "sso/clientSecret"),
    "another provider": ("sso.provider", "ldap", "sso/provider"),
    "a group without a gid": ("identity.groups", {"a": {}}, "identity/groups/a"),
    "a proposal that leads out": ("identity.groups", {"a": {"gid": 20001, "path": "../b"}}, "identity/groups/a/path"),
    "root's ids": ("identity.minimumId", 0, "identity/minimumId"),
    "no profile": ("profiles", [], "profiles"),
    "memory as Kubernetes writes it": ("profiles.0.memory", "8Gi", "profiles/0/memory"),
    "a slug with a space": ("profiles.0.slug", "my cpu", "profiles/0/slug"),
    "less than no GPU": ("profiles.0.gpu", -1, "profiles/0/gpu"),
    "a home without a name": ("storage.home", "homes/shared", "storage/home"),
    "a folder of the machine as home": ("storage.home", "/home/{name}", "storage/home"),
    "a claim for each proposal": ("storage.data", "data-{proposal}/x", "storage/data"),
    "a claim without a size": ("storage.claims", {"a": {}}, "storage/claims/a"),
    "another way to mount": ("storage.claims", {"a": {"size": "1Gi", "accessModes": ["RWX"]}}, "storage/claims/a"),
    "shared memory in gigabytes": ("singleuser.shmSize", "2G", "singleuser/shmSize"),
    "a quota in words": ("singleuser.quota", {"pods": "many"}, "singleuser/quota/pods"),
    "a tag with a space": ("images.tag", "a b", "images/tag"),
    "another way to pull": ("images.pullPolicy", "Sometimes", "images/pullPolicy"),
    "a culler that never waits": ("cull.timeout", 0, "cull/timeout"),
    "a cluster that is removed at once": ("dask.idleTimeout", 5, "dask/idleTimeout"),
    "a quota of what no cluster has": ("dask.quota", {"*": {"nodes": 3}}, "dask/quota/*"),
    "workers without memory": ("profiles.0.workers", {"maximum": 2, "cpu": 1}, "profiles/0/workers"),
    "a namespace that the release names": ("dask.namespace", "other", "dask"),
    "a certificate without a Secret": ("ingress.tls", [{"hosts": ["a"]}], "ingress/tls/0"),
}


def refused_at(values: dict[str, Any]) -> list[str]:
    """Where the schema refuses values that helm has put over the defaults."""
    found = jsonschema.Draft7Validator(SCHEMA).iter_errors(merged(DEFAULTS, values))
    return [path for error in found for path in _paths(error)]


def _paths(error: jsonschema.ValidationError) -> list[str]:
    return ["/".join(map(str, error.absolute_path)), *(path for inner in error.context or () for path in _paths(inner))]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_passes_both(name):
    assert refused_at(good(name)) == []
    check(Values, good(name))


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses(name):
    path, value, where = BROKEN[name]
    found = refused_at(changed(path, value))
    assert any(each == where or each.startswith(f"{where}/") for each in found), found


@pytest.mark.parametrize("name", BROKEN)
def test_the_check_refuses_what_the_schema_refuses(name):
    path, value, _ = BROKEN[name]
    with pytest.raises(SettingsError, match=path.split(".")[0] if "." in path else path):
        check(Values, changed(path, value))


def test_there_is_no_dashboard_where_no_network_policy_guards_it():
    values = changed("networkPolicy", {"enabled": False}, "facility")
    assert refused_at(values) == ["dask/dashboard"]
    with pytest.raises(SettingsError, match=r"dask\.dashboard needs networkPolicy\.enabled"):
        check(Values, values)
    values["dask"]["dashboard"] = False
    assert refused_at(values) == []
    check(Values, values)


@needs_helm
@pytest.mark.parametrize("name", BROKEN)
def test_helm_refuses_with_the_path(name, tmp_path):
    path, value, where = BROKEN[name]
    (tmp_path / "values.yaml").write_text(yaml.safe_dump(changed(path, value)), encoding="utf-8")
    done = helm("template", "daas", str(CHART), f"--values={tmp_path / 'values.yaml'}")
    assert done.returncode != 0
    assert f"at '/{where}" in done.stderr if where else "at ''" in done.stderr, done.stderr


UNKNOWN_TO_A_SCHEMA = {
    "a profile twice": ("profiles", good()["profiles"] * 2, "the slug 'cpu' is there twice"),
    "a group that is in no list": (
        "profiles.0.groups",
        ["trail"],
        "'trail' is not in identity.groups: did you mean '",
    ),
    "a group of the system": (
        "identity.groups",
        {"wheel": {"gid": 10}},
        "group 'wheel' has gid 10, and minimumId is",
    ),
    "more guaranteed than allowed": ("profiles.0.cpuGuarantee", 3, "cpuGuarantee 3 is more than cpu 2"),
    "workers that no profile offers": ("dask", {"enabled": True}, "dask.enabled needs a profile with workers"),
    "a quota of nobody": ("dask.quota", {"P2026-71": {}}, "'P2026-71' is the path of no group of identity.groups"),
    "two folders up": ("storage.results", "results/../{proposal}", "results 'results/../{proposal}' has a folder that"),
}


@pytest.mark.parametrize("name", UNKNOWN_TO_A_SCHEMA)
def test_the_check_knows_more_than_the_schema(name, tmp_path, capsys):
    path, value, sentence = UNKNOWN_TO_A_SCHEMA[name]
    file = tmp_path / "values.yaml"
    file.write_text(yaml.safe_dump(changed(path, value)), encoding="utf-8")
    assert main(["check", str(file)]) == 2
    assert sentence in capsys.readouterr().err


def test_tls_ends_at_one_place():
    with pytest.raises(SettingsError, match=r"proxy\.https and ingress are both enabled"):
        check(Values, changed("proxy.https", {"enabled": True, "secret": {"name": "t"}}, "facility"))


def test_right_values_are_called_right(capsys):
    assert main(["check", str(example("facility"))]) == 0
    assert capsys.readouterr().out.endswith("facility.yaml is right\n")


def test_a_word_that_is_none_gets_the_usage(capsys):
    assert main(["shema"]) == 2
    assert "schema | values | check FILE" in capsys.readouterr().err
