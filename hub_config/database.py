"""The hub's database on another machine: it may be away for a while, and must not hold the hub for longer.

JupyterHub asks it in the thread that answers everybody, and ends where it is away at the start. So a connection that
stands still ends after seconds, and a start waits for the database, in words.
"""

from __future__ import annotations

import sys
import time
from typing import TextIO

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from hub_config.errors import SettingsError

_LIMITS = {"connect_timeout": "5", "tcp_user_timeout": "10000"}
"""Seconds to connect and milliseconds until what was sent is confirmed, as libpq calls them."""
_PATIENCE = 300.0  # seconds; the chart's startup probe gives up after 600
_PAUSE = 1.0


def with_limits(url: str) -> str:
    """The address of a PostgreSQL with a limit for each wait, unless it names its own; any other as it is.

    >>> with_limits("sqlite:///jupyterhub.sqlite")
    'sqlite:///jupyterhub.sqlite'
    >>> with_limits("postgresql+psycopg://daisy@db.example.org/daisy?connect_timeout=2")
    'postgresql+psycopg://daisy@db.example.org/daisy?connect_timeout=2&tcp_user_timeout=10000'
    """
    if not url.startswith("postgresql"):
        return url
    parsed = make_url(url)
    return parsed.set(query={**_LIMITS, **parsed.query}).render_as_string(hide_password=False)


def wait_for_database(url: str, patience: float = _PATIENCE, log: TextIO | None = None) -> None:
    """Return as soon as the database answers; `SettingsError` where it does not within ``patience`` seconds."""
    try:
        engine = create_engine(url, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise SettingsError(f"hub.dbUrl cannot be used: {_line(error)}", remedy="correct it") from None
    deadline, told = time.monotonic() + patience, ""
    while (reason := _away(engine)) and time.monotonic() < deadline:
        if reason != told:
            told = reason
            print(f"daisy-daas: waiting for the database: {reason}", file=log or sys.stderr, flush=True)
        time.sleep(_PAUSE)
    if reason:
        remedy = "see that it runs, that the hub may reach it, and that user and password are right"
        raise SettingsError(f"the database has not answered for {patience:g} s: {reason}", remedy=remedy)


def _away(engine: Engine) -> str:
    """Why there is no connection; empty where there is one."""
    try:
        engine.connect().close()
    except DBAPIError as error:
        return _line(error.orig or error)
    return ""


def _line(error: BaseException) -> str:
    """The first line of what a driver says, which names address and user and no password."""
    return str(error).strip().splitlines()[0]
