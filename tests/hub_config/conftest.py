"""The events that a test causes, and a database as the hub has one."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

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


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of a database of the test's own."""
    return f"sqlite:///{tmp_path}/hub.sqlite"


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    """A session in it."""
    engine = create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()
