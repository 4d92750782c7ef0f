"""The chart of this checkout, installed for the tests' facility."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cluster import web
from tests.cluster.kube import get, helm, kubectl, wait_gone
from tests.cluster.site import HOST, ROOT, SSO, SSO_HOST, Site, tag
from tests.waiting import wait_for

EXAMPLE = ROOT / "helm/daisy-daas/examples/test-cluster.yaml"


@dataclass
class Platform:
    """An installed release."""

    site: Site
    chart: Path
    seconds: dict[str, float] = field(default_factory=dict)
    """How long things took, for the table of figures."""

    @property
    def release(self) -> str:
        """The release and its namespace."""
        return self.site.release

    @property
    def users(self) -> str:
        """The users' namespace."""
        return self.site.users

    def install(self, chart: Path | None = None, values: Path = EXAMPLE) -> None:
        """``helm install``, until all is Ready."""
        begun = time.monotonic()
        helm("install", self.release, str(chart or self.chart), *self._words(values), "--wait", "--timeout", "3m")
        self.seconds["helm install to all Ready"] = time.monotonic() - begun

    def upgrade(self, *words: str) -> None:
        """``helm upgrade``, until all is Ready."""
        helm("upgrade", self.release, str(self.chart), *self._words(EXAMPLE), *words, "--wait", "--timeout", "3m")

    def uninstall(self) -> None:
        """``helm uninstall``."""
        helm("uninstall", self.release, "--namespace", self.release, "--wait", "--timeout", "3m")

    def hub(self) -> dict[str, Any]:
        """The hub's pod."""
        (pod,) = get("pods", "--namespace", self.release, "--selector", "component=hub")["items"]
        return pod

    def in_hub(self, program: str) -> str:
        """What a program prints in the hub's pod."""
        name = self.hub()["metadata"]["name"]
        return kubectl("exec", name, "--namespace", self.release, "--", "python", "-c", program)

    def kill_hub(self) -> None:
        """Its pod ends at once, and another one comes."""
        kubectl(
            "delete", "pod", self.hub()["metadata"]["name"], "--namespace", self.release, "--grace-period=0", "--force"
        )

    @contextmanager
    def without_hub(self) -> Iterator[None]:
        """No hub runs for the length of the block, as docs/admin.md ends it to put a database back."""
        scale = ("scale", "deploy/hub", "--namespace", self.release)
        kubectl(*scale, "--replicas=0")
        wait_gone("pods", "--namespace", self.release, "--selector", "component=hub")
        try:
            yield
        finally:
            kubectl(*scale, "--replicas=1")
            kubectl("rollout", "status", "deploy/hub", "--namespace", self.release)

    def server_pod(self, user: str) -> dict[str, Any] | None:
        """The pod of a user's server."""
        selector = f"component=singleuser-server,hub.jupyter.org/username={user}"
        pods = get("pods", "--namespace", self.users, "--selector", selector)["items"]
        return pods[0] if pods else None

    def in_server(self, user: str, *command: str, check: bool = True, timeout: float = 120) -> str:
        """What a command prints in a user's server."""
        pod = self.server_pod(user)
        assert pod, f"{user} has no server"
        words = ["exec", pod["metadata"]["name"], "--namespace", self.users, "--container", "notebook"]
        return kubectl(*words, "--", *command, check=check, timeout=timeout)

    def stop_servers(self) -> None:
        """No server is left: each user stops theirs."""
        selector = "component=singleuser-server"
        pods = get("pods", "--namespace", self.users, "--selector", selector)["items"]
        for user in {pod["metadata"]["labels"]["hub.jupyter.org/username"] for pod in pods}:
            web.stop_server(self, user)
        wait_gone("pods", "--namespace", self.users, "--selector", selector)

    def hub_log(self, check: bool = True) -> str:
        """What the hub has said."""
        return kubectl("logs", "deploy/hub", "--namespace", self.release, check=check)

    def events(self) -> list[dict[str, Any]]:
        """Logins, starts and refusals, as the hub's log has them."""
        lines = (line for line in self.hub_log().splitlines() if line.startswith('{"time"'))
        return [json.loads(line) for line in lines]

    def addresses(self) -> tuple[str, str]:
        """Address and port of the platform and of the single sign-on: this machine is the node."""
        return f"{self._service('proxy-public', self.release)}:443", f"{self._service('sso', SSO)}:8443"

    def resolver_rules(self) -> str:
        """Where a browser on this machine finds both."""
        proxy, sso = self.addresses()
        return f"MAP {HOST}:443 {proxy}, MAP *.{HOST}:443 {proxy}, MAP {SSO_HOST}:443 {sso}"

    def ready(self) -> dict[str, Any]:
        """What a person or a script needs to come in, as `make run` tells it, and where a browser finds the names."""
        scans = sorted(self.site.folder_of("experiments", "CT-DEMO").glob("*.h5"))
        return {
            "url": self.site.url,
            "sso_url": f"https://{SSO_HOST}",
            "host_resolver_rules": self.resolver_rules(),
            "user": "demo",
            "password": self.site.passwords["demo"],
            "home": str(self.site.folder_of("homes", "demo")),
            "scan": f"/data/CT-DEMO/{scans[0].name}" if scans else None,
            "users": self.site.passwords,
        }

    def _service(self, name: str, namespace: str) -> str:
        return str(get("service", name, "--namespace", namespace)["spec"]["clusterIP"])

    def _words(self, values: Path) -> list[str]:
        words = ["--values", str(values), "--set", f"images.tag={tag()}"]
        return ["--namespace", self.release, "--create-namespace", *words]


def pack() -> Path:
    """The chart's archive, made by ``make chart``."""
    done = subprocess.run(["make", "chart"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = (ROOT / "dist").glob("daisy-daas-*.tgz")
    return archive


def is_test_cluster() -> bool:
    """Whether KUBECONFIG leads to the cluster that is made for tests: one node of this very machine."""
    nodes = get("nodes")["items"]
    return [node["metadata"]["name"] for node in nodes] == ["node1"] and _is_here(nodes[0])


def _is_here(node: dict[str, Any]) -> bool:
    addresses = [entry["address"] for entry in node["status"]["addresses"] if entry["type"] == "InternalIP"]
    own = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    return bool(set(addresses) & set(own))


def installed(folder: Path) -> Platform:
    """A facility with the platform in it."""
    site = Site(folder)
    site.remove()
    site.make()
    found = Platform(site, pack())
    found.install()
    wait_for(lambda: found.hub()["status"]["phase"] == "Running")
    return found
