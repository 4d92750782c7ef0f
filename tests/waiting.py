"""Waiting in tests: for a condition, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests


def wait_for(condition: Callable[[], Any], seconds: float = 60, told: Callable[[], str] = str) -> Any:
    """What a condition gives as soon as it holds; after the deadline a failure, with what ``told`` knows of it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {told()}"
        time.sleep(0.05)
    return value


def answers(url: str) -> bool:
    """Whether an address answers as it should."""
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
