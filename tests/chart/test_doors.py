"""The ways in: Service, HTTPS at the proxy, Ingress."""

from __future__ import annotations

from typing import Any

from tests.chart.rendering import find, needs_helm, objects

pytestmark = needs_helm


def command(*more: str, name: str = "trial") -> list[str]:
    spec = find(objects(name, *more), "Deployment", "proxy")["spec"]["template"]["spec"]
    return list(spec["containers"][0]["command"])


def service(*more: str, name: str = "trial") -> Any:
    return find(objects(name, *more), "Service", "proxy-public")["spec"]


def test_without_https_the_proxy_speaks_http():
    assert "--port=8000" in command()
    assert not [word for word in command() if "ssl" in word]
    assert service()["ports"] == [{"name": "http", "port": 80, "targetPort": "http"}]


def test_with_https_http_is_sent_there():
    words = command(name="test-cluster")
    assert {"--port=8443", "--redirect-port=8000", "--redirect-to=443", "--ssl-key=/etc/daisy/tls/tls.key"} < set(words)
    assert [port["port"] for port in service(name="test-cluster")["ports"]] == [443, 80]
    spec = find(objects("test-cluster"), "Deployment", "proxy")["spec"]["template"]["spec"]
    assert {"name": "tls", "secret": {"secretName": "daas-tls", "defaultMode": 0o440}} in spec["volumes"]
    assert spec["containers"][0]["readinessProbe"]["httpGet"]["scheme"] == "HTTPS"


def test_an_error_is_the_hubs_page_also_below_a_path():
    assert "--error-target=http://hub:8081/daas/hub/error" in command("--set=hub.baseUrl=/daas/")


def test_hosts_of_their_own_are_routed_by_host():
    assert "--host-routing" not in command()
    assert "--host-routing" in command(name="facility")


def test_a_port_of_the_nodes_is_that_of_the_door():
    words = "--set=proxy.service.type=NodePort,proxy.service.nodePort=30080"
    assert [port.get("nodePort") for port in service(words)["ports"]] == [30080]
    assert [port.get("nodePort") for port in service(words, name="test-cluster")["ports"]] == [30080, None]


def test_the_ingress_serves_the_host_and_those_below_it():
    spec = find(objects("facility"), "Ingress", "daisy-daas")["spec"]
    assert [rule["host"] for rule in spec["rules"]] == ["daisy.example.org", "*.daisy.example.org"]
    assert spec["tls"] == [{"hosts": ["daisy.example.org", "*.daisy.example.org"], "secretName": "daisy-tls"}]
    path = spec["rules"][0]["http"]["paths"][0]
    assert (path["path"], path["backend"]["service"]["name"]) == ("/", "proxy-public")


def test_an_ingress_without_hosts_serves_all_below_the_path():
    words = "--set=ingress.enabled=true,hub.baseUrl=/daas/,ingress.pathSuffix=*"
    (rule,) = find(objects("trial", words), "Ingress", "daisy-daas")["spec"]["rules"]
    assert "host" not in rule
    assert rule["http"]["paths"][0]["path"] == "/daas/*"


def test_services_find_their_pods():
    rendered = objects("trial")
    for name, role, port in (("hub", "hub", 8081), ("proxy-api", "proxy", 8001), ("proxy-public", "proxy", 80)):
        spec = find(rendered, "Service", name)["spec"]
        labels = find(rendered, "Deployment", role)["spec"]["template"]["metadata"]["labels"]
        assert spec["selector"] == labels == {"app": "jupyterhub", "release": "daas", "component": role}
        assert spec["ports"][0]["port"] == port
        names = {each["name"] for each in _ports(rendered, role)}
        assert spec["ports"][0]["targetPort"] in names


def _ports(rendered: list[dict[str, Any]], role: str) -> list[dict[str, Any]]:
    spec = find(rendered, "Deployment", role)["spec"]["template"]["spec"]
    return [port for container in spec["containers"] for port in container["ports"]]
