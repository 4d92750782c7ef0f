"""``daisy demo``: scans with known answers, made by the domains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daisy_kernel.registry import installed


def write(kind: str, path: Path, options: Mapping[str, Any], *, as_json: bool) -> None:
    """Write the demo of this kind; says what is in it."""
    facts = installed().find(kind, "demos").load()(path, **{k: v for k, v in options.items() if v is not None})
    if as_json:
        print(json.dumps({"output": str(path), **facts}))
    else:
        print(f"{path}: " + ", ".join(f"{name} {value}" for name, value in facts.items()))
