"""The users' values: what all pods of users have in common, and what their namespace allows."""

from __future__ import annotations

from pydantic import Field

from hub_config.chart.objects import Amounts, Cidr, Objects
from hub_config.settings._model import Model
from hub_config.settings.singleuser import ImageOptions, PodOptions

_LIMITS: Amounts = {"cpu": "500m", "memory": "512Mi"}
_REQUESTS: Amounts = {"cpu": "50m", "memory": "64Mi"}
_QUOTA: Amounts = {"pods": 500, "persistentvolumeclaims": 2000}


class ImageValues(ImageOptions):
    """The images of the release."""

    tag: str = Field("", pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$")
    """Their tag; none: the chart's version."""


class UserPolicy(Model):
    """What users' pods may reach beside the hub and DNS; nobody but hub and proxy reaches them."""

    internet: bool = True
    """Whether they reach the internet: every IPv4 address but private ones, those of machines' metadata and the
    Kubernetes API."""
    except_: tuple[Cidr, ...] = Field((), alias="except")
    """More addresses that are none of the internet: a public one of the Kubernetes API, say, or of the site."""
    egress: Objects = ()
    """More rules for what goes out, such as to a site's software server."""


class Limits(Model):
    """The LimitRange: for containers that name no limits."""

    default: Amounts = _LIMITS
    """Their limits."""
    default_request: Amounts = _REQUESTS
    """Their requests."""
    max: Amounts = Field(default_factory=dict)
    """What no container may pass, whatever its profile says."""


class SingleuserValues(PodOptions):
    """Users' pods, which run in the namespace RELEASE-users."""

    network_policy: UserPolicy = UserPolicy()
    """Holes in the NetworkPolicies."""
    quota: Amounts = _QUOTA
    """The namespace's ResourceQuota; Dask workers are among its pods. With requests.nvidia.com/gpu, pages show how many
    GPUs are free."""
    limit_range: Limits = Limits()
    """For containers that name no limits."""
