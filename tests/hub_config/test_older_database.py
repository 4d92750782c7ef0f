"""A hub takes up the database of an older JupyterHub: its people, whom they are bound to, and their servers."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks._load import arrive
from benchmarks._platform import running_platform
from benchmarks._visitor import Answers, visitor
from tests.hub_config.pages_hub import words
from tests.hub_config.postgresql import needs_postgresql, running_postgresql

pytestmark = pytest.mark.slow

OLDER = Path(__file__).parent / "databases" / "jupyterhub-5.5.4.sql"
REVISION = "4621fec11365"  # of the tables of JupyterHub 5.5.4
PEOPLE = "SELECT id, name, admin, created, cookie_id FROM users ORDER BY id"
BINDINGS = "SELECT name, sso_id FROM daisy_sso_bindings ORDER BY name"
NOW = "SELECT version_num FROM alembic_version"


def rows(file: Path, *questions: str) -> list[list[tuple[object, ...]]]:
    connection = sqlite3.connect(file)
    try:
        return [connection.execute(question).fetchall() for question in questions]
    finally:
        connection.close()


@pytest.mark.asyncio
async def test_people_and_bindings_of_an_older_hub_are_kept_and_its_file_too(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript(OLDER.read_text())
    connection.close()
    people, bindings = rows(file, PEOPLE, BINDINGS)
    assert [name for _, name, *_ in people] == ["ada", "bob", "eve"]
    async with running_platform(tmp_path, ["ada", "bob"], changes={"hub": {"dbUrl": f"sqlite:///{file}"}}) as platform:
        assert rows(file, PEOPLE, BINDINGS) == [people, bindings]
        async with visitor(platform, "ada", Answers()) as ada:
            page = await ada.log_in()
            assert 'value="small" checked' in page.text  # the profile that she chose last
            await ada.start_server()
        async with visitor(platform, "bob", Answers()) as bob:
            with pytest.raises(RuntimeError, match="/hub/oauth_callback was answered with 403") as refused:
                await bob.log_in()
        assert "the account 'bob' belongs to another person" in words(refused.value.__notes__[0])
        assert "Traceback" not in platform.hub_log
    ((revision,),) = rows(file, NOW)[0]
    assert revision != REVISION
    (kept,) = tmp_path.glob("hub.sqlite.*")
    assert rows(kept, NOW, PEOPLE, BINDINGS) == [[(REVISION,)], people, bindings]


@needs_postgresql
@pytest.mark.asyncio
async def test_tables_of_an_older_hub_in_postgresql_are_changed_while_servers_run(tmp_path: Path) -> None:
    with running_postgresql() as database:
        secret = {"PGPASSWORD": database.password}
        async with running_platform(
            tmp_path, ["ada"], changes={"hub": {"dbUrl": database.url}}, env=secret
        ) as platform:
            assert (await arrive(platform, ["ada"], rate=1)).failures == []
            newest, bindings = database.sql(NOW), database.sql(BINDINGS)
            platform.kill_hub()
            make_older(database.url, tmp_path, secret)
            assert database.sql(NOW) == REVISION
            await platform.start_hub()
            assert (database.sql(NOW), database.sql(BINDINGS)) == (newest, bindings)
            async with visitor(platform, "ada", Answers()) as ada:
                await ada.log_in()
                assert await ada.is_running()


def make_older(url: str, folder: Path, environment: dict[str, str]) -> None:
    """Take a hub's tables back to what JupyterHub 5.5.4 had, with JupyterHub's own programs."""
    (folder / "jupyterhub_config.py").write_text(f"c.JupyterHub.db_url = {url!r}\n")
    command = [sys.executable, "-m", "jupyterhub.dbutil", "alembic", "downgrade", REVISION]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    done = subprocess.run(
        command, cwd=folder, env={"PATH": path, **environment}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
