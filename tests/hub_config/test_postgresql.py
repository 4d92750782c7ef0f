"""The hub with a real PostgreSQL: its database goes and comes back, is away at a start, is put back from a backup."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks._load import arrive
from benchmarks._platform import Platform, running_platform
from benchmarks._visitor import Answers, visitor
from hub_config.database import wait_for_database
from hub_config.errors import SettingsError
from hub_config.pages.notices import Notice, Notices
from tests.hub_config.pages_hub import words
from tests.hub_config.postgresql import PostgreSQL, needs_postgresql, running_postgresql
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, needs_postgresql]

NAMES = ("ada", "bob", "eve")
BINDINGS = "SELECT name, sso_id FROM daisy_sso_bindings ORDER BY name"


@pytest.fixture
def database() -> Iterator[PostgreSQL]:
    with running_postgresql() as database:
        yield database


def hub_of(database: PostgreSQL) -> dict[str, object]:
    """What a platform is told of its database, the password as the chart gives it."""
    return {
        "changes": {"hub": {"dbUrl": database.url}},
        "env": {"PGPASSWORD": database.password},
    }


async def is_running(platform: Platform, name: str) -> bool:
    """Whether somebody who logs in finds their server running."""
    async with visitor(platform, name, Answers()) as person:
        await person.log_in()
        return await person.is_running()


@pytest.mark.asyncio
async def test_a_hub_outlives_its_database_and_says_so_meanwhile(database: PostgreSQL, tmp_path: Path) -> None:
    async with running_platform(tmp_path, NAMES, **hub_of(database)) as platform:
        assert (await arrive(platform, ["ada"], rate=1)).failures == []
        async with visitor(platform, "ada", Answers()) as ada:
            await ada.log_in()
            hub = platform.hub_process
            with database.away():
                async with visitor(platform, "bob", Answers()) as bob:
                    with pytest.raises(RuntimeError, match="/hub/oauth_callback was answered with 500") as refused:
                        await bob.log_in()
            assert "The platform's database does not answer" in words(refused.value.__notes__[0])
            assert await ada.is_running()
        assert (await arrive(platform, ["bob"], rate=1)).failures == []
        assert platform.hub_process == hub
        assert hub.is_running()
    assert database.sql(BINDINGS).splitlines() == ["ada|600000", "bob|600001"]


@pytest.mark.asyncio
async def test_a_hub_waits_in_words_for_a_database_that_is_away_when_it_starts(
    database: PostgreSQL, tmp_path: Path
) -> None:
    async with running_platform(tmp_path, NAMES, **hub_of(database)) as platform:
        assert (await arrive(platform, ["ada"], rate=1)).failures == []
        with database.away():
            platform.kill_hub()
            started = asyncio.create_task(platform.start_hub())
            told = "waiting for the database: connection failed"
            await asyncio.to_thread(wait_for, lambda: told in platform.hub_log, 30)
            assert not started.done()
        await started
        assert await is_running(platform, "ada")
        assert "Traceback" not in platform.hub_log
        assert database.password not in platform.hub_log


@pytest.mark.asyncio
async def test_a_backup_brings_back_people_their_bindings_and_their_servers(
    database: PostgreSQL, tmp_path: Path
) -> None:
    async with running_platform(tmp_path, NAMES, **hub_of(database)) as platform:
        assert (await arrive(platform, ["ada"], rate=1)).failures == []
        backup, bindings = database.dump(), database.sql(BINDINGS)
        assert (await arrive(platform, ["eve"], rate=1)).failures == []
        platform.kill_hub()
        database.restore(backup)
        assert database.sql(BINDINGS) == bindings == "ada|600000"
        await platform.start_hub()
        assert await is_running(platform, "ada")
        assert not await is_running(platform, "eve")


def test_a_wrong_password_is_told_without_it(database: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong-one")
    with pytest.raises(SettingsError, match='password authentication failed for user "daisy"') as refused:
        wait_for_database(database.url, patience=0)
    assert "wrong-one" not in str(refused.value)


def test_a_notice_outlives_the_hub_in_a_database_elsewhere(
    database: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", database.password)
    engine = create_engine(database.url)
    with Session(engine) as session:
        Notices().announce(session, en="Down on Monday", zh="周一停机")
        Notices().drain(session, True)
    with Session(engine) as session:
        assert Notices().now(session) == Notice(drained=True, en="Down on Monday", zh="周一停机")
    engine.dispose()
