"""Jobs as a page asks for them."""

from __future__ import annotations

import json
from queue import Queue
from typing import Any

import pytest

from tests.widgets_apps.jobs.conftest import ended, wanted
from widgets_apps.jobs.part import JobsPart
from widgets_apps.session import Session


class Page:
    """Asks, and takes answers and events apart; all that is sent must be JSON."""

    def __init__(self, jobs) -> None:
        self.replies: Queue[dict[str, Any]] = Queue()
        self.events: Queue[dict[str, Any]] = Queue()
        self.session = Session([JobsPart(jobs)], self.take)

    def take(self, header, buffers) -> None:
        header = json.loads(json.dumps(header, allow_nan=False))
        (self.events if "event" in header else self.replies).put(header)

    def ask(self, method: str, **params) -> dict[str, Any]:
        self.session.handle({"id": 1, "method": f"jobs.{method}", "params": params})
        return self.replies.get(timeout=10)


@pytest.fixture
def page(jobs):
    found = Page(jobs)
    yield found
    found.session.close()


def test_a_page_is_told_the_jobs_when_it_opens(page):
    assert page.events.get(timeout=5) == {"event": "jobs", "data": {"jobs": []}}
    assert page.ask("list")["result"] == {"jobs": []}


def test_a_job_that_is_not_there_is_said(page):
    for method in ("stop", "resume", "forget", "log"):
        assert page.ask(method, id=5)["error"]["message"] == "there is no job 5"


def test_a_wrong_number_is_refused(page):
    assert "id='../x' is refused" in page.ask("log", id="../x")["error"]["message"]


def test_a_page_that_closed_is_told_nothing_more(jobs, page):
    page.events.get(timeout=5)
    page.session.close()
    assert jobs._watch._listeners == []


@pytest.mark.slow
def test_a_page_follows_stops_resumes_and_forgets_a_job(jobs, scan, page, tmp_path):
    number = jobs.start(wanted(scan, tmp_path / "a.h5", parameters={"rows": [0, 144]})).id
    while not (told := page.events.get(timeout=30)["data"]["jobs"]) or told[0]["state"] != "running":
        pass
    assert (told[0]["id"], told[0]["parameters"]) == (number, {"rows": [0, 144]})
    page.ask("stop", id=number)
    assert ended(jobs, number).state == "interrupted"
    assert page.ask("resume", id=number)["result"]["job"]["id"] == number
    assert ended(jobs, number).state == "done"
    assert "waits for its turn" in page.ask("log", id=number)["result"]["text"]
    assert page.ask("forget", id=number)["result"] == {}
    while page.events.get(timeout=30)["data"]["jobs"]:
        pass
