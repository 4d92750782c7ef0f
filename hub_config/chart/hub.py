"""The hub's values: what its settings have, and its pod, database and secrets."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from hub_config.chart.objects import Cidr, Claim, Key, Name, Objects, Placed, Resources
from hub_config.settings._model import Model
from hub_config.settings.hub import HubOptions


class DatabaseClaim(Claim):
    """The claim `hub-db-dir`."""

    storage: str = Field("1Gi", pattern=r"^[1-9]\d*[MGT]i$")
    """Its size."""


class Database(Model):
    """The hub's database."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"type": {"const": "postgres"}}, "required": ["type"]},
            "then": {
                "properties": {"url": {"minLength": 1}, "existingSecret": {"minLength": 1}},
                "required": ["url", "existingSecret"],
            },
        }
    )

    type: Literal["sqlite-pvc", "postgres"] = "sqlite-pvc"
    """sqlite-pvc: a file on a claim, for a trial; postgres: a PostgreSQL that exists."""
    url: str = Field("", pattern=r"^(postgresql\+psycopg://[^:@/\s]+@[^@\s]+)?$")
    """postgres: its address without a password, as postgresql+psycopg://daisy@db.example.org:5432/daisy.
    A private CA is named by ?sslmode=verify-full&sslrootcert=/etc/daisy/ca/ca.crt, see hub.caBundle."""
    existing_secret: Name = ""
    """postgres: the Secret with the password."""
    existing_secret_key: Key = "password"  # noqa: S105  # the name of a key
    """Its key."""
    pvc: DatabaseClaim = DatabaseClaim()
    """sqlite-pvc: the claim, which goes with the release."""

    @model_validator(mode="after")
    def _complete(self) -> Database:
        if self.type == "postgres" and not (self.url and self.existing_secret):
            raise ValueError("type postgres needs url, without a password, and existingSecret, which holds it")
        return self


class CaBundle(Model):
    """Certificates of authorities that the hub trusts beside the public ones, under the key ca.crt."""

    existing_config_map: Name = ""
    """A ConfigMap with them."""
    existing_secret: Name = ""
    """Or a Secret with them."""


class HubPolicy(Model):
    """What the hub may reach, and who may reach it, beside the platform's own pods."""

    api_server: tuple[Cidr, ...] = ()
    """Addresses of the Kubernetes API; none: those that the cluster names at the installation."""
    sso: Objects = ()
    """Peers (ipBlock, namespaceSelector ...) where the SSO is; none: anywhere, on the ports of its addresses."""
    database: Objects = ()
    """Peers where PostgreSQL is; none: anywhere, on the port of its address."""
    ingress: Objects = ()
    """More rules for what comes in."""
    egress: Objects = ()
    """More rules for what goes out."""


class HubValues(HubOptions, Placed):
    """The hub."""

    db: Database = Database()
    """Its database."""
    existing_secret: Name = ""
    """A Secret with the keys crypt-key (32 bytes as hex), cookie-secret (32 bytes as hex), metrics-token and, with
    dask.enabled, broker-token; none: the chart makes one, which stays when the release is upgraded."""
    ca_bundle: CaBundle = CaBundle()
    """Private authorities, such as the one of the SSO's certificate. Mounted as /etc/daisy/ca/ca.crt."""
    resources: Resources = Resources(requests={"cpu": "200m", "memory": "512Mi"}, limits={"cpu": 2, "memory": "2Gi"})
    """What its pod may use."""
    network_policy: HubPolicy = HubPolicy()
    """Holes in the NetworkPolicies."""
