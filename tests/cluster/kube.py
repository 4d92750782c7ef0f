"""kubectl and helm, as functions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import contextmanager
from typing import Any

from hub_config.local.launcher import free_ports
from tests.waiting import wait_for


def kubectl(*words: str, given: str | None = None, check: bool = True, timeout: float = 120) -> str:
    """Run kubectl and return what it printed; its own words where it fails."""
    return _run(["kubectl", *words], given, check, timeout)


def helm(*words: str, check: bool = True, timeout: float = 300) -> str:
    """Run helm."""
    return _run(["helm", *words], None, check, timeout)


def get(*words: str) -> dict[str, Any]:
    """What ``kubectl get`` finds, as objects."""
    found: dict[str, Any] = json.loads(kubectl("get", *words, "-o", "json"))
    return found


def apply(*objects: Mapping[str, Any]) -> None:
    """Make objects, or change them."""
    kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))


def wait_gone(*words: str, seconds: float = 60) -> None:
    """Wait until nothing is found."""
    wait_for(lambda: not kubectl("get", *words, "-o", "name", "--ignore-not-found").strip(), seconds)


@contextmanager
def forwarded(target: str, port: int, namespace: str, local: int | None = None):
    """A port of a service or pod on this machine, until the block ends."""
    chosen = local or free_ports(1)[0]
    command = ["kubectl", "port-forward", "--namespace", namespace, target, f"{chosen}:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert "Forwarding" in line, line
        yield chosen
    finally:
        process.terminate()
        process.wait()


def _run(command: list[str], given: str | None, check: bool, timeout: float) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=timeout)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(command[:6])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout if not done.returncode else done.stdout + done.stderr
