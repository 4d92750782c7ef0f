"""Values: everything that the chart is told."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from hub_config.chart.dask import WITHOUT_POLICIES, DaskValues
from hub_config.chart.hub import HubValues
from hub_config.chart.objects import Key, Name
from hub_config.chart.platform import Ingress, Monitoring, Policies, PrePuller
from hub_config.chart.proxy import ProxyValues
from hub_config.chart.singleuser import ImageValues, SingleuserValues
from hub_config.chart.storage import StorageValues
from hub_config.settings import Cull, Identity, Profile
from hub_config.settings._model import Model, NeededSsoUrl
from hub_config.settings.settings import check_dask, check_profiles
from hub_config.settings.sso import NEEDED, Sso


def _provider_rule(provider: str, needed: str) -> dict[str, Any]:
    key = to_camel(needed)
    return {
        "if": {"properties": {"provider": {"const": provider}}, "required": ["provider"]},
        "then": {"properties": {key: {"minLength": 1}}, "required": [key]},
    }


class SsoValues(Sso):
    """The facility's single sign-on."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                *[_provider_rule(*pair) for pair in NEEDED.items()],
                {"anyOf": [{"properties": {key: {"minLength": 1}}} for key in ("clientSecret", "existingSecret")]},
            ]
        }
    )

    callback_url: NeededSsoUrl
    """This hub's public address of /hub/oauth_callback, as https://daisy.example.org/hub/oauth_callback."""
    client_secret: str = ""
    """The client's secret at the SSO. Better: existingSecret, since values are kept with each release."""
    existing_secret: Name = ""
    """A Secret with it."""
    existing_secret_key: Key = "client-secret"  # noqa: S105  # the name of a key
    """Its key there."""

    @model_validator(mode="after")
    def _secret(self) -> SsoValues:
        if not (self.client_secret or self.existing_secret):
            raise ValueError("clientSecret or existingSecret is needed")
        return self


class Values(Model):
    """Everything that the chart is told."""

    model_config = ConfigDict(json_schema_extra=WITHOUT_POLICIES)

    images: ImageValues = ImageValues()
    """Images of the release."""
    hub: HubValues = HubValues()
    """The hub."""
    proxy: ProxyValues = ProxyValues()
    """The proxy."""
    sso: SsoValues
    """The facility's single sign-on; docs/sso.md shows it for IHEP's and for any other."""
    identity: Identity = Identity()
    """Who may come in, and as whom."""
    profiles: tuple[Profile, ...] = Field(min_length=1)
    """What users can start, in the order of the page."""
    storage: StorageValues = StorageValues()
    """Where data lie."""
    singleuser: SingleuserValues = SingleuserValues()
    """Users' pods."""
    cull: Cull = Cull()
    """When servers are stopped."""
    dask: DaskValues = DaskValues()
    """Dask workers for users' servers."""
    ingress: Ingress = Ingress()
    """The way in from outside."""
    pre_puller: PrePuller = PrePuller()
    """Images are fetched before a user waits for them."""
    monitoring: Monitoring = Monitoring()
    """For the Prometheus operator and Grafana."""
    network_policy: Policies = Policies()
    """NetworkPolicies of all pods."""
    global_: dict[str, Any] = Field(default_factory=dict, alias="global")
    """What a chart that holds this one gives to all of its parts; nothing of it is used here."""

    @model_validator(mode="after")
    def _consistent(self) -> Values:
        check_profiles(self.profiles, self.identity.groups)
        check_dask(self.dask, self.profiles, (group.path for group in self.identity.groups.values()))
        if self.dask.dashboard and not self.network_policy.enabled:
            raise ValueError(
                "dask.dashboard needs networkPolicy.enabled: without policies everybody's pods reach a dashboard"
            )
        if self.proxy.https.enabled and self.ingress.enabled:
            raise ValueError("proxy.https and ingress are both enabled: TLS ends at one of them")
        return self
