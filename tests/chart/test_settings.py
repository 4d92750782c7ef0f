"""The hub reads what the administrator has written: values arrive as settings, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from hub_config.settings import check_settings
from tests.chart.rendering import EXAMPLES, example, find, needs_helm, objects, settings_of, text

pytestmark = needs_helm

GIVEN = {
    "hub": {
        "baseUrl": "/daas/",
        "subdomainHost": "https://daas.example.org",
        "allowNamedServers": False,
        "namedServerLimitPerUser": 5,
        "concurrentSpawnLimit": 7,
        "announcement": {"en": "Hello", "zh": "你好"},
        "cookieMaxAgeDays": 1.5,
    },
    "cull": {"enabled": False, "timeout": 60, "every": 10, "maxAge": 2592000},
    "storage": {"homeSize": "20Gi", "homeClass": "fast"},
    "singleuser": {
        "startTimeout": 77,
        "nodeSelector": {"zone": "a"},
        "extraTolerations": [{"key": "users", "operator": "Exists"}],
        "extraEnv": {"HTTPS_PROXY": "http://proxy:3128"},
        "shmSize": "1Gi",
        "tmpSize": "5Gi",
    },
    "identity": {"minimumId": 2000, "groups": {"trial": {"gid": 1000000, "path": "P2026-1"}}},
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_hub_takes_the_settings_of_an_example(name):
    settings = check_settings(settings_of(objects(name)))
    assert settings.mode == "kubernetes"
    assert settings.hub.hub_connect_url == "http://hub.daas:8081"
    assert settings.singleuser is not None
    assert settings.singleuser.namespace == "daas-users"
    wanted = yaml.safe_load(example(name).read_text(encoding="utf-8"))
    assert [profile.slug for profile in settings.profiles] == [each["slug"] for each in wanted["profiles"]]


def test_what_is_written_arrives(tmp_path):
    (tmp_path / "more.yaml").write_text(yaml.safe_dump(GIVEN, allow_unicode=True), encoding="utf-8")
    settings: Any = settings_of(objects("trial", f"--values={tmp_path / 'more.yaml'}"))
    for part, values in GIVEN.items():
        assert {key: settings[part][key] for key in values} == values
    check_settings(settings)


def test_a_tag_is_that_of_all_images():
    rendered = objects("trial", "--set=images.tag=t,images.prefix=registry.example.org/daas/")
    assert settings_of(rendered)["singleuser"]["images"]["tag"] == "t"
    for role, name in (("hub", "hub"), ("proxy", "proxy")):
        container = find(rendered, "Deployment", role)["spec"]["template"]["spec"]["containers"][0]
        assert container["image"] == f"registry.example.org/daas/{name}:t"


def test_a_trial_keeps_its_database_on_a_claim():
    rendered = objects("trial")
    assert settings_of(rendered)["hub"]["dbUrl"] == "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
    volumes = find(rendered, "Deployment", "hub")["spec"]["template"]["spec"]["volumes"]
    assert {"name": "data", "persistentVolumeClaim": {"claimName": "hub-db-dir"}} in volumes
    assert find(rendered, "PersistentVolumeClaim", "hub-db-dir")


def test_a_facility_has_postgresql_and_no_claim_for_it():
    rendered = objects("facility")
    assert settings_of(rendered)["hub"]["dbUrl"] == "postgresql+psycopg://daisy@db.example.org:5432/daisy"
    assert "hub-db-dir" not in text("facility")


def test_a_change_of_settings_starts_the_hub_anew_and_not_the_proxy():
    def template(role: str, *more: str) -> Any:
        return find(objects("trial", *more), "Deployment", role)["spec"]["template"]

    changed = "--set=hub.concurrentSpawnLimit=9"
    assert template("hub") != template("hub", changed)
    assert template("proxy") == template("proxy", changed)
