"""Who reaches whom: everything is closed, and each hole is named here."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest

from tests.chart.rendering import EXAMPLES, find, needs_helm, objects

pytestmark = needs_helm


def policy(name: str, rendered: list[dict[str, Any]], namespace: str = "daas") -> dict[str, Any]:
    return dict(find(rendered, "NetworkPolicy", name, namespace)["spec"])


def who(peers: list[dict[str, Any]] | None) -> tuple[str, ...]:
    """Peers in a word each: component, namespace, namespace/component, or addresses."""
    return tuple(sorted(_who(peer) for peer in peers)) if peers else ("anybody",)


def _who(peer: dict[str, Any]) -> str:
    if "ipBlock" in peer:
        return str(peer["ipBlock"]["cidr"])
    space = peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name", "")
    component = peer.get("podSelector", {}).get("matchLabels", {}).get("component", "")
    return "/".join(part for part in (space, component) if part)


def ports(rule: dict[str, Any]) -> tuple[int, ...]:
    return tuple(sorted({port["port"] for port in rule.get("ports", [])}))


def holes(rules: list[dict[str, Any]], side: str) -> set[tuple[tuple[str, ...], tuple[int, ...]]]:
    return {(who(rule.get(side)), ports(rule)) for rule in rules}


DNS = (("169.254.20.10/32", "kube-system"), (53,))
INTERNET = (("0.0.0.0/0",), ())


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("namespace", ["daas", "daas-users"])
def test_everything_is_closed_to_begin_with(name, namespace):
    assert policy("default-deny", objects(name), namespace) == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_proxy_is_reached_by_all_and_its_routes_by_the_hub_alone():
    spec = policy("proxy", objects("trial"))
    assert holes(spec["ingress"], "from") == {(("anybody",), (8000,)), (("hub",), (8001,))}
    assert holes(spec["egress"], "to") == {(("hub",), (8081,)), (("daas-users/singleuser-server",), (8888,)), DNS}


def test_the_hub_reaches_what_it_works_with():
    spec = policy("hub", objects("trial"))
    assert holes(spec["ingress"], "from") == {(("daas-users/singleuser-server", "hub", "proxy"), (8081,))}
    assert holes(spec["egress"], "to") == {
        (("hub",), (8081,)),  # the culler, by the hub's Service
        (("proxy",), (8001,)),
        (("daas-users/singleuser-server",), (8888,)),
        DNS,
        (("anybody",), (443, 6443)),  # the API, whose addresses are known at an installation, or given
        (("anybody",), (443,)),  # the SSO
    }


def test_a_facility_names_where_sso_and_database_are():
    spec = policy("hub", objects("facility", "--set=hub.networkPolicy.apiServer={10.1.2.3/32}"))
    out = holes(spec["egress"], "to")
    assert {(("192.0.2.10/32",), (443,)), (("192.0.2.20/32",), (5432,)), (("10.1.2.3/32",), (443, 6443))} < out
    assert not [peers for peers, _ in out if peers == ("anybody",)]
    inside = ("daas-users/singleuser-server", "dask-broker", "hub", "monitoring", "proxy")
    assert (inside, (8081,)) in holes(spec["ingress"], "from")


def test_the_ports_of_the_sso_are_those_of_its_addresses():
    assert (("daas-sso",), (8443,)) in holes(policy("hub", objects("test-cluster"))["egress"], "to")


def test_a_users_server_is_reached_by_proxy_and_hub_alone():
    spec = policy("singleuser", objects("trial"), "daas-users")
    assert spec["podSelector"] == {"matchLabels": {"component": "singleuser-server"}}
    assert holes(spec["ingress"], "from") == {(("daas/hub", "daas/proxy"), (8888,))}
    assert holes(spec["egress"], "to") == {(("daas/hub",), (8081,)), DNS, INTERNET}


def test_users_can_be_kept_off_the_internet():
    spec = policy("singleuser", objects("trial", "--set=singleuser.networkPolicy.internet=false"), "daas-users")
    assert holes(spec["egress"], "to") == {(("daas/hub",), (8081,)), DNS}


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("169.254.169.254", "the cloud's metadata"),
        ("10.96.0.1", "the Kubernetes API's Service"),
        ("10.244.0.7", "another pod"),
        ("100.64.1.1", "a provider's own network"),
        ("172.31.0.1", "a machine of a cloud"),
        ("192.168.1.1", "a machine of the site"),
        ("192.0.2.77", "what the facility excepts"),
        ("198.51.100.9", "a public address of the API"),
    ],
)
def test_the_internet_is_none_of_these(address, what):
    api = "--set=hub.networkPolicy.apiServer={198.51.100.9/32}"
    spec = policy("singleuser", objects("facility", api), "daas-users")
    reached = [
        block
        for rule in spec["egress"]
        if not rule.get("ports")
        for block in (peer["ipBlock"] for peer in rule["to"])
        if _inside(address, block["cidr"]) and not any(_inside(address, each) for each in block["except"])
    ]
    assert reached == [], what


def test_exceptions_do_not_overlap():
    words = ("--set=hub.networkPolicy.apiServer={10.9.8.7/32,172.20.0.1/32,172.32.0.1/32}",)
    spec = policy("singleuser", objects("trial", *words), "daas-users")
    (block,) = [peer["ipBlock"] for rule in spec["egress"] if not rule.get("ports") for peer in rule["to"]]
    networks = [ipaddress.ip_network(each) for each in block["except"]]
    assert ipaddress.ip_network("172.32.0.1/32") in networks
    assert not [(a, b) for a in networks for b in networks if a is not b and a.overlaps(b)]


def test_the_internet_is_the_rest():
    spec = policy("singleuser", objects("facility"), "daas-users")
    (rule,) = [rule for rule in spec["egress"] if not rule.get("ports")]
    block = rule["to"][0]["ipBlock"]
    assert _inside("151.101.0.223", block["cidr"])
    assert not any(_inside("151.101.0.223", each) for each in block["except"])


def _inside(address: str, network: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


def test_the_cleaner_reaches_the_api_and_nothing_reaches_it():
    spec = policy("pod-cleaner", objects("trial"))
    assert "ingress" not in spec
    assert holes(spec["egress"], "to") == {DNS, (("anybody",), (443, 6443))}


def test_holes_of_the_administrator_are_added():
    rule = "hub.networkPolicy.egress[0].ports[0].port=8080"
    assert (("anybody",), (8080,)) in holes(policy("hub", objects("trial", f"--set={rule}"))["egress"], "to")
    rule = "singleuser.networkPolicy.egress[0].ports[0].port=8080"
    spec = policy("singleuser", objects("trial", f"--set={rule}"), "daas-users")
    assert (("anybody",), (8080,)) in holes(spec["egress"], "to")
