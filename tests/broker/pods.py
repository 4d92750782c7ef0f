"""Pods as processes of this machine: started, ended, and started again when they end, as Kubernetes does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Security

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Pod:
    """A process that is wanted. is_held: it waits, with these words. ends_as: why it ended, when it does."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    is_held: bool = False
    words: Mapping[str, str] | None = None
    ends_as: str = ""
    reason: str = ""
    restarts: int = 0
    process: subprocess.Popen[bytes] | None = None
    pids: list[int] = field(default_factory=list)

    def look(self) -> None:
        """Start it, or start it again."""
        if self.is_held or (self.process is not None and self.process.poll() is None):
            return
        if self.process is not None:
            self.restarts += 1
            self.reason = self.ends_as
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdout=log, stderr=log, cwd=self.log.parent
            )
        self.pids.append(self.process.pid)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the process; it is started again."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self) -> None:
        """End it for good."""
        self.is_held = True
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)

    def described(self) -> dict[str, Any]:
        """POD of the API."""
        is_up = self.process is not None and self.process.poll() is None
        state = "running" if is_up else "waiting"
        found = {"name": self.name, "state": state, "reason": self.reason, "restarts": self.restarts}
        return {**found, "message": None if is_up else self.words}


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class FakeCluster:
    """A scheduler and its workers, with certificates of their own."""

    def __init__(self, name: str, workers: int, folder: Path, memory: int, held: bool, ports: tuple[int, int]) -> None:
        self.name, self.workers, self.folder, self.memory = name, workers, folder, memory
        folder.mkdir(parents=True)
        port, seen = ports  # the scheduler's own, and the one at which others see it
        self.address = f"tls://127.0.0.1:{seen}"
        self.activity = 0
        self.deleted: list[str] = []
        self._count = 0
        self.security = self._certificates()
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-show"]
        self.dashboard_port = free_port()
        words += ["--dashboard-address", f"127.0.0.1:{self.dashboard_port}"]
        self.scheduler = self._pod(f"{name}-scheduler", words, held=held)
        self.pods: list[Pod] = []

    def add(self, *, held: bool = False) -> Pod:
        """One more worker."""
        self._count += 1
        name = f"{self.name}-worker-{self._count}"
        words = ["worker", self.address, "--name", name, "--no-nanny", "--nthreads", "2", "--host", "127.0.0.1"]
        words += ["--memory-limit", str(self.memory), "--dashboard-address", "127.0.0.1:0"]
        words += ["--local-directory", str(self.folder), "--preload", "daisy_kernel.engines.worker"]
        pod = self._pod(name, words, held=held)
        self.pods.append(pod)
        return pod

    def remove(self, name: str) -> None:
        """Delete the Deployment of a worker."""
        for pod in [pod for pod in self.pods if pod.name == name]:
            self.pods.remove(pod)
            self.deleted.append(name)
            pod.end()

    def look(self) -> None:
        """What the operator does: as many workers as wanted, and each of them running."""
        for pod in [self.scheduler, *self.pods]:
            pod.look()

    def end(self) -> None:
        """All processes are gone."""
        for pod in [self.scheduler, *self.pods]:
            pod.end()

    def described(self, limit: int, *, with_security: bool) -> dict[str, Any]:
        """CLUSTER of the API."""
        found: dict[str, Any] = {
            "id": self.name,
            "workers": self.workers,
            "limit": limit,
            "address": self.address,
            "dashboard": f"https://127.0.0.1:{self.dashboard_port}",
            "created": "2026-11-30T00:00:00+00:00",
            "expires": "2026-12-01T00:00:00+00:00",
            "idle_seconds": 0,
            "worker": {"cpu": 1.0, "memory": self.memory, "gpu": 0},
            "scheduler": self.scheduler.described(),
            "pods": [pod.described() for pod in self.pods],
        }
        return {**found, "security": self.security} if with_security else found

    def _certificates(self) -> dict[str, str]:
        made = Security.temporary()
        texts = {"ca": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
        for name, text in texts.items():
            (self.folder / f"{name}.pem").write_text(text)
        return texts

    def _pod(self, name: str, words: list[str], *, held: bool) -> Pod:
        tls = "DASK_DISTRIBUTED__COMM__TLS__"
        environment = {
            "PYTHONPATH": str(ROOT),
            "NUMBA_NUM_THREADS": "1",
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "100",  # as the platform's broker has it
            "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
            f"{tls}CA_FILE": str(self.folder / "ca.pem"),
            "DASK_DISTRIBUTED__SCHEDULER__DASHBOARD__TLS__CERT": str(self.folder / "cert.pem"),
            "DASK_DISTRIBUTED__SCHEDULER__DASHBOARD__TLS__KEY": str(self.folder / "key.pem"),
            **{
                f"{tls}{role}__{what.upper()}": str(self.folder / f"{what}.pem")
                for role in ("SCHEDULER", "WORKER", "CLIENT")
                for what in ("cert", "key")
            },
        }
        command = [sys.executable, "-m", "dask", *words]
        return Pod(name, command, environment, self.folder / f"{name}.log", is_held=held)
