"""What JupyterHub is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets.config import Config

import hub_config
from hub_config.configure import (
    activity_interval,
    configure_hub,
    configure_metrics,
    configure_proxy,
    configure_spawner,
    culler,
    is_https,
    user_role,
)
from hub_config.settings import check_settings
from tests.hub_config.good import changed, good
from tests.hub_config.kubernetes.made import facility


def test_the_configuration_file_stays_short():
    lines = Path(hub_config.__file__).with_name("jupyterhub_config.py").read_text().splitlines()
    assert len(lines) < 60


def test_the_hub_gets_addresses_limits_and_the_culler():
    c = Config()
    configure_hub(check_settings(changed("hub.namedServerLimitPerUser", 2)), c)
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000/"
    assert c.JupyterHub.named_server_limit_per_user == 2
    assert [service["name"] for service in c.JupyterHub.services] == ["culler"]
    assert [role["name"] for role in c.JupyterHub.load_roles] == ["user", "culler"]


def test_the_culler_gets_the_greatest_age_only_where_there_is_one():
    without_age = culler(check_settings(good()))["command"]
    assert not any("--max-age" in word for word in without_age)
    with_age = culler(check_settings(changed("cull", {"maxAge": 86400, "timeout": 600})))["command"]
    assert {"--timeout=600", "--max-age=86400"} <= set(with_age)


def test_without_the_culler_there_is_neither_service_nor_role():
    c = Config()
    configure_hub(check_settings(changed("cull", {"enabled": False})), c)
    assert c.JupyterHub.services == []
    assert [role["name"] for role in c.JupyterHub.load_roles] == ["user"]


def test_who_reads_metrics_may_do_nothing_else():
    c = Config()
    configure_hub(check_settings(good()), c)
    configure_metrics("of-prometheus", c)
    assert c.JupyterHub.services[-1] == {"name": "metrics", "api_token": "of-prometheus"}
    assert c.JupyterHub.load_roles[-1] == {"name": "metrics", "scopes": ["read:metrics"], "services": ["metrics"]}


def test_on_kubernetes_servers_are_pods_that_outlive_the_hub():
    c = Config()
    configure_spawner(facility(), c)
    assert c.JupyterHub.spawner_class.__name__ == "PodSpawner"
    assert c.JupyterHub.cleanup_servers is False
    assert c.PodSpawner.namespace == "daas-users"
    assert c.Spawner.start_timeout > facility().singleuser.start_timeout


def test_servers_are_shared_only_where_each_has_a_host_of_its_own():
    assert user_role(check_settings(good()))["scopes"] == ["self"]
    shared = user_role(check_settings(changed("hub.subdomainHost", "https://hub.example.org")))
    assert "shares!user" in shared["scopes"]


@pytest.mark.parametrize(
    ("callback", "expected"), [("https://h.example.org/hub/oauth_callback", True), ("http://127.0.0.1:8000/a", False)]
)
def test_cookies_have_a_prefix_with_https(callback, expected):
    settings = check_settings(changed("sso.callbackUrl", callback))
    c = Config()
    configure_hub(settings, c)
    assert is_https(settings) is expected
    assert c.JupyterHub.cookie_host_prefix_enabled is expected


def test_the_proxy_is_left_to_run_by_itself():
    c = Config()
    configure_proxy(check_settings(changed("hub.proxyApiUrl", "http://proxy-api:8001")), c)
    assert c.ConfigurableHTTPProxy.should_start is False
    assert c.ConfigurableHTTPProxy.api_url == "http://proxy-api:8001"


def test_homes_follow_the_storage():
    c = Config()
    configure_spawner(check_settings(changed("storage", {"home": "/srv/homes/{name}"})), c)
    assert c.SimpleLocalProcessSpawner.home_dir_template == "/srv/homes/{username}"


def test_a_brace_in_the_place_of_homes_is_a_brace():
    c = Config()
    configure_spawner(check_settings(changed("storage", {"home": "/srv/{x}/{name}"})), c)
    assert c.SimpleLocalProcessSpawner.home_dir_template.format(username="ada") == "/srv/{x}/ada"


@pytest.mark.parametrize(("timeout", "seconds"), [(3600, 300), (60, 20), (2, 1)])
def test_a_server_tells_that_it_is_used_before_it_would_be_culled(timeout, seconds):
    assert activity_interval(check_settings(changed("cull", {"timeout": timeout}))) == seconds
