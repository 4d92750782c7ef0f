"""App: the broker's addresses below ``/services/dask/``."""

from __future__ import annotations

import logging
from typing import Any

from tornado.web import Application

from hub_config.broker.address import prefix_of
from hub_config.broker.handlers import (
    Activity,
    Clusters,
    Context,
    Document,
    Health,
    Metrics,
    Nothing,
    OneCluster,
)
from hub_config.settings import Settings

MOST_BYTES = 1 << 20
"""Of a request."""
_LOG = logging.getLogger("daisy.broker.access")


def make_app(settings: Settings, context: Context) -> Application:
    """The application."""
    prefix = prefix_of(settings)
    pages: dict[str, Any] = {
        r"api/v1/clusters": Clusters,
        r"api/v1/clusters/([^/]+)": OneCluster,
        r"api/v1/clusters/([^/]+)/activity": Activity,
        r"api/v1/openapi\.json": Document,
        r"metrics": Metrics,
        r"health": Health,
    }
    routes = [(prefix + path, handler, {"context": context}) for path, handler in pages.items()]
    return Application(
        routes,
        default_handler_class=Nothing,
        default_handler_args={"context": context},
        log_function=_log,
    )


def _log(handler: Any) -> None:
    """One line a request that did not go well; no header and no query is in it."""
    request, status = handler.request, handler.get_status()
    level = logging.WARNING if status >= 500 else logging.DEBUG
    _LOG.log(level, "%s %s %s %.0f ms", status, request.method, request.path, 1000 * request.request_time())
