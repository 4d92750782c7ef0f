"""Where apps keep what outlives a page: jobs, presets, recent files."""

from __future__ import annotations

import os
from pathlib import Path

STATE_DIR = "DAISY_STATE_DIR"
"""Names another folder than ``~/.local/share/daisy``."""


def state_folder(name: str) -> Path:
    """A folder of this user's state."""
    return Path(os.environ.get(STATE_DIR) or Path.home() / ".local/share/daisy") / name
