"""What each pod of the chart may do: nothing but its work."""

from __future__ import annotations

import base64
import json
import re

import pytest
import yaml

from tests.chart.rendering import CHART, EXAMPLES, example, find, helm, needs_helm, objects, pods, settings_of, text

TEMPLATES = sorted(path for path in (CHART / "templates").rglob("*") if path.is_file())
WITH_TOKEN = {"Deployment hub": "hub", "Job pod-cleaner": "pod-cleaner"}
WITH_DASK = {f"Deployment {name}": name for name in ("dask-broker", "dask-operator")}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(CHART)))
def test_a_template_has_less_than_100_lines(path):
    assert len(path.read_text().splitlines()) < 100


@needs_helm
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_pod_is_restricted_with_a_read_only_root(name):
    found = dict(pods(objects(name)))
    assert {"Deployment hub", "Deployment proxy", "Job pod-cleaner"} <= set(found)
    for pod, template in found.items():
        spec = template["spec"]
        assert spec["securityContext"]["runAsNonRoot"] is True, pod
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, pod
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), pod
        assert all("hostPath" not in volume for volume in spec.get("volumes", [])), pod
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, pod
            for kind in ("requests", "limits"):
                assert set(container["resources"][kind]) == {"cpu", "memory"}, pod


@needs_helm
@pytest.mark.parametrize("name", EXAMPLES)
def test_only_who_asks_the_kubernetes_api_has_a_token(name):
    accounts = WITH_TOKEN if name == "trial" else WITH_TOKEN | WITH_DASK
    found = dict(pods(objects(name)))
    assert set(accounts) <= set(found)
    for pod, template in found.items():
        spec = template["spec"]
        assert spec["automountServiceAccountToken"] is (pod in accounts), pod
        assert spec.get("serviceAccountName") == accounts.get(pod), pod


@needs_helm
@pytest.mark.parametrize("name", EXAMPLES)
def test_rights_are_those_that_are_used_and_end_at_the_users_namespace(name):
    rendered = objects(name)
    assert not [each for each in rendered if each["kind"].startswith("Cluster")]
    roles = {each["metadata"]["name"]: each for each in rendered if each["kind"] == "Role"}
    assert {role["metadata"]["namespace"] for role in roles.values()} == {"daas-users"}
    may = {
        who: {(what, verb) for rule in role["rules"] for what in rule["resources"] for verb in rule["verbs"]}
        for who, role in roles.items()
    }
    dask = {who: may.pop(who) for who in ("dask-broker", "dask-operator") if who in may}
    assert bool(dask) is (name != "trial")  # test_dask.py says what they are
    kinds = ("daskclusters", "daskworkergroups") if dask else ()
    cleaner = {(kind, verb) for kind in kinds for verb in ("list", "deletecollection")}
    assert may == {
        "hub": {
            *[("pods", verb) for verb in ("get", "list", "watch", "create", "delete")],
            *[("events", verb) for verb in ("get", "list", "watch")],
            *[("persistentvolumeclaims", verb) for verb in ("get", "create", "patch")],
            *[("resourcequotas", verb) for verb in ("list", "watch")],
        },
        "pod-cleaner": {("pods", "list"), ("pods", "deletecollection"), *cleaner},
    }


@needs_helm
@pytest.mark.parametrize("name", EXAMPLES)
def test_no_secret_is_in_a_config_map_or_an_argument(name):
    secret = "b3ee0a4e-not-to-be-seen"
    rendered = objects(name, f"--set=sso.clientSecret={secret},sso.existingSecret=")
    kept = find(rendered, "Secret", "sso")["data"]["client-secret"]
    assert base64.b64decode(kept).decode() == secret
    for each in rendered:
        if each["kind"] != "Secret":
            assert secret not in json.dumps(each), each["kind"]
    for pod, template in pods(rendered):
        for container in template["spec"]["containers"]:
            for entry in container.get("env", []):
                if re.search("TOKEN|SECRET|KEY|PASS", entry["name"]):
                    assert "secretKeyRef" in entry["valueFrom"], (pod, entry["name"])


@needs_helm
def test_a_trial_gets_secrets_that_are_long_and_differ():
    rendered = objects("trial")
    values = [*find(rendered, "Secret", "hub")["data"].values(), *find(rendered, "Secret", "proxy")["data"].values()]
    plain = [base64.b64decode(value).decode() for value in values]
    assert len(set(plain)) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in plain)  # JupyterHub reads two of them as hex


@needs_helm
def test_a_facility_is_rendered_the_same_each_time():
    words = ("template", "daas", str(CHART), "--namespace=daas", f"--values={example('facility')}")
    assert helm(*words).stdout == text("facility")
    assert helm(*(word.replace("facility", "trial") for word in words)).stdout != text("trial")  # secrets are made


@needs_helm
def test_a_facility_brings_all_its_secrets():
    rendered = objects("facility")
    assert not [each for each in rendered if each["kind"] == "Secret"]
    env = find(rendered, "Deployment", "hub")["spec"]["template"]["spec"]["containers"][0]["env"]
    refs = {entry["name"]: entry["valueFrom"]["secretKeyRef"] for entry in env if "valueFrom" in entry}
    assert {name: (ref["name"], ref["key"]) for name, ref in refs.items()} == {
        "JUPYTERHUB_CRYPT_KEY": ("daisy-hub", "crypt-key"),
        "JPY_COOKIE_SECRET": ("daisy-hub", "cookie-secret"),
        "DAISY_METRICS_TOKEN": ("daisy-hub", "metrics-token"),
        "DAISY_BROKER_TOKEN": ("daisy-hub", "broker-token"),
        "CONFIGPROXY_AUTH_TOKEN": ("daisy-proxy", "proxy-token"),
        "DAISY_SSO_CLIENT_SECRET": ("daisy-sso", "client-secret"),
        "PGPASSWORD": ("daisy-db", "password"),
    }


@needs_helm
def test_a_private_authority_is_trusted_by_the_hub():
    spec = find(objects("test-cluster"), "Deployment", "hub")["spec"]["template"]["spec"]
    assert {"name": "ca", "configMap": {"name": "sso-ca"}} in spec["volumes"]
    container = spec["containers"][0]
    assert {"name": "SSL_CERT_FILE", "value": "/etc/daisy/ca/ca.crt"} in container["env"]
    assert {"name": "ca", "mountPath": "/etc/daisy/ca", "readOnly": True} in container["volumeMounts"]


@needs_helm
def test_images_are_pulled_where_their_profiles_run():
    rendered = objects("facility")
    pullers = [template["spec"] for pod, template in pods(rendered) if pod.startswith("DaemonSet")]
    places = {spec["containers"][0]["image"].rpartition("daisy-daas-")[2]: spec.get("nodeSelector") for spec in pullers}
    assert places == {"user:0.1.0": None, "user-gpu:0.1.0": {"nvidia.com/gpu.present": "true"}}
    profiles = settings_of(objects("test-cluster"))["profiles"]
    assert len(profiles) == 2
    assert "kind: DaemonSet" in text("test-cluster")
    assert text("test-cluster").count("kind: DaemonSet") == 1  # both profiles have one image
    assert "kind: DaemonSet" not in text("trial", "--set=prePuller.continuous.enabled=false")


@needs_helm
def test_the_probes_follow_the_base_url():
    spec = find(objects("trial", "--set=hub.baseUrl=/daas/"), "Deployment", "hub")["spec"]["template"]["spec"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert spec["containers"][0][probe]["httpGet"]["path"] == "/daas/hub/health"


@needs_helm
def test_what_users_own_stays_when_the_release_goes():
    rendered = objects("test-cluster")
    kept = {
        (each["kind"], each["metadata"]["name"])
        for each in rendered
        if each["metadata"].get("annotations", {}).get("helm.sh/resource-policy") == "keep"
    }
    claims = {("PersistentVolumeClaim", name) for name in ("homes", "experiments", "results")}
    assert kept == {("Namespace", "daas-users"), *claims}


@needs_helm
def test_a_claim_of_a_volume_by_hand_has_no_class():
    claim = find(objects("test-cluster"), "PersistentVolumeClaim", "homes", "daas-users")["spec"]
    assert (claim["volumeName"], claim["storageClassName"]) == ("daas-homes", "")
    assert "storageClassName" not in find(objects("trial"), "PersistentVolumeClaim", "results", "daas-users")["spec"]


@needs_helm
def test_budgets_are_made_where_they_are_asked_for():
    budgets = {e["metadata"]["name"]: e["spec"] for e in objects("facility") if e["kind"] == "PodDisruptionBudget"}
    assert set(budgets) == {"hub", "proxy", "dask-broker", "dask-operator"}
    assert budgets["hub"]["selector"]["matchLabels"]["component"] == "hub"
    assert "PodDisruptionBudget" not in text("trial")


@needs_helm
def test_the_dashboard_is_json_and_the_alerts_are_rules():
    rendered = objects("facility")
    dashboard = json.loads(find(rendered, "ConfigMap", "daisy-daas-dashboard")["data"]["daisy-daas.json"])
    asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    assert "daisy_gpu_hours_total" in asked
    assert "daisy_cpu_hours_total" in asked
    rules = find(rendered, "PrometheusRule", "daisy-daas")["spec"]["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 5
    assert all('namespace="daas' in rule["expr"] for rule in rules)
    monitor = yaml.safe_dump(find(rendered, "ServiceMonitor", "hub"))
    assert "key: metrics-token" in monitor
