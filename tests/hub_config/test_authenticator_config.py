"""What the settings make of the authenticator, and how old claims may be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from hub_config.authenticator import claims_are_fresh, configure_authenticator, public_url
from hub_config.settings import check_settings
from tests.hub_config.good import good
from tests.hub_config.sso_login import SECRET, settings
from tests.hub_config.wire import Wire


@pytest.mark.parametrize(
    ("state", "fresh"),
    [
        pytest.param({"claims_at": 1000.0}, True, id="new"),
        pytest.param({"claims_at": 1000.0 - 12 * 3600}, True, id="twelve hours old"),
        pytest.param({"claims_at": 999.0 - 12 * 3600}, False, id="older"),
        pytest.param({"claims_at": 2000.0}, False, id="of the future"),
        pytest.param({"claims_at": "1000"}, False, id="a string"),
        pytest.param({"claims_at": True}, False, id="yes"),
        pytest.param({}, False, id="no age"),
        pytest.param(None, False, id="no state"),
    ],
)
def test_claims_are_fresh_for_twelve_hours(state: dict[str, Any] | None, fresh: bool) -> None:
    assert claims_are_fresh(state, settings(Wire("https://sso.example.org")), 1000.0) is fresh


@pytest.mark.parametrize("provider", ["ihep", "oidc"])
def test_the_settings_of_the_docs_are_right(provider: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sso.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall("```yaml\n(.*?)```", page, re.DOTALL)]
    (block,) = [block for block in blocks if block["sso"]["provider"] == provider]
    given = check_settings(good() | block)
    assert given.sso.callback_url == f"{public_url(given)}hub/oauth_callback"


@pytest.mark.parametrize(("provider", "scope"), [("ihep", []), ("oidc", ["openid", "profile", "email"])])
def test_scopes_are_those_that_the_provider_needs(provider: str, scope: list[str]) -> None:
    config = Config()
    configure_authenticator(settings(Wire("https://sso.example.org"), provider), SECRET, config)
    assert config.OAuthenticator.scope == scope


@pytest.mark.parametrize(
    ("provider", "expected"),
    [
        ("ihep", "https://sso.example.org/logout?WebServerURL=https%3A%2F%2Fhub.example.org%2F"),
        (
            "oidc",
            "https://sso.example.org/logout?client_id=daisy&post_logout_redirect_uri=https%3A%2F%2Fhub.example.org%2F",
        ),
    ],
)
def test_logout_ends_the_session_of_the_sso_and_comes_back(provider: str, expected: str) -> None:
    config = Config()
    given = settings(Wire("https://sso.example.org"), provider)
    configure_authenticator(given, SECRET, config)
    assert config.OAuthenticator.logout_redirect_url == expected
    assert public_url(given) == "https://hub.example.org/"


def test_nobody_is_allowed_by_the_configuration_alone() -> None:
    config = Config()
    configure_authenticator(settings(Wire("https://sso.example.org")), SECRET, config)
    assert config.Authenticator.allow_all is False
    assert not {"allowed_users", "admin_users", "allow_existing_users", "allowed_groups"} & set(config.Authenticator)
    assert (config.Authenticator.enable_auth_state, config.Authenticator.refresh_pre_spawn) == (True, False)


def test_without_known_groups_jupyterhub_warns_that_nobody_can_come_in() -> None:
    config, values = Config(), good()
    values["identity"]["groups"], values["profiles"][1]["groups"] = {}, []
    configure_authenticator(check_settings(values), SECRET, config)
    assert config.Authenticator.any_allow_config is False
