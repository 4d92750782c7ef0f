"""The events that a test causes."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest

from hub_config import events


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the log of events gets, as text."""
    logger = logging.getLogger("daisy.events")
    before = (logger.handlers[:], logger.level, logger.propagate)
    stream = io.StringIO()
    events.log_events(stream)
    yield stream
    logger.handlers[:], logger.level, logger.propagate = before


@pytest.fixture
def recorded(stream: io.StringIO) -> Callable[..., list[tuple[str, ...]]]:
    """The events so far, of each the fields that are named."""

    def look(*fields: str) -> list[tuple[str, ...]]:
        lines = map(json.loads, stream.getvalue().splitlines())
        return [tuple(line.get(field, "") for field in fields) for line in lines]

    return look
