"""How long a command takes before it does anything: each in a process of its own, the shortest of several.

The last line is a reconstruction whose numba code was compiled before, as everybody's second one.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks._shared import alternate, machine

_LIMITS = {"daisy --help": 0.3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    daisy = shutil.which("daisy", path=str(Path(sys.executable).parent)) or "daisy"
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        scan, volume = f"{folder}/scan.h5", f"{folder}/rec.h5"
        size = ("--rows", "16", "--columns", "128")
        subprocess.run([daisy, "demo", *size, scan], check=True, capture_output=True)
        run = [daisy, "run", "ct", f"input={scan}", f"output={volume}", "--overwrite"]
        subprocess.run(run, check=True, capture_output=True)  # compiles
        cases = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import daisy_kernel": [sys.executable, "-c", "import daisy_kernel"],
            "import daisy_kernel.Engine": [sys.executable, "-c", "from daisy_kernel import Engine"],
            "daisy --help": [daisy, "--help"],
            "daisy list": [daisy, "list"],
            "daisy show ct": [daisy, "show", "ct"],
            "daisy run ct --dry-run": [*run, "--dry-run"],
            "daisy run ct, 16 x 128 x 128": run,
        }
        seconds = alternate({name: _command(command) for name, command in cases.items()}, rounds)
    print(f"\n{'':30}{'seconds':>10}{'reach':>10}")
    for name, times in seconds.items():
        reach = f"< {_LIMITS[name]}" if name in _LIMITS else ""
        print(f"{name:30}{min(times):10.3f}{reach:>10}")


def _command(command: Sequence[str]) -> Callable[[], None]:
    def call() -> None:
        subprocess.run(command, check=True, capture_output=True)

    return call


if __name__ == "__main__":
    main()
