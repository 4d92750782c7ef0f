"""Events: one line each, whatever stands in it."""

from __future__ import annotations

import io
import json

from hub_config import events


def test_an_event_is_one_line_with_its_time_and_without_empty_fields(stream: io.StringIO) -> None:
    events.record("stop", "demo", profile="cpu")
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("+00:00")
    assert line == {"event": "stop", "user": "demo", "profile": "cpu"}


def test_a_name_with_a_line_end_makes_no_second_line(stream: io.StringIO) -> None:
    events.record("refusal", 'x\n{"event": "login"}\u2028', reason="no\rgroup")
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["user"] == 'x\n{"event": "login"}\u2028'
