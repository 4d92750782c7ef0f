"""A real Jupyter server with the extension, for as long as a test needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.jupyter.conftest import wait_until

TOKEN = "of-this-test"


@contextmanager
def jupyter_server(home: Path, prefix: Path, **environment: str) -> Iterator[str]:
    """Start one that works in a folder, with the settings below a prefix; its address."""
    env = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_PATH": str(prefix / "etc/jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        **environment,
    }
    words = ["-m", "jupyter_server", "--port=0", "--no-browser", "--allow-root", f"--ServerApp.root_dir={home}"]
    with (home / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, *words], cwd=home, env=env, stderr=log, stdout=log)
    try:

        def notes() -> list[Path]:
            assert process.poll() is None, (home / "log").read_text()
            return [path for path in home.glob("runtime/jpserver-*.json") if path.stat().st_size]

        wait_until(lambda: bool(notes()), "the server's own note of its address", seconds=60)
        address = json.loads(notes()[0].read_text())["url"]
        wait_until(lambda: _answers(f"{address}api"), "an answer of the server")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def ask(address: str, *, token: str = TOKEN, body: dict | None = None):
    """What a server answers, as JSON."""
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30) as answer:
        return json.loads(answer.read())


def _answers(address: str) -> bool:
    try:
        return bool(ask(address))
    except urllib.error.URLError:
        return False
