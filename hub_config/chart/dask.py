"""The values of Dask workers: what the broker is told, and the pods of broker and operator."""

from __future__ import annotations

from typing import Any

from hub_config.chart.objects import Placed, Resources
from hub_config.settings.dask import DaskOptions


class Broker(Placed):
    """The broker, which makes clusters for users' servers."""

    resources: Resources = Resources(requests={"cpu": "100m", "memory": "192Mi"}, limits={"cpu": 1, "memory": "512Mi"})
    """What its pod may use."""


class Operator(Placed):
    """dask-kubernetes's operator, which makes schedulers and workers of clusters."""

    resources: Resources = Resources(requests={"cpu": "100m", "memory": "192Mi"}, limits={"cpu": 1, "memory": "512Mi"})
    """What its pod may use."""


class DaskValues(DaskOptions):
    """Dask workers for users' servers."""

    broker: Broker = Broker()
    """The broker: it makes clusters for users' servers, within their quotas, and removes them."""
    operator: Operator = Operator()
    """dask-kubernetes's operator: it makes schedulers and workers of clusters."""


WITHOUT_POLICIES: dict[str, Any] = {
    "if": {
        "properties": {"networkPolicy": {"properties": {"enabled": {"const": False}}, "required": ["enabled"]}},
        "required": ["networkPolicy"],
    },
    "then": {"properties": {"dask": {"properties": {"dashboard": {"const": False}}}}},
}
"""A rule for the schema: no dashboard where nothing keeps others away from it."""
