"""Dask workers: what broker and operator may do, whom they reach, who may make clusters; nothing where it is off."""

from __future__ import annotations

from typing import Any

import pytest

from hub_config.broker.address import PORT, prefix_of
from hub_config.settings import check_settings
from tests.chart.rendering import CHART, EXAMPLES, example, find, helm, needs_helm, objects, settings_of, text
from tests.chart.test_network import DNS, holes, policy

pytestmark = needs_helm

ACCOUNT = "system:serviceaccount:daas:dask-"
API = (("anybody",), (443, 6443))
SCHEDULERS = ("daas-users/dask",)
MAY = {
    "dask-broker": {
        "daskclusters": {"list", "watch", "create", "patch", "delete"},
        "daskworkergroups": {"list", "watch", "patch", "delete"},
        "pods": {"list", "watch"},
        "deployments": {"list", "watch", "delete"},
        "secrets": {"get", "list", "create", "patch", "delete"},
        "networkpolicies": {"list", "create", "patch", "delete"},
    },
    "dask-operator": {
        "daskclusters": {"list", "watch", "patch"},
        "daskworkergroups": {"get", "list", "watch", "patch", "create"},
        "daskjobs": {"list", "watch"},
        "daskautoscalers": {"list", "watch"},
        "services": {"get", "list", "watch", "create", "patch"},
        "pods": {"list", "watch"},
        "deployments": {"get", "list", "create"},  # which workers go is not the operator's to choose
    },
}


def test_where_it_is_off_nothing_of_it_is_there():
    rendered = objects("trial")
    assert not [each for each in rendered if "dask" in each["metadata"]["name"]]
    assert settings_of(rendered)["dask"]["enabled"] is False
    assert "broker-token" not in text("trial")
    for name in ("hub", "proxy"):
        assert "dask" not in str(policy(name, rendered))
    assert "dask" not in str(policy("singleuser", rendered, "daas-users"))


@pytest.mark.parametrize("who", MAY)
def test_rights_are_those_that_are_used_and_end_at_the_users_namespace(who):
    rendered = objects("facility")
    may: dict[str, set[str]] = {}
    for rule in find(rendered, "Role", who, "daas-users")["rules"]:
        for what in rule["resources"]:
            may.setdefault(what, set()).update(rule["verbs"])
    assert may == MAY[who]
    binding = find(rendered, "RoleBinding", who, "daas-users")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": who, "namespace": "daas"}]
    assert find(rendered, "ServiceAccount", who)["automountServiceAccountToken"] is False


def test_broker_and_operator_are_one_pod_each_of_their_own_images():
    rendered = objects("facility")
    images = {"dask-broker": "hub", "dask-operator": "operator"}
    for name, role in images.items():
        spec = find(rendered, "Deployment", name)["spec"]
        assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
        (container,) = spec["template"]["spec"]["containers"]
        assert container["image"] == f"registry.example.org/daisy/daisy-daas-{role}:0.1.0"
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)


def test_the_operator_looks_at_the_users_namespace_alone():
    (container,) = find(objects("facility"), "Deployment", "dask-operator")["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["--namespace=daas-users", "--liveness=http://0.0.0.0:8080/healthz"]


def test_hub_and_broker_share_settings_and_the_broker_has_no_token_at_the_hub():
    rendered = objects("test-cluster")
    settings = check_settings(settings_of(rendered))
    assert (settings.dask.enabled, settings.dask.namespace) == (True, "daas")
    assert not {"broker", "operator"} & set(settings_of(rendered)["dask"])
    templates = {name: find(rendered, "Deployment", name)["spec"]["template"] for name in ("hub", "dask-broker")}
    env = {name: template["spec"]["containers"][0]["env"] for name, template in templates.items()}
    assert env["dask-broker"] == [{"name": "DAISY_HUB_SETTINGS", "value": "/etc/daisy/settings/settings.yaml"}]
    token = {"name": "hub", "key": "broker-token"}
    assert {"name": "DAISY_BROKER_TOKEN", "valueFrom": {"secretKeyRef": token}} in env["hub"]
    changed = objects("test-cluster", "--set=dask.idleTimeout=99")
    for name, differs in (("dask-broker", True), ("dask-operator", False)):
        before, after = (find(each, "Deployment", name)["spec"]["template"] for each in (rendered, changed))
        assert (before != after) is differs, name


def test_the_probes_of_the_broker_follow_the_base_url():
    rendered = objects("test-cluster", "--set=hub.baseUrl=/daas/")
    settings = check_settings(settings_of(rendered))
    template = find(rendered, "Deployment", "dask-broker")["spec"]["template"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert template["spec"]["containers"][0][probe]["httpGet"]["path"] == f"{prefix_of(settings)}health"


def test_prometheus_asks_the_broker_as_it_asks_the_hub():
    rendered = objects("facility")
    (endpoint,) = find(rendered, "ServiceMonitor", "dask-broker")["spec"]["endpoints"]
    assert (endpoint["port"], endpoint["path"]) == ("http", "/services/dask/metrics")
    inside = ("daas-users/singleuser-server", "hub", "monitoring", "proxy")
    assert holes(policy("dask-broker", rendered)["ingress"], "from") == {(inside, (8000,))}
    rules = find(rendered, "PrometheusRule", "daisy-daas")["spec"]["groups"][0]["rules"]
    assert {"DaisyBrokerDown", "DaisyOperatorDown"} < {rule["alert"] for rule in rules}
    assert "DaisyBrokerDown" not in text("trial", "--set=monitoring.alerts.enabled=true")


def test_the_brokers_service_finds_its_pod():
    rendered = objects("facility")
    spec = find(rendered, "Service", "dask-broker")["spec"]
    template = find(rendered, "Deployment", "dask-broker")["spec"]["template"]
    assert spec["selector"] == template["metadata"]["labels"]
    assert spec["ports"] == [{"name": "http", "port": PORT, "targetPort": "http"}]
    assert template["spec"]["containers"][0]["ports"] == [{"name": "http", "containerPort": 8000}]


def test_the_broker_is_reached_by_users_proxy_and_hub_and_reaches_the_hub():
    spec = policy("dask-broker", objects("test-cluster"))
    assert holes(spec["ingress"], "from") == {(("daas-users/singleuser-server", "hub", "proxy"), (8000,))}
    assert holes(spec["egress"], "to") == {(("hub",), (8081,)), DNS, API}


def test_the_operator_reaches_schedulers_and_is_reached_by_nobody():
    spec = policy("dask-operator", objects("test-cluster"))
    assert "ingress" not in spec
    assert holes(spec["egress"], "to") == {(SCHEDULERS, (8786, 8787)), DNS, API}


def test_workers_find_names_and_the_rest_says_a_policy_of_each_cluster():
    spec = policy("dask", objects("test-cluster"), "daas-users")
    assert spec["podSelector"] == {"matchLabels": {"component": "dask"}}
    assert spec["policyTypes"] == ["Egress"]
    assert holes(spec["egress"], "to") == {DNS}


@pytest.mark.parametrize(("dashboard", "ports"), [("true", (8786, 8787)), ("false", (8786,))])
def test_a_server_reaches_the_broker_and_schedulers(dashboard, ports):
    spec = policy("singleuser", objects("test-cluster", f"--set=dask.dashboard={dashboard}"), "daas-users")
    out = holes(spec["egress"], "to")
    assert {(("daas/dask-broker",), (8000,)), (SCHEDULERS, ports)} < out
    (rule,) = [rule for rule in spec["egress"] if {"protocol": "TCP", "port": 8786} in rule.get("ports", [])]
    assert rule["to"][0]["podSelector"]["matchLabels"] == {"component": "dask", "dask.org/component": "scheduler"}


def test_hub_and_proxy_reach_the_broker():
    for name in ("hub", "proxy"):
        assert (("dask-broker",), (8000,)) in holes(policy(name, objects("test-cluster"))["egress"], "to"), name


def admission() -> tuple[dict[str, Any], dict[str, Any]]:
    rendered = objects("facility")
    name = "daas.daas.dask"
    return (
        find(rendered, "ValidatingAdmissionPolicy", name)["spec"],
        find(rendered, "ValidatingAdmissionPolicyBinding", name)["spec"],
    )


def test_who_makes_clusters_is_decided_for_all_of_dasks_kinds_in_the_users_namespace_and_fails_closed():
    spec, binding = admission()
    assert spec["failurePolicy"] == "Fail"
    (rule,) = spec["matchConstraints"]["resourceRules"]
    assert (rule["apiGroups"], rule["resources"]) == (["kubernetes.dask.org"], ["*/*"])
    assert set(rule["operations"]) == {"CREATE", "UPDATE"}
    assert binding["policyName"] == "daas.daas.dask"
    assert binding["validationActions"] == ["Deny"]
    selected = binding["matchResources"]["namespaceSelector"]["matchLabels"]
    assert selected == {"kubernetes.io/metadata.name": "daas-users"}


def test_the_accounts_that_make_clusters_and_workgroups_are_those_of_this_release():
    spec, _ = admission()
    variables = {each["name"]: each["expression"] for each in spec["variables"]}
    for name in ("broker", "operator"):
        assert variables[name] == f"request.userInfo.username == '{ACCOUNT}{name}'"
    (validation,) = spec["validations"]
    assert set(validation["expression"].split(" || ")) >= {"variables.broker", "variables.asBefore"}


def test_a_cluster_that_cannot_guard_who_makes_clusters_is_refused():
    words = ["--namespace=daas", f"--values={example('facility')}", "--kube-version=1.29.4"]
    done = helm("template", "daas", str(CHART), *words)
    assert done.returncode != 0
    assert "dask.enabled needs Kubernetes 1.30 or newer" in done.stderr
    words[1] = f"--values={example('trial')}"
    assert helm("template", "daas", str(CHART), *words).returncode == 0


def test_the_cleaner_removes_clusters_where_there_are_any():
    def job(name: str) -> Any:
        return find(objects(name), "Job", "pod-cleaner")["spec"]["template"]["spec"]["containers"][0]

    assert job("test-cluster")["args"] == ["dask"]
    assert "args" not in job("trial")


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_quota_counts_what_kubernetes_cannot_count_for_minutes_after_an_installation(name):
    hard = find(objects(name), "ResourceQuota", "users", "daas-users")["spec"]["hard"]
    assert "pods" in hard  # servers and workers
    assert not [what for what in hard if "dask.org" in what]


def test_without_network_policies_there_are_none():
    rendered = objects("facility", "--set=networkPolicy.enabled=false,dask.dashboard=false")
    assert not [each for each in rendered if each["kind"] == "NetworkPolicy"]
