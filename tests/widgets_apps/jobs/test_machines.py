"""What a page is told of the pods of a run, and where runs can be computed."""

from __future__ import annotations

import pytest

from widgets_apps.jobs.jobs import Jobs
from widgets_apps.jobs.machines import MachineNews, MachineNote, Machines, Waiting
from widgets_apps.jobs.part import JobsPart
from widgets_apps.jobs.place import engine_of

FULL = {"en": "no node has room", "zh": "没有节点有空间"}
LOST = {"en": "worker w1 was lost", "zh": "工作进程 w1 丢失"}


@pytest.fixture
def news():
    found = MachineNews()
    found.take({"event": "cluster", "name": "alice-1", "workers": 3})
    return found


def worker(news, name, state, **more):
    news.take({"event": "worker", "time": "2026-01-01T00:00:00+00:00", "name": name, "state": state, **more})


def test_a_run_of_this_machine_has_none():
    found = MachineNews()
    found.take({"event": "slab", "start": 0})
    assert found.seen() is None


def test_pods_that_wait_for_the_same_reason_are_counted_together(news):
    for name in ("w1", "w2"):
        worker(news, name, "waiting", words=FULL)
    worker(news, "w3", "joined")
    assert news.seen() == Machines("alice-1", 3, 1, (Waiting(FULL, 2),), ())


def test_a_worker_that_is_lost_is_a_note_and_is_missing_until_it_joins_again(news):
    worker(news, "w1", "joined")
    worker(news, "w1", "lost", words=LOST)
    assert news.seen() == Machines("alice-1", 3, 0, (Waiting(None, 1),), (MachineNote(1767225600.0, LOST),))
    worker(news, "w1", "waiting")
    assert news.seen().waiting == (Waiting(None, 1),)
    worker(news, "w1", "joined")
    assert news.seen().waiting == ()
    assert len(news.seen().notes) == 1


def test_a_worker_that_was_let_go_is_not_missing(news):
    worker(news, "w1", "joined")
    worker(news, "w1", "retired")
    assert (news.seen().joined, news.seen().waiting) == (0, ())


def test_a_run_that_goes_on_forgets_the_pods_before(news):
    worker(news, "w1", "waiting", words=FULL)
    news.take({"event": "cluster", "name": "alice-2", "workers": 1})
    assert news.seen() == Machines("alice-2", 1, 0, (), ())


@pytest.mark.parametrize(("broker", "expected"), [("", ["here", "workers"]), ("http://broker", ["here", "kubernetes"])])
def test_pods_are_offered_only_where_there_is_a_broker(broker, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("DAISY_BROKER_URL", broker)
    assert JobsPart(Jobs(tmp_path)).places() == {"places": expected}


def test_the_number_of_workers_counts_where_there_may_be_several():
    assert engine_of("here", 4) == {"engine": None, "workers": 1}
    assert engine_of("workers", 4) == {"engine": None, "workers": 4}
    assert engine_of("kubernetes", 4) == {"engine": "kubernetes", "workers": 4}
