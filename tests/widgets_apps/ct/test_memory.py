"""Memory of the app's process with a scan that is much larger than it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import h5py
import numpy as np
import pytest

_ANGLES, _ROWS, _COLUMNS = 3000, 4096, 4096  # 101 GB, of which six frames are on the disk

_PROGRAM = """
    from pathlib import Path
    from widgets_apps.ct.app import CtApp
    from widgets_apps.ct.part import CtPart
    from widgets_apps.ct.presets import Presets
    from widgets_apps.heap import give_back_arrays
    from widgets_apps.jobs.jobs import Jobs
    from widgets_apps.viewer.planes import Plane, Planes
    from widgets_apps.viewer.source import Sources

    give_back_arrays()
    CtApp().warm()
    sources, planes = Sources(), Planes()
    folder = Path({path!r}).parent
    part = CtPart(sources, Jobs(folder / "jobs"), Presets(folder / "presets"))
    opened = part.open({path!r}, {{}})
    given = {{**opened["values"], "center": 2047.5}}

    def look(source, axes):
        for axis in axes:
            plane = Plane(sources.get(source["source"]), axis, 0)
            planes.windowed(plane, plane.whole, (1000, 1000), 0.0, 1.0)

    look(opened["sources"]["projections"], range(3))
    for angle in (5, 1500, 2999):
        look(part.preview(given, 0, "prepared", angle)["source"], [0])
    for row in (100, 1800, 4000):
        look(part.preview(given, row, "sinogram")["source"], [0])
    look(part.preview(given, 0, "prepared", 700)["source"], [0])
    for row in (100, 4000):
        look(part.preview(given, row, "slice")["source"], [0])
    look(part.candidates(given, 100, [2046.0, 2047.5, 2049.0])["source"], range(3))
    part.close()
    status = Path("/proc/self/status").read_text()  # of this program alone; ru_maxrss begins with the parent's
    print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


@pytest.mark.slow
def test_all_previews_of_a_scan_of_100_gb_take_little_memory_of_the_app(tmp_path):
    path = tmp_path / "scan.h5"
    with h5py.File(path, "w") as file:
        file["entry/definition"] = "NXtomo"
        file["entry"].attrs["NX_class"] = "NXentry"
        detector = file.create_group("entry/instrument/detector")
        layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        layout.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        layout.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple((2 + _ANGLES, _ROWS, _COLUMNS))
        h5py.h5d.create(detector.id, b"data", h5py.h5t.STD_U16LE, space, layout)
        detector["image_key"] = np.r_[1, 2, np.zeros(_ANGLES, int)]
        file["entry/sample/rotation_angle"] = np.r_[0, 0, np.linspace(0, 180, _ANGLES, endpoint=False)]
        file["entry/sample/rotation_angle"].attrs["units"] = "deg"
        detector["data"][0] = 1000
        detector["data"][2 + _ANGLES // 2] = np.random.default_rng(0).integers(300, 900, (_ROWS, _COLUMNS), np.uint16)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_PROGRAM.format(path=str(path)))],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 500, f"{done.stdout} MiB"
