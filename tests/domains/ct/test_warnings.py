"""What a run says of dead pixels and of values that are not finite does not depend on how the scan is cut."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from daisy_kernel.cli.run import Request, requested_graph
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.domains.ct.prepare.references import bad_pixels
from daisy_kernel.engines.engine import Engine
from daisy_kernel.runs.run import Run

_UNKNOWN = 5
_ROWS, _COLUMNS = 80, 96


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """Pixels without light and values that are none, in rows where slabs and blocks begin and end."""
    folder = tmp_path_factory.mktemp("warnings")
    write_demo_scan(folder / "demo.h5", rows=_ROWS, columns=_COLUMNS, angles=90)
    with h5py.File(folder / "demo.h5") as file, h5py.File(folder / "scan.h5", "w") as made:
        frames, key = file["entry/data/data"][:].astype(np.float32), file["entry/data/image_key"][:]
        for row, column in ((47, 20), (40, 50), (64, 10)):
            frames[key == 1, row, column] = 0
        for number, row in enumerate((15, 16, 32, 47, 48)):
            frames[np.flatnonzero(key == 0)[7 * number], row, 30 + number] = np.nan
        made["p"], made["f"], made["d"] = frames[key == 0], frames[key == 1], frames[key == 2]
    return folder / "scan.h5"


@pytest.mark.parametrize("center", ["47.5", "auto"])
@pytest.mark.parametrize("more", [[], ["zingers=500"], ["background=2:10:0:6"]], ids=["rows", "a halo", "angles"])
def test_each_pixel_counts_once_however_the_scan_is_cut(scan, tmp_path, more, center):
    words = [f"input={scan}", "projections=p", "flats=f", "darks=d", "angle_range=0:178", f"center={center}", *more]
    with Engine() as engine:
        engine.load(requested_graph(Request("ct", (*words, f"output={tmp_path / 'a.h5'}"))))
        run = Run(engine)
        assert len(run.plan().sections[-1].slabs) > 2
        warnings = run.execute()["warnings"]
    assert f"non-finite values, interpolated along the row: {_UNKNOWN}" in warnings
    assert f"dead or saturated pixels, interpolated along the row: {_dead(scan)}" in warnings


def _dead(scan):
    with h5py.File(scan) as file:
        return np.count_nonzero(bad_pixels(file["f"][:], file["d"][:]))
