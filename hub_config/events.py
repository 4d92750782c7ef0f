"""Events: each login, start, stop, refusal and failed start as one JSON line of the logger ``daisy.events``.

So are Dask clusters: made, scaled, ended. A line holds time (UTC), event, user, profile, server, cluster and reason,
and nothing else: whatever else a login brings (tokens, e-mail, claims) never reaches it.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Literal, TextIO

Event = Literal["login", "spawn", "stop", "refusal", "failure", "cluster", "scale", "cluster-end"]

_FIELDS = ("event", "user", "profile", "server", "cluster", "reason")
_LOGGER = logging.getLogger("daisy.events")


class EventFormatter(logging.Formatter):
    """One JSON object a line; control characters in names are escaped, so that nobody writes a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, fields in a fixed order, empty ones left out."""
        line = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
        values: dict[str, str] = getattr(record, "daisy", {})
        line.update((field, values[field]) for field in _FIELDS if values.get(field))
        return json.dumps(line)


def log_events(stream: TextIO | None = None) -> None:
    """Write the events to ``stream`` (standard error where none is given), whatever the hub's own log level is."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(EventFormatter())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False


def record(
    event: Event, user: str, *, profile: str = "", server: str = "", cluster: str = "", reason: str = ""
) -> None:
    """Record one event; ``reason`` is a sentence that a person may read, never an answer of the SSO."""
    values = {
        "event": event,
        "user": user,
        "profile": profile,
        "server": server,
        "cluster": cluster,
        "reason": reason,
    }
    _LOGGER.info("%s %s", event, user, extra={"daisy": values})
