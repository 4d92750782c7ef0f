"""What dask-kubernetes's operator is told in one namespace of ours; kopf loads it beside the operator itself."""

from __future__ import annotations

import logging
from typing import Any

import kopf

_TIMER = "daskcluster_autoshutdown"
"""Looks every five seconds whether a cluster ends itself; ours never do."""


@kopf.on.startup()
async def know_the_namespace(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Look for no namespaces and kinds that come later.

    That would need rights in the whole cluster; without them kopf asks again for a minute before it sees a cluster.
    """
    settings.scanning.disabled = True


@kopf.on.startup()
async def say_what_happens(**_: Any) -> None:
    """Log what is made and what fails, not each look at it."""
    for name in ("aiohttp.access", "httpx", "kopf.activities.probe"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("kopf.objects").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return record.levelno > logging.INFO or _TIMER not in record.getMessage()
