"""Reading an administrator's values."""

from __future__ import annotations

from pathlib import Path

from hub_config.chart.values import Values
from hub_config.settings.reading import check, read_values


def check_values(path: Path) -> Values:
    """The values of a file, or `SettingsError` with the first thing that is wrong, in one sentence.

    It knows more than the schema: groups that are in no list, profiles that are there twice, ids that are refused.
    """
    return check(Values, read_values(path))
