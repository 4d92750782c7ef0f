"""The platform of one machine as a process, and the options of the browser that looks at it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

from hub_config.local.launcher import free_ports

BROWSER_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_READY = "READY "


def start(folder, *words):
    """Start the platform; returns its process and what it said of itself."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "hub_config.local", "--port", str(port), "--folder", str(folder), *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith(_READY):
            return process, json.loads(line.removeprefix(_READY))
    raise AssertionError(process.stderr.read())


@contextmanager
def running(folder):
    """The platform in a folder, until the block ends; what it said of itself."""
    process, ready = start(folder)
    try:
        yield {**ready, "folder": folder}
    finally:
        end(process)


def end(process):
    """End it as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
