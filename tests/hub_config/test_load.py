"""A hub under many people, on a small scale; `benchmarks.platform` measures the large one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks._load import FIRST, arrive, inhabited, start_again
from benchmarks._platform import running_platform

NAMES = [f"user{number:02}" for number in range(50)]


@pytest.mark.slow
@pytest.mark.asyncio
async def test_ten_people_who_come_within_two_seconds_all_get_their_server(tmp_path: Path) -> None:
    async with running_platform(tmp_path, NAMES[:10]) as platform:
        answers = await arrive(platform, NAMES[:10], rate=5)
        log = platform.hub_log
    assert answers.failures == []
    assert len(answers.seconds["GET /hub/oauth_callback"]) == 10
    assert log.count('"event": "login"') == log.count('"event": "spawn"') == 10
    assert _faults(log) == []


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_start_shows_its_progress_while_a_slow_single_sign_on_is_asked(tmp_path: Path) -> None:
    async with running_platform(tmp_path, NAMES[:1], sso_delay=0.7) as platform:
        answers = await arrive(platform, NAMES[:1], rate=1)
    assert answers.failures == []
    assert len(answers.seconds["GET /hub/api/users/NAME/server/progress"]) == 1


@pytest.mark.slow
@pytest.mark.asyncio
async def test_a_hub_that_was_killed_finds_all_servers_and_logins_again(tmp_path: Path) -> None:
    async with (
        running_platform(tmp_path, NAMES) as platform,
        inhabited(platform, NAMES, servers=10, stay=20) as people,
    ):
        found = await start_again(platform, people)
        for person in people:
            assert await person.is_running() == (person.name in NAMES[:10])
        log = platform.hub_log
    assert found.answers.failures == []
    assert len(found.answers.seconds[FIRST]) == 20
    assert log.count("still running") == 10
    assert log.count('"event": "login"') == 50
    assert _faults(log) == []


def _faults(log: str) -> list[str]:
    """Errors that the hub logged; what its culler prints when it is ended is none."""
    return [line for line in log.splitlines() if line.startswith(("[E ", "[C ")) and "signal SIGTERM" not in line]
