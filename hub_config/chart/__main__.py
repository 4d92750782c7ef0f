"""``python -m hub_config.chart schema | values | check FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from hub_config.chart.documents import schema_text, values_text
from hub_config.chart.reading import check_values
from hub_config.errors import SettingsError

_MADE = {"schema": schema_text, "values": values_text}


def main(words: list[str]) -> int:
    """Print a document of the chart, or say what is wrong with a file of values; the exit status."""
    match words:
        case [document] if document in _MADE:
            sys.stdout.write(_MADE[document]())
            return 0
        case ["check", file]:
            try:
                check_values(Path(file))
            except SettingsError as error:
                print(f"daisy-daas: {error}", file=sys.stderr)
                return 2
            print(f"{file} is right")
            return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
