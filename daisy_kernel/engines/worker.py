"""What a dask worker of this machine loads first, by distributed's `preload`."""

from __future__ import annotations

import logging
import signal
from typing import Any


def dask_setup(_worker: Any) -> None:
    """Leave Ctrl-C, which a terminal sends to all processes, and what is said of it to the run's own process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed").setLevel(logging.ERROR)
    logging.getLogger("distributed.worker").addFilter(_is_worth_saying)


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """The scheduler lives in the run's process: a heartbeat that does not reach it means only that the run ends."""
    return not record.getMessage().startswith("Failed to communicate with scheduler during heartbeat")
