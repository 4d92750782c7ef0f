"""The hub's database is looked for before the hub starts."""

from __future__ import annotations

import io
import re

import pytest
from traitlets.config import Config

from hub_config.configure import configure_hub
from hub_config.database import wait_for_database
from hub_config.errors import SettingsError
from hub_config.local.launcher import free_ports
from hub_config.settings import check_settings
from tests.hub_config.good import changed


def test_a_file_is_there_at_once(url: str) -> None:
    log = io.StringIO()
    wait_for_database(url, patience=0, log=log)
    assert log.getvalue() == ""


def test_one_that_stays_away_is_told_once_and_given_up_with_what_to_look_at() -> None:
    log, port = io.StringIO(), free_ports(1)[0]
    with pytest.raises(SettingsError, match=rf"has not answered for 1\.5 s: .*{port}.*: see that it runs"):
        wait_for_database(f"postgresql+psycopg://daisy@127.0.0.1:{port}/daisy", patience=1.5, log=log)
    (line,) = log.getvalue().splitlines()
    assert line.startswith("daisy-daas: waiting for the database: connection failed")


BAD = {
    "a driver that is none": ("postgres://daisy@db.example.org/daisy", "Can't load plugin"),
    "a driver that is not installed": ("mysql+pymysql://daisy@db.example.org/daisy", "No module named 'pymysql'"),
    "no address": ("the database", "Could not parse SQLAlchemy URL"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_address_that_cannot_be_used_is_refused(name: str) -> None:
    address, reason = BAD[name]
    with pytest.raises(SettingsError, match=rf"hub\.dbUrl cannot be used: {re.escape(reason)}.*: correct it"):
        wait_for_database(address, patience=0)


def test_no_wait_for_a_database_elsewhere_holds_the_hub_for_long() -> None:
    c = Config()
    configure_hub(check_settings(changed("hub.dbUrl", "postgresql+psycopg://daisy@db.example.org/daisy")), c)
    address, _, limits = c.JupyterHub.db_url.partition("?")
    assert address == "postgresql+psycopg://daisy@db.example.org/daisy"
    assert set(limits.split("&")) == {"connect_timeout=5", "tcp_user_timeout=10000"}


def test_a_statement_that_failed_is_logged_without_what_it_held() -> None:
    c = Config()
    configure_hub(check_settings(changed("hub.dbUrl", "sqlite:///x.sqlite")), c)
    assert c.JupyterHub.db_kwargs == {"hide_parameters": True}
