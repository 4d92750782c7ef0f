"""How long until a kernel has run a cell: `daisy` beside a plain ipykernel, taking turns; medians.

From the start of the process to the reply of the cell. The last row uses the engine in its first cell.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from benchmarks._shared import alternate, machine
from daisy_kernel.cli.kernel import places, write_kernel

_REACH = 1.5  # seconds after the plain kernel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        share, config = places(user=False, prefix=Path(folder))
        write_kernel(share, config)
        specs = KernelSpecManager(kernel_dirs=[str(share / "kernels"), f"{sys.prefix}/share/jupyter/kernels"])
        cases = {
            "ipykernel, 1 + 1": _ready(specs, "python3", "1 + 1"),
            "daisy, 1 + 1": _ready(specs, "daisy", "1 + 1"),
            "daisy, engine.datastore": _ready(specs, "daisy", "engine.datastore"),
        }
        seconds = alternate(cases, rounds)
    plain = statistics.median(seconds["ipykernel, 1 + 1"])
    print(f"\n{'':26}{'median s':>10}{'later by':>10}{'reach':>10}")
    for name, times in seconds.items():
        median = statistics.median(times)
        reach = "" if name.startswith("ipykernel") else f"<= {_REACH}"
        print(f"{name:26}{median:10.2f}{median - plain:10.2f}{reach:>10}")


def _ready(specs: KernelSpecManager, kernel: str, cell: str) -> Callable[[], float]:
    def call() -> float:
        manager = KernelManager(kernel_name=kernel, kernel_spec_manager=specs)
        begin = time.perf_counter()
        manager.start_kernel()
        client = manager.client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=60)
            reply = client.execute(cell, reply=True, timeout=60)
            if reply["content"]["status"] != "ok":
                raise RuntimeError(f"{kernel} answered {reply['content']}")
            return time.perf_counter() - begin
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)

    return call


if __name__ == "__main__":
    main()
