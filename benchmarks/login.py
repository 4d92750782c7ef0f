"""From the SSO's submit button to JupyterLab's launcher on the screen, in a real browser, by part.

Each round is a new browser context and a server that has to start; the first round, which fills caches, does not count.
Rounds are ten seconds apart, so that the next server's process has been prepared, as it has for whoever does not start
servers one after the other.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks._shared import machine
from tests.browser import platform_process, screens

_APART = 10.0
_PARTS = ("SSO to the spawn page", "start of the server", "JupyterLab to its launcher", "in all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"login to launcher, seconds; {machine()}")
    with tempfile.TemporaryDirectory() as folder, _platform(Path(folder)) as ready, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(platform_process.BROWSER_ARGS)
        )
        found = [_round(browser, ready) for _ in range(rounds + 1)][1:]
        browser.close()
    print(f"\n{'':28}{'median':>8}{'largest':>9}")
    for part, seconds in zip(_PARTS, zip(*found, strict=True), strict=True):
        print(f"{part:28}{statistics.median(seconds):8.2f}{max(seconds):9.2f}")
    print("\nreach: 5 s in all")


@contextmanager
def _platform(folder: Path) -> Iterator[dict[str, Any]]:
    process, ready = platform_process.start(folder)
    try:
        yield ready
    finally:
        platform_process.end(process)


def _round(browser: Browser, ready: dict[str, Any]) -> tuple[float, ...]:
    time.sleep(_APART)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    begin = screens.log_in(page, ready)
    page.locator("input[name=profile]").first.wait_for()
    chosen = time.perf_counter()
    screens.choose(page)
    page.wait_for_url("**/user/**", timeout=60_000, wait_until="commit")
    started = time.perf_counter()
    screens.launcher(page).wait_for(timeout=60_000)
    shown = time.perf_counter()
    page.goto(f"{ready['url']}/hub/home")
    screens.stop_server(page)
    context.close()
    return chosen - begin, started - chosen, shown - started, shown - begin


if __name__ == "__main__":
    main()
