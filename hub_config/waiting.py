"""WaitingServer: a server's process that has imported everything and waits to be told whose it will be."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL")


class WaitingServer:
    """At most one process; it ends with the hub, since its standard input does.

    command: of a server, which understands ``--wait`` (see `daisy_kernel.jupyter.singleuser`).
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = (*command, "--wait")
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Start the process unless one waits already. Of the hub's environment, and its secrets, it sees nothing."""
        if self._process is not None and self._process.poll() is None:
            return
        env = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=env, cwd="/", start_new_session=True)

    def take(self, args: Sequence[str], env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes] | None:
        """Make it the server with these arguments, environment and folder; None where no process waits."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return None
        assert process.stdin is not None
        told = {"args": list(args), "env": dict(env), "cwd": str(cwd)}
        try:
            process.stdin.write(json.dumps(told).encode() + b"\n")
            process.stdin.close()
        except BrokenPipeError:
            process.wait()
            return None
        return process
