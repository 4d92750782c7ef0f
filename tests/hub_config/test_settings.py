"""Settings: what is right is read, what is wrong is refused with its path and the remedy."""

from __future__ import annotations

import re

import pytest
import yaml

from hub_config.errors import SettingsError
from hub_config.settings import check_settings, read_settings
from tests.hub_config.good import changed, good, without


def test_good_settings_are_read_from_a_file(tmp_path):
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(good(), allow_unicode=True), encoding="utf-8")
    settings = read_settings(tmp_path / "settings.yaml")
    assert settings.sso.client_id == "daisy"
    assert [profile.gpu for profile in settings.profiles] == [0, 1]
    assert settings.profiles[0].description["zh"] == "两核"


BROKEN = {
    "a key that is not there, at the top": (changed("profles", 1), "profles is no setting: did you mean 'profiles'?"),
    "a key that is not there, inside": (changed("sso.clientid", "x"), "sso.clientid is no setting: did you mean"),
    "a key that is not there, in a list": (changed("profiles.0.memry", "1G"), "profiles.0.memry is no setting: did"),
    "a key that is like none": (
        changed("hub.qqqq", 1),
        "hub.qqqq is no setting: there are allowNamedServers, ",
    ),
    "no client": (without("sso.clientId"), "sso.clientId is missing: add it"),
    "no account service": (without("sso.accountUrl"), "sso: provider ihep needs accountUrl"),
    "no profile": (changed("profiles", []), "profiles: Tuple should have at least 1 item"),
    "a profile twice": (changed("profiles.1.slug", "cpu"), "the slug 'cpu' is there twice"),
    "a group that is not there": (
        changed("profiles.1.groups", ["heps-cd"]),
        "'heps-cd' is not in identity.groups: ",
    ),
    "an address that is none": (changed("sso.tokenUrl", "sso.example.org"), "sso.tokenUrl: write it as https://host/"),
    "an address that is needed": (
        changed("sso.authorizeUrl", ""),
        "sso.authorizeUrl: it is needed: write it as",
    ),
    "a client without a name": (changed("sso.clientId", ""), "sso.clientId: String should have at least 1 character"),
    "an SSO that can be overheard": (
        changed("sso.tokenUrl", "http://sso.example.org/token"),
        "sso.tokenUrl: a login sent to http://sso.example.org can be read on its way: write https://",
    ),
    "a callback that can be overheard": (
        changed("sso.callbackUrl", "http://hub.example.org/hub/oauth_callback"),
        "sso.callbackUrl: a login sent to http://hub.example.org can be read on its way: write https://",
    ),
    "memory without a unit": (changed("profiles.0.memory", "8"), "profiles.0.memory: String should match pattern"),
    "no core": (changed("profiles.0.cpu", 0), "profiles.0.cpu: Input should be greater than 0"),
    "root's id": (changed("identity.minimumId", 0), "identity.minimumId: Input should be greater than or equal to 1"),
    "a path that leads out": (
        changed("identity.groups.heps-ct.path", "../etc"),
        "identity.groups.heps-ct.path: ",
    ),
    "another provider": (changed("sso.provider", "ldap"), "sso.provider: Input should be 'ihep' or 'oidc'"),
    "no mapping": ([1], "the settings are [1]: write sso:, identity:, profiles: and so on"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_wrong_settings_are_refused(name):
    values, text = BROKEN[name]
    with pytest.raises(SettingsError, match=re.escape(text)):
        check_settings(values)


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost", "[::1]:9000"])
def test_an_sso_of_this_machine_may_be_asked_by_plain_http(host):
    assert check_settings(changed("sso.tokenUrl", f"http://{host}/token")).sso.token_url == f"http://{host}/token"


def test_a_secret_at_the_wrong_place_is_not_repeated():
    with pytest.raises(SettingsError) as refused:
        check_settings(changed("sso.clientSecret", "s3cret"))
    assert "s3cret" not in str(refused.value)
    assert "sso.clientSecret is no setting" in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.yaml cannot be read: No such file or directory: name the hub's"):
        read_settings(tmp_path / "none.yaml")


def test_a_file_that_is_no_yaml_is_named_with_the_place(tmp_path):
    (tmp_path / "a.yaml").write_text("sso: [")
    with pytest.raises(SettingsError, match=r"a.yaml is no YAML: .*line 1"):
        read_settings(tmp_path / "a.yaml")


def test_servers_that_isolate_nobody_are_not_offered_to_the_network():
    with pytest.raises(SettingsError, match=r"hub.bindUrl: mode local, .* listens on loopback alone, not on 0.0.0.0"):
        check_settings(changed("hub.bindUrl", "http://0.0.0.0:8000"))
