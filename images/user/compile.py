"""Fills numba's cache: reconstructs a demo scan once by every way that compiles something."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

WAYS = (
    ("zingers=5000", "stripes=sorting", "phase=50", "pixel_size=1", "energy=20", "distance=0.1"),
    ("stripes=wavelet-fourier", "algorithm=fbp", "filter=hann", "mask=0.9", "dtype=uint16"),
    ("binning=2", "crop=8:120", "air=4", "center=auto", "dtype=uint8"),
)
"""Parameters of the runs."""


def compile_all(cache: Path) -> None:
    """Run every way, with what is compiled left in `cache`, readable by everybody."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    with tempfile.TemporaryDirectory() as folder:
        scan = str(Path(folder, "scan.h5"))
        _daisy(["demo", "--rows", "32", "--columns", "128", scan], environment)
        for number, way in enumerate(WAYS):
            output = Path(folder, f"{number}.h5")
            _daisy(["run", "ct", f"input={scan}", f"output={output}", *way], environment)
    for path in [cache, *cache.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def _daisy(words: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "daisy_kernel.cli", *words], env=environment, check=True)


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
