"""The files of a stack: found by folder, name or pattern, and sorted by the number in their names."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from daisy_kernel.errors import DataError


def find_files(place: Path, pattern: str | None = None, *, suffixes: Sequence[str]) -> list[Path]:
    """Files of one stack in the order of their numbers (2 before 10).

    place: a file, a folder, or a path with ``*``, ``?`` or ``[...]``. pattern: which of a folder's
    files; without it, those that end in one of ``suffixes``. Hidden files are not looked at.

    Errors: DataError where nothing is there, or where a folder holds several series of files and no
    pattern says which is meant.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("proj_10.tif", "proj_9.tif", "notes.txt"):
    ...         _ = Path(folder, name).write_bytes(b"")
    ...     [path.name for path in find_files(Path(folder), suffixes=(".tif",))]
    ['proj_9.tif', 'proj_10.tif']
    """
    if place.is_file():
        return [place]
    if place.is_dir():
        found = [path for path in place.glob(pattern or "*") if path.is_file()]
        if pattern is None:
            found = [path for path in found if path.suffix.lower() in suffixes]
    else:
        found = [Path(name) for name in glob.glob(str(place)) if Path(name).is_file()]  # noqa: PTH207
    files = sorted((path for path in found if not path.name.startswith(".")), key=_by_numbers)
    if not files:
        what = f"{place}/{pattern}" if pattern else f"{place}"
        raise DataError(f"{what}: no such files ({', '.join(suffixes)})", remedy="check the folder and the pattern")
    if pattern is None and place.is_dir():
        _refuse_several_series(place, files)
    return files


def missing_numbers(files: Sequence[Path]) -> list[int]:
    """Numbers that are left out in the numbering of a stack, whose usual step may be any.

    >>> missing_numbers([Path(f"p_{n}.tif") for n in (0, 5, 10, 20, 25)])
    [15]
    """
    numbers = [int(digits[-1]) for path in files if (digits := re.findall(r"\d+", path.stem))]
    if len(numbers) != len(files) or len(numbers) < 3:
        return []
    steps = Counter(after - before for before, after in pairwise(numbers))
    step = steps.most_common(1)[0][0]
    if step < 1:
        return []
    gaps = (range(a + step, b, step) for a, b in pairwise(numbers) if b - a > step)
    return [number for gap in gaps for number in gap[:1000]]


def _refuse_several_series(folder: Path, files: Sequence[Path]) -> None:
    series: dict[str, list[Path]] = {}
    for path in files:
        series.setdefault(re.sub(r"\d+(?=\D*$)", "*", path.name), []).append(path)
    if len(series) > 1 and any(len(members) > 1 for members in series.values()):
        listing = ", ".join(f"{name} ({len(members)})" for name, members in list(series.items())[:6])
        raise DataError(f"{folder} holds several series: {listing}", remedy="say which by pattern=")


def _by_numbers(path: Path) -> tuple[object, ...]:
    """Sort key that reads digits as numbers: text and number in turn, so that kinds never meet."""
    parts = re.split(r"(\d+)", path.name)
    return (str(path.parent), *(int(part) if place % 2 else part for place, part in enumerate(parts)))
