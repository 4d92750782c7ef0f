"""The chart as helm renders it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "daisy-daas"
EXAMPLES = ("trial", "facility", "test-cluster")
HELM = shutil.which("helm")

needs_helm = pytest.mark.skipif(HELM is None, reason="helm is not installed")


def example(name: str) -> Path:
    return CHART / "examples" / f"{name}.yaml"


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    assert HELM is not None
    return subprocess.run([HELM, *words], capture_output=True, text=True, timeout=60)


@cache
def text(name: str, *more: str) -> str:
    """An example, rendered; more: words such as ``--set=hub.baseUrl=/daas/``."""
    done = helm("template", "daas", str(CHART), "--namespace=daas", f"--values={example(name)}", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(name: str, *more: str) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(text(name, *more)) if each]


def find(rendered: Iterable[dict[str, Any]], kind: str, name: str, namespace: str = "daas") -> dict[str, Any]:
    for each in rendered:
        meta = each["metadata"]
        if (each["kind"], meta["name"], meta.get("namespace", namespace)) == (kind, name, namespace):
            return each
    raise AssertionError(f"there is no {kind} {name} in {namespace}")


def pods(rendered: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and pod template of whatever runs."""
    for each in rendered:
        if each["kind"] in ("Deployment", "DaemonSet", "Job"):
            yield f"{each['kind']} {each['metadata']['name']}", each["spec"]["template"]


def settings_of(rendered: Iterable[dict[str, Any]]) -> Any:
    """The hub's settings.yaml."""
    return yaml.safe_load(find(rendered, "ConfigMap", "hub")["data"]["settings.yaml"])
