"""What planner and engine add to the numerics, as a share of the time of the same functions called directly.

256 rows x 512 columns x 512 angles: normalisation, -log and grid. In memory: an engine's data store against three
calls on the whole. File to file: a Run, with its folder, provenance and preview, against h5py before and after the
three calls (flushed to the disk as a Run does). In one process, in alternation. ``--quick`` takes a quarter.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from xarray import DataArray

from benchmarks._shared import alternate, machine, ratio
from daisy_kernel.domains import ct
from daisy_kernel.domains.ct.demo.scan import write_demo_scan
from daisy_kernel.engines.engine import Engine
from daisy_kernel.runs.run import Run, RunOptions

_NAMES = ("projections", "flats", "darks")  # in the order of NXtomo's image_key
_CM = 1e-4  # per µm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    rows, columns, angles = (64, 128, 128) if given.quick else (256, 512, 512)
    print(f"{rows} rows x {columns} columns x {angles} angles; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        scan = _Scan(Path(folder), rows, columns, angles)
        scan.check()  # compiles too
        pairs = {"in memory": (scan.direct, scan.engine), "file to file": (scan.direct_files, scan.run)}
        print(f"\n{'':16}{'direct s':>10}{'engine s':>10}{'overhead':>10}{'reach':>8}")
        for name, (direct, engine) in pairs.items():
            seconds = alternate({"direct": direct, "engine": engine}, given.rounds)
            more = ratio(seconds["engine"], seconds["direct"]) - 1
            best = min(seconds["direct"]), min(seconds["engine"])
            print(f"{name:16}{best[0]:10.3f}{best[1]:10.3f}{more:10.1%}{'<= 5 %':>8}")


class _Scan:
    """A demo scan, in a file and in memory, and ways to its volume (row, y, x)."""

    def __init__(self, folder: Path, rows: int, columns: int, angles: int) -> None:
        self._input, self._output, self._plain = folder / "scan.h5", folder / "run.h5", folder / "plain.h5"
        self._center = write_demo_scan(self._input, rows=rows, columns=columns, angles=angles)["center"]
        with Engine() as engine:
            self._record_load(engine)
            self._arrays: dict[str, DataArray] = {name: engine.datastore[name].load() for name in _NAMES}
        self._volume: NDArray[np.float32] | None = None

    def direct(self) -> None:
        """Call the numerics on the whole."""
        self._volume = None  # of the round before
        self._volume = self._reconstruct(*(self._arrays[name].values for name in _NAMES))

    def engine(self) -> None:
        """Record, plan and read the same."""
        self._volume = None
        with Engine() as engine:
            for name, array in self._arrays.items():
                engine.datastore[name] = array
            self._record_steps(engine)
            self._volume = engine.datastore["volume"].values

    def direct_files(self) -> None:
        """Read, call the numerics, and write, all at once."""
        with h5py.File(self._input) as file:
            frames, key = file["entry/data/data"][:], file["entry/data/image_key"][:]
        self._volume = None
        self._volume = self._reconstruct(*(frames[key == code] for code in range(3)))
        with h5py.File(self._plain, "w") as file:
            file["volume"] = self._volume
            file.flush()
            os.fsync(file.id.get_vfd_handle())

    def run(self) -> None:
        """Run the same."""
        self._volume = None
        with Engine() as engine:
            self._record_load(engine)
            self._record_steps(engine)
            engine.create("save", "Save", output=self._output).execute(data="volume")
            Run(engine, RunOptions(overwrite=True)).execute()

    def check(self) -> None:
        """All four ways lead to the same numbers."""
        self.direct()
        expected = self._volume
        self.engine()
        assert np.allclose(self._volume, expected, rtol=1e-5)
        self.direct_files()
        assert np.array_equal(self._volume, expected)
        self.run()
        with h5py.File(self._output) as file:
            assert np.allclose(file["entry/data/volume"], expected, rtol=1e-5)

    def _reconstruct(
        self, projections: NDArray[np.uint16], flats: NDArray[np.uint16], darks: NDArray[np.uint16]
    ) -> NDArray[np.float32]:
        scan = self._arrays["projections"]
        places = {f"{name[:-1]}_positions": self._arrays[name].coords["position"].values for name in _NAMES[1:]}
        transmission = ct.normalize(projections, flats, darks, **places)
        pixel = scan.attrs["pixel_size"] * _CM
        return ct.grid(ct.absorption(transmission), scan.coords["angle"].values, center=self._center, pixel=pixel)

    def _record_load(self, engine: Engine) -> None:
        engine.create("load", "ct.Load", input=self._input).execute(output={name: name for name in _NAMES})

    def _record_steps(self, engine: Engine) -> None:
        engine.create("normalize", "ct.Normalize").execute(**{name: name for name in _NAMES}, output="transmission")
        engine.create("absorption", "ct.Absorption").execute(projections="transmission", output="absorption")
        engine.create("grid", "ct.Grid", center=self._center).execute(projections="absorption", output="volume")


if __name__ == "__main__":
    main()
