"""An app alone on loopback as a process, and what a person does in the CT app, in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np

DAISY = str(Path(sys.executable).with_name("daisy"))


def app_alone(folder, *settings):
    """``daisy app ct``; gives its process and the address that it printed."""
    return alone(folder, [DAISY, "app", "ct", *settings])


@contextmanager
def alone(folder, command):
    """A command that serves an app from a folder; gives its process and the address that it printed."""
    env = {**os.environ, "HOME": str(folder), "DAISY_STATE_DIR": str(folder / "state")}
    words = [*command, "--no-browser"]
    with subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(20)


def daisy(*words, folder):
    """What a command prints as JSON."""
    found = subprocess.run([DAISY, *map(str, words), "--json"], cwd=folder, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stdout + found.stderr
    return json.loads(found.stdout)


def volume(path):
    """The numbers of a volume."""
    with h5py.File(path) as file:
        return file["entry/data/volume"][()]


def same_bits(one, other):
    """Whether two volumes are equal to the bit."""
    return np.array_equal(volume(one).view("u4"), volume(other).view("u4"))


def at(page, name):
    """The element that scripts know by this name."""
    return page.locator(f"[data-testid='{name}']")


def open_scan(page, path):
    """Open a scan by its path and wait for the first slice."""
    at(page, "ct-input").fill(str(path))
    at(page, "ct-open").click()
    settled(page)


def settled(page):
    """Wait until the preview shows what the parameters say."""
    page.wait_for_timeout(100)  # a change reaches the preview's own state within a frame
    page.locator("[data-testid=ct-preview][data-busy=false] canvas[data-painted]").wait_for()


def in_state(page, state, seconds=60):
    """Wait for a state of the run; gives its output."""
    found = page.locator(f"[data-testid=ct-status][data-state={state}]")
    found.wait_for(timeout=seconds * 1000)
    return Path(found.get_attribute("data-output"))


def picture_of(page):
    """The pixels of the preview."""
    return at(page, "ct-preview").locator("canvas").first.screenshot()
