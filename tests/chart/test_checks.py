"""Other people's checkers find nothing in the examples that has no reason in exceptions.yaml."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.chart.rendering import CHART, EXAMPLES, ROOT, example, helm, needs_helm, text

EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("exceptions.yaml").read_text())
_PLACES = os.pathsep.join([str(ROOT / ".venv" / "checkers" / "bin"), os.environ.get("PATH", os.defpath)])

pytestmark = [needs_helm, pytest.mark.slow]


def checker(name: str) -> str:
    found = shutil.which(name, path=_PLACES)
    if found is None:
        pytest.skip(f"{name} is not installed: make .venv/.checkers")
    return found


@pytest.fixture
def rendered(tmp_path, request):
    path = tmp_path / "rendered.yaml"
    path.write_text(text(request.param), encoding="utf-8")
    return path


def without_reason(failed: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """What checkov has found, less what has a reason: check and pod."""
    for each in failed:
        kind, _, name = each["resource"].split(".", 2)
        pod = re.sub(r"-[0-9a-f]{8}$", "", f"{kind} {name}")
        if pod not in EXCEPTIONS["checkov"].get(each["check_id"], {}).get("pods", []):
            yield each["check_id"], pod


@pytest.mark.parametrize("rendered", EXAMPLES, indirect=True)
def test_checkov_finds_nothing_without_a_reason(rendered):
    words = ["-f", str(rendered), "--framework", "kubernetes", "--compact", "--quiet", "-o", "json"]
    done = subprocess.run([checker("checkov"), *words], capture_output=True, text=True, timeout=300)
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 200
    assert list(without_reason(report["results"]["failed_checks"])) == []
    seen = {each["check_id"] for each in report["results"]["failed_checks"]}
    assert seen == set(EXCEPTIONS["checkov"]), "an exception that nothing needs any more"


def test_checkov_would_find_a_pod_that_may_do_anything(tmp_path):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "daas"}}
    container = {"name": "c", "image": "i", "securityContext": {"privileged": True}}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump({**pod, "spec": {"containers": [container]}}))
    words = ["-f", str(tmp_path / "bad.yaml"), "--framework", "kubernetes", "--compact", "--quiet", "-o", "json"]
    done = subprocess.run([checker("checkov"), *words], capture_output=True, text=True, timeout=300)
    assert ("CKV_K8S_16", "Pod p") in list(without_reason(json.loads(done.stdout)["results"]["failed_checks"]))


@pytest.mark.parametrize("rendered", EXAMPLES, indirect=True)
def test_the_objects_are_as_kubernetes_defines_them(rendered):
    done = subprocess.run([checker("kubernetes-validate"), "--strict", rendered], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    warned = re.findall(r"Couldn't find schema for kind (\w+)", done.stdout + done.stderr)
    assert set(warned) <= set(EXCEPTIONS["kubernetes-validate"])


def test_an_object_that_kubernetes_does_not_know_would_be_found(tmp_path):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containerz": []}}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(pod))
    words = [checker("kubernetes-validate"), "--strict", str(tmp_path / "bad.yaml")]
    assert subprocess.run(words, capture_output=True).returncode != 0


@pytest.mark.parametrize("name", EXAMPLES)
def test_helm_lint_finds_nothing(name):
    done = helm("lint", "--strict", str(CHART), f"--values={example(name)}")
    assert done.returncode == 0, done.stdout


def test_every_exception_says_why():
    for part in EXCEPTIONS.values():
        assert all(len(each["reason"]) > 40 for each in part.values())
