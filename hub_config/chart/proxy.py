"""The proxy's values: the one pod that browsers reach."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from hub_config.chart.objects import Key, Labels, Name, Placed, Resources
from hub_config.settings._model import Model

_Port = Field(0, ge=0, le=65535)


class Service(Model):
    """The Service proxy-public."""

    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """How it is reached: ClusterIP behind an Ingress."""
    port: int = Field(80, gt=0, le=65535)
    """Its port for HTTP; with proxy.https there is 443 as well."""
    node_port: int = _Port
    """NodePort: the port of the nodes for HTTP, with proxy.https that for HTTPS; 0: one that is free."""
    annotations: Labels = Field(default_factory=dict)
    """Such as those of a load balancer."""


class TlsSecret(Model):
    """A Secret with a certificate."""

    name: Name = ""
    """Its name."""
    key: Key = "tls.key"
    """Its key that holds the private key."""
    crt: Key = "tls.crt"
    """Its key that holds the certificate and those above it."""


class Https(Model):
    """TLS at the proxy itself, where no Ingress ends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"enabled": {"const": True}}, "required": ["enabled"]},
            "then": {
                "properties": {"secret": {"properties": {"name": {"minLength": 1}}, "required": ["name"]}},
                "required": ["secret"],
            },
        }
    )

    enabled: bool = False
    """Whether the proxy speaks HTTPS, and sends HTTP there."""
    secret: TlsSecret = TlsSecret()
    """The certificate."""

    @model_validator(mode="after")
    def _complete(self) -> Https:
        if self.enabled and not self.secret.name:
            raise ValueError("enabled needs secret.name, a Secret with the certificate")
        return self


class ProxyValues(Placed):
    """The proxy, a pod of its own, which a hub that starts again does not disturb."""

    service: Service = Service()
    """How it is reached."""
    https: Https = Https()
    """TLS at the proxy itself, where no Ingress ends it."""
    existing_secret: Name = ""
    """A Secret with the key proxy-token, which hub and proxy share; none: the chart makes one, which stays."""
    resources: Resources = Resources(requests={"cpu": "100m", "memory": "128Mi"}, limits={"cpu": 1, "memory": "512Mi"})
    """What its pod may use."""
