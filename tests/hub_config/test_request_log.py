"""Which refused requests are recorded: those that an administrator looks for."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hub_config import request_log
from hub_config.settings import check_settings
from tests.hub_config.good import changed

Recorded = Callable[..., list[tuple[str, ...]]]
ADA = SimpleNamespace(name="ada", orm_spawners={"": None, "one": None, "two": None})


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> request_log.RequestLog:
    monkeypatch.setattr(request_log, "log_request", lambda handler: None)
    return request_log.RequestLog(check_settings(changed("hub.namedServerLimitPerUser", 2)))


def ended(status: int, path: str, user: Any = ADA) -> Any:
    return SimpleNamespace(
        hub=SimpleNamespace(base_url="/hub/"),
        request=SimpleNamespace(path=path),
        get_status=lambda: status,
        find_user=lambda name: ADA if name == "ada" else None,
        _jupyterhub_user=user,
    )


@pytest.mark.parametrize(
    ("status", "path", "line"),
    [
        (403, "/hub/daisy/admin", ("ada", "", "the administration is for administrators")),
        (403, "/hub/admin", ("ada", "", "the administration is for administrators")),
        (429, "/hub/spawn", ("ada", "", "as many servers as may start at once (64) do")),
        (429, "/hub/spawn/ada", ("ada", "", "as many servers as may start at once (64) do")),
        (429, "/hub/api/users/ada/server", ("ada", "", "as many servers as may start at once (64) do")),
        (429, "/hub/api/users/ada/servers/one", ("ada", "one", "as many servers as may start at once (64) do")),
        (400, "/hub/spawn/ada/three", ("ada", "three", "the user has 2 named servers already")),
        (400, "/hub/api/users/ada/servers/three", ("ada", "three", "the user has 2 named servers already")),
    ],
)
def test_a_refused_start_or_page_is_recorded(
    log: request_log.RequestLog, recorded: Recorded, status: int, path: str, line: tuple[str, ...]
) -> None:
    log(ended(status, path))
    assert recorded("event", "user", "server", "reason") == [("refusal", *line)]


def test_a_stranger_at_the_administration_has_no_name(log: request_log.RequestLog, recorded: Recorded) -> None:
    log(ended(403, "/hub/daisy/admin", user=None))
    assert recorded("event", "user") == [("refusal", "")]


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (200, "/hub/daisy/admin"),
        (403, "/hub/home"),
        (403, "/hub/administer"),
        (400, "/hub/spawn/ada/one"),
        (400, "/hub/spawn/ada"),
        (400, "/hub/api/users/ada"),
        (429, "/hub/spawn/nobody"),
    ],
)
def test_other_requests_are_no_events(log: request_log.RequestLog, recorded: Recorded, status: int, path: str) -> None:
    log(ended(status, path))
    assert recorded("event") == []
