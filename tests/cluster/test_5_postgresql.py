"""The hub with PostgreSQL: it goes and comes back, is put back from a backup, and has the tables of an older hub."""

from __future__ import annotations

import pytest

from tests.cluster.database import Database
from tests.cluster.older_hub import REVISION, make_older
from tests.cluster.web import is_running, log_in, start_server
from tests.waiting import wait_for

BINDINGS = "SELECT name, sso_id FROM daisy_sso_bindings ORDER BY name"
NOW = "SELECT version_num FROM alembic_version"


@pytest.fixture(scope="module")
def database(platform):
    """The release with a PostgreSQL, and with its own database again afterwards."""
    platform.stop_servers()
    found = Database(platform.release)
    found.remove()
    found.make()
    platform.upgrade(*found.words())
    yield found
    platform.stop_servers()
    platform.upgrade()
    found.remove()


@pytest.fixture
def at_work(platform, database):
    """Demo's client and the id of her pod: she has a server that runs."""
    client = log_in(platform, "demo")
    if not platform.server_pod("demo"):
        start_server(platform, client, "demo")
    wait_for(lambda: is_running(platform, client), 120)
    return client, platform.server_pod("demo")["metadata"]["uid"]


def is_at_work(platform, at_work):
    """Whether somebody still has the server that she had."""
    client, uid = at_work
    pod = platform.server_pod("demo")
    return bool(pod) and pod["metadata"]["uid"] == uid and is_running(platform, client)


def test_a_hub_goes_on_without_its_database_says_so_and_knows_everybody_afterwards(platform, database, at_work):
    hub = platform.hub()
    with database.away():
        refused = log_in(platform, "other").get(f"{platform.site.url}/hub/home", timeout=60)
        assert refused.status_code == 500
        assert "platform&#39;s database does not answer" in refused.text
        assert log_in(platform, "both").get(f"{platform.site.url}/hub/health", timeout=20).ok
    wait_for(lambda: is_at_work(platform, at_work), 30)
    assert is_running(platform, log_in(platform, "demo"))
    after = platform.hub()
    assert after["metadata"]["uid"] == hub["metadata"]["uid"]
    assert after["status"]["containerStatuses"][0]["restartCount"] == 0


def test_a_hub_that_starts_without_its_database_waits_for_it(platform, database, at_work):
    with database.away():
        platform.kill_hub()
        wait_for(lambda: "waiting for the database: " in platform.hub_log(check=False), 60)
    wait_for(lambda: is_at_work(platform, at_work), 60)


def test_a_dump_brings_back_who_a_name_belongs_to(platform, database, at_work):
    """As docs/admin.md writes it, while a server runs."""
    bindings = database.sql(BINDINGS)
    assert "demo|501" in bindings.splitlines()
    dump = database.ask("pg_dump", "--clean", "--if-exists", "--no-owner")
    with platform.without_hub():
        database.sql("DELETE FROM daisy_sso_bindings; DELETE FROM users")
        database.ask("psql", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", given=dump)
    wait_for(lambda: is_at_work(platform, at_work), 60)
    assert database.sql(BINDINGS) == bindings


def test_tables_of_an_older_hub_are_changed_with_users_on_it(platform, database, at_work):
    newest, bindings = database.sql(NOW), database.sql(BINDINGS)
    make_older(platform, database.url)
    assert database.sql(NOW) == REVISION
    hub = platform.hub()["metadata"]["uid"]
    platform.kill_hub()
    wait_for(lambda: database.sql(NOW) == newest, 60)
    assert platform.hub()["metadata"]["uid"] != hub
    wait_for(lambda: is_at_work(platform, at_work), 60)
    assert (database.sql(NOW), database.sql(BINDINGS)) == (newest, bindings)
