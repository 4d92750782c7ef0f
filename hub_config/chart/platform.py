"""Values of what is around the platform: Ingress, image pre-pull, monitoring, DNS."""

from __future__ import annotations

from pydantic import Field

from hub_config.chart.objects import Cidr, Labels, Name
from hub_config.settings._model import Model


class Tls(Model):
    """A certificate of an Ingress."""

    hosts: tuple[str, ...]
    """Hosts that it is for; *.HOST where users' pages have hosts of their own."""
    secret_name: str = Field(min_length=1)
    """The Secret with it."""


class Ingress(Model):
    """The way in from outside."""

    enabled: bool = False
    """Whether there is an Ingress."""
    ingress_class_name: Name = ""
    """Which controller serves it; none: the cluster's default."""
    hosts: tuple[str, ...] = ()
    """Its hosts; with hub.subdomainHost, *.HOST is served as well."""
    annotations: Labels = Field(default_factory=dict)
    """Such as nginx.ingress.kubernetes.io/proxy-body-size: "0", without which uploads have a limit."""
    path_suffix: str = ""
    """After the path, for controllers that want an asterisk there."""
    tls: tuple[Tls, ...] = ()
    """Certificates, by Secrets that exist."""


class Continuous(Model):
    """A pod on each node that keeps the images there."""

    enabled: bool = True
    """Whether each node has the images of its profiles before somebody starts a server there."""


class PrePuller(Model):
    """Images are fetched before a user waits for them."""

    continuous: Continuous = Continuous()
    """On each node, also one that joins later."""


class Monitored(Model):
    """Something for the Prometheus operator or Grafana to find."""

    enabled: bool = False
    """Whether it is made."""
    labels: Labels = Field(default_factory=dict)
    """Labels by which it is found."""


class Dashboard(Monitored):
    """The dashboard, as a ConfigMap."""

    labels: Labels = Field(default_factory=lambda: {"grafana_dashboard": "1"})
    """Labels by which Grafana's sidecar finds it."""


class Monitoring(Model):
    """Metrics, alerts and a dashboard, for the Prometheus operator and Grafana."""

    namespace: Name = "monitoring"
    """Where Prometheus runs; its pods may ask the hub for metrics."""
    service_monitor: Monitored = Monitored()
    """ServiceMonitor for the hub's metrics."""
    alerts: Monitored = Monitored()
    """PrometheusRule with the alerts of docs/admin.md."""
    dashboard: Dashboard = Dashboard()
    """Grafana's dashboard."""


class Dns(Model):
    """Where names are looked up."""

    namespace: Name = "kube-system"
    """The namespace of the cluster's DNS."""
    ports: tuple[int, ...] = (53,)
    """Ports that its pods listen on; 5353 on OpenShift."""
    addresses: tuple[Cidr, ...] = ("169.254.20.10/32",)
    """DNS on the nodes themselves; the default is NodeLocal DNSCache."""


class Policies(Model):
    """NetworkPolicies of all pods."""

    enabled: bool = True
    """Whether the chart makes any; without them whoever runs a pod reaches all others, unless the site keeps them
    apart by other means."""
    dns: Dns = Dns()
    """Where names are looked up."""
