"""A kernel `daisy` that the tests of a file share, and the demo scan that they look at."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from daisy_kernel.cli.kernel import places, write_kernel
from daisy_kernel.domains.ct.demo.scan import write_demo_scan

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Output:
    """What a cell left: status, text on both streams, results, displays in order, the error that it shows."""

    status: str = ""
    stdout: str = ""
    stderr: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)
    displays: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    def add(self, message: dict[str, Any]) -> None:
        """Take in a message of the kernel."""
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            setattr(self, content["name"], getattr(self, content["name"]) + content["text"])
        elif kind == "execute_result":
            self.results.append(content["data"])
        elif kind in ("display_data", "update_display_data"):
            self.displays.append(content["data"])
        elif kind == "error":
            self.error = "\n".join(content["traceback"])


@dataclass
class Kernel:
    """A kernel that runs, and what a page does with it."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str, seen: Callable[[Output], None] = lambda output: None) -> Output:
        """Run a cell to its end; `seen` is called after each message."""
        output = Output()

        def take(message: dict[str, Any]) -> None:
            output.add(message)
            seen(output)

        reply = self.client.execute_interactive(code, output_hook=take, timeout=60)
        output.status = reply["content"]["status"]
        return output

    def complete(self, code: str) -> list[str]:
        """What a press of Tab at the end of the code offers."""
        return self.client.complete(code, reply=True, timeout=20)["content"]["matches"]


@contextmanager
def kernel_in(folder: Path, **environment: str) -> Iterator[Kernel]:
    """A kernel that works in a folder."""
    manager = KernelManager(kernel_name="daisy")
    manager.start_kernel(cwd=str(folder), env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module", autouse=True)
def installed_kernel(tmp_path_factory) -> Iterator[Path]:
    """The kernelspec in a folder that Jupyter looks at first; folders of the user aside."""
    prefix = tmp_path_factory.mktemp("prefix")
    share, config = places(user=False, prefix=prefix)
    write_kernel(share, config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(share))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        yield prefix


@pytest.fixture(scope="session")
def scan(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scans") / "scan.h5"
    write_demo_scan(path, rows=48, columns=96, chunks=(8, 16, 96))
    return path


@pytest.fixture(scope="module")
def kernel(installed_kernel, tmp_path_factory) -> Iterator[Kernel]:
    with kernel_in(tmp_path_factory.mktemp("cells")) as found:
        yield found


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Return when the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.01)
