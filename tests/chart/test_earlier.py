"""An upgrade from the first chart: its values are still right, and nothing changes that Kubernetes holds fast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from hub_config.chart import Values
from hub_config.local.launcher import merged
from hub_config.settings.reading import check
from tests.chart.rendering import CHART, helm, needs_helm
from tests.chart.test_values import SCHEMA

EARLIER = Path(__file__).parent / "earlier"
NAMES = ("trial", "facility")


def earlier(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((EARLIER / f"{name}.yaml").read_text(encoding="utf-8")))


def fixed(each: dict[str, Any]) -> Any:
    """What Kubernetes lets nobody change of an object; None where that is nothing."""
    spec = each.get("spec", {})
    match each["kind"]:
        case "Deployment":
            return spec["selector"]["matchLabels"]
        case "PersistentVolumeClaim":
            return {key: value for key, value in spec.items() if key != "resources"}
        case "RoleBinding":
            return each["roleRef"]["name"]
    return None


@pytest.mark.parametrize("name", NAMES)
def test_values_of_the_first_chart_are_still_right(name):
    check(Values, earlier(name))


@pytest.mark.parametrize("name", NAMES)
def test_an_upgrade_that_reuses_values_gives_all_of_the_first_chart_and_they_are_still_right(name):
    jsonschema.validate(merged(earlier("values"), earlier(name)), SCHEMA)


@needs_helm
@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_in_an_upgrade_that_cannot_be_changed(name):
    words = [f"--values={EARLIER / 'values.yaml'}", f"--values={EARLIER / f'{name}.yaml'}"]
    done = helm("template", "daas", str(CHART), "--namespace=daas", *words)
    assert done.returncode == 0, done.stderr
    now = {
        f"{each['kind']} {each['metadata']['name']}": fixed(each) for each in yaml.safe_load_all(done.stdout) if each
    }
    before = earlier("fixed")[name]
    assert len(before) >= 5
    assert {key: now.get(key) for key in before} == before
