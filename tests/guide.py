"""The commands of docs/admin.md, as an administrator copies them."""

from __future__ import annotations

import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]


def commands(words: str) -> str:
    """The block of commands that follows these words; it has to be one place alone."""
    text = (ROOT / "docs/admin.md").read_text(encoding="utf-8")
    assert text.count(words) == 1, f"docs/admin.md holds {words!r} {text.count(words)} times"
    found: list[str] = []
    for line in text.partition(words)[2].splitlines()[1:]:
        if line.startswith("    "):
            found.append(line)
        elif found:
            break
    assert found, f"no commands follow {words!r}"
    return textwrap.dedent("\n".join(found))
