"""The viewer in a browser: the next slice on screen.

A volume of 512 x 2048 x 2048 u2 as ``daisy run`` writes it, page cache warm, 50 steps along each dim, from the slider's
event to the canvas that shows the slice. ``--quick`` takes an eighth of rows and columns.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks._shared import machine
from daisy_kernel.io.hdf5_write import HDF5Output
from daisy_kernel.io.output import ArraySpec

_STEPS = 50
_REACH = (50.0, 100.0)  # ms: median and p95 of a step
_VIEW = {"width": 1920, "height": 1080}
_STEP = """
async (count) => {
  const canvas = document.querySelector("canvas[data-painted]");
  const slider = document.querySelector("input[type=range]");
  const times = [];
  for (let step = 0; step < count; step++) {
    const before = canvas.dataset.painted, begun = performance.now();
    const next = String(Number(slider.value) + 1);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(slider, next);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (canvas.dataset.painted === before) await new Promise(requestAnimationFrame);
    times.push(performance.now() - begun);
  }
  return times;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    shape = (64, 256, 256) if given.quick else (512, 2048, 2048)
    print(f"{' x '.join(map(str, shape))} u2 in chromium, {_VIEW['width']} x {_VIEW['height']}; {machine()}")
    with tempfile.TemporaryDirectory() as name, _browser() as page:
        sys.exit(_slices(page, Path(name), shape))


def _slices(page: Page, folder: Path, shape: tuple[int, int, int]) -> bool:
    path = folder / "volume.h5"
    _write_volume(path, shape)
    print(f"\n{'plane':10}{'first ms':>10}{'median ms':>11}{'p95 ms':>8}{'most ms':>9}")
    failed = False
    with _viewer(folder, path) as url:
        page.goto(url)
        for dim, size in zip("zyx", shape, strict=True):
            page.locator("canvas[data-painted]").first.wait_for()
            page.get_by_role("button", name=dim, exact=True).click()
            page.locator(f"canvas[data-painted='{size // 2}']").wait_for()
            first, *times = page.evaluate(_STEP, min(_STEPS, size // 2 - 2))
            median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"across {dim:3}{first:10.1f}{median:11.1f}{p95:8.1f}{max(times):9.1f}")
            failed |= median > _REACH[0] or p95 > _REACH[1]
    return failed


def _write_volume(path: Path, shape: tuple[int, int, int]) -> None:
    output = HDF5Output(path, ArraySpec(shape, "uint16", ("z", "y", "x")))
    output.create()
    block = np.random.default_rng(0).normal(2000, 300, (16, *shape[1:])).astype(np.uint16)
    for start in range(0, shape[0], len(block)):
        output.write(start, block + np.uint16(start))
    output.complete()


@contextmanager
def _viewer(folder: Path, path: Path) -> Iterator[str]:
    env = {**os.environ, "HOME": str(folder), "DAISY_STATE_DIR": str(folder / "state")}
    daisy = str(Path(sys.executable).with_name("daisy"))
    command = [daisy, "app", "view", f"input={path}", "--no-browser"]
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextmanager
def _browser() -> Iterator[Page]:
    chromium = shutil.which("chromium")
    options: dict[str, Any] = {"executable_path": chromium, "args": ["--no-sandbox", "--disable-gpu"]}
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(**options)
        yield launched.new_page(viewport=_VIEW)
        launched.close()


if __name__ == "__main__":
    main()
