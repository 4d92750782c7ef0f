"""Warming up: a preview of a scan of a few pixels imports and compiles what the first real one needs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from widgets_apps.ct.checking import checked, previewed
from widgets_apps.ct.preview import CtPreview
from widgets_apps.ct.scan import open_scan
from widgets_apps.viewer.source import Sources

_ROWS, _COLUMNS, _ANGLES = 2, 64, 32
_STEPS: tuple[dict[str, Any], ...] = (
    {},
    {"zingers": 1000.0, "background": (0, 2, 0, 4), "air": 2, "phase": 1.0, "stripes": "sorting"},
    {"stripes": "wavelet-fourier", "binning": 2},
)


def warm() -> None:
    """Open, check and look at a demo scan, which is removed again."""
    with tempfile.TemporaryDirectory(prefix="daisy-") as folder:
        scan = Path(folder) / "scan.h5"
        write_demo_scan(scan, rows=_ROWS, columns=_COLUMNS, angles=_ANGLES)
        given = {"input": str(scan), "output": str(scan.with_name("volume.h5")), "center": (_COLUMNS - 1) / 2}
        open_scan(scan, {}, Sources())
        checked(given)
        preview = CtPreview()
        for steps in _STEPS:
            preview.picture(previewed({**given, **steps}), "slice", row=0)
        preview.find_center(previewed(given))
