"""Progress from the journal of a run, as it grows."""

from __future__ import annotations

import json
import os

import pytest

from widgets_apps.jobs.progress import Progress

PLAN = {"event": "plan", "sections": {"center": 1, "volume": 4}}


class Journal:
    """A journal whose clock is set by hand."""

    def __init__(self, path) -> None:
        self.path = path
        self.progress = Progress(path)

    def add(self, second: float, **event) -> None:
        line = json.dumps({"time": f"2026-01-01T00:00:{second:06.3f}+00:00", **event})
        with self.path.open("a") as file:
            file.write(line + "\n")
        self.progress.look()

    def section(self, second: float, name: str, slabs: int, left: int) -> None:
        self.add(second, event="section", section=name, steps=["load", name], slabs=slabs, left=left)

    def slab(self, second: float, name: str) -> None:
        self.add(second, event="slab", section=name, start=0, stop=1)


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "events.jsonl")


def seen(journal) -> tuple[int, int]:
    return journal.progress.done, journal.progress.total


def test_without_a_journal_nothing_is_known(journal):
    journal.progress.look()
    assert seen(journal) == (0, 0)
    assert (journal.progress.rate, journal.progress.seconds_left) == (None, None)


def test_the_plan_tells_all_slabs_before_the_first_is_done(journal):
    journal.add(0, **PLAN)
    assert seen(journal) == (0, 5)
    journal.section(1, "center", 1, 1)
    journal.slab(2, "center")
    assert seen(journal) == (1, 5)
    assert journal.progress.section == "load → center"


def test_the_rate_is_that_of_the_section_and_gives_the_time_left(journal):
    journal.add(0, **PLAN)
    journal.section(0, "center", 1, 1)
    journal.slab(20, "center")
    journal.section(20, "volume", 4, 4)
    assert journal.progress.rate is None
    journal.slab(22, "volume")
    assert (journal.progress.rate, journal.progress.seconds_left) == (0.5, 6)
    journal.slab(23, "volume")
    assert journal.progress.rate == pytest.approx(2 / 3)


def test_the_rate_is_that_of_the_last_ten_seconds(journal):
    journal.add(0, event="plan", sections={"volume": 30})
    journal.section(0, "volume", 30, 30)
    for second in (20, 30, 31, 32, 33, 34):
        journal.slab(second, "volume")
    assert journal.progress.rate == pytest.approx(1)
    assert journal.progress.seconds_left == pytest.approx(24)


def test_a_rate_is_there_where_a_slab_takes_longer_than_ten_seconds(journal):
    journal.add(0, **PLAN)
    journal.section(0, "volume", 4, 4)
    journal.slab(20, "volume")
    journal.slab(45, "volume")
    assert journal.progress.rate == pytest.approx(1 / 25)


def test_a_run_that_goes_on_keeps_what_was_done_and_skips_what_is_known(journal):
    journal.add(0, **PLAN)
    journal.section(0, "center", 1, 1)
    journal.slab(1, "center")
    journal.section(1, "volume", 4, 4)
    journal.slab(2, "volume")
    journal.add(30, **PLAN)
    assert seen(journal) == (2, 5)
    journal.section(31, "volume", 4, 3)
    assert seen(journal) == (2, 5)
    journal.slab(33, "volume")
    assert journal.progress.rate == 0.5, "the pause is no part of the rate"


def test_a_run_that_goes_on_with_other_slabs_counts_those(journal):
    journal.add(0, **PLAN)
    journal.section(0, "volume", 4, 4)
    journal.slab(1, "volume")
    journal.add(30, event="plan", sections={"center": 1, "volume": 2})
    journal.section(31, "volume", 2, 2)
    assert seen(journal) == (1, 3)


def test_a_section_that_is_computed_anew_loses_its_slabs(journal):
    journal.add(0, **PLAN)
    journal.section(0, "volume", 4, 4)
    journal.slab(1, "volume")
    journal.add(2, **PLAN)
    journal.section(3, "volume", 4, 4)
    assert seen(journal) == (1, 5), "only the center, which comes before it"


def test_a_journal_that_begins_anew_is_read_anew(journal):
    journal.add(0, **PLAN)
    journal.slab(1, "volume")
    journal.path.unlink()
    journal.add(2, event="plan", sections={"volume": 7})
    assert seen(journal) == (0, 7)


def test_a_line_that_is_being_written_is_read_when_it_is_whole(journal):
    journal.add(0, **PLAN)
    line = json.dumps({"time": "2026-01-01T00:00:01+00:00", "event": "slab", "section": "volume"}) + "\n"
    with journal.path.open("a") as file:
        file.write(line[:30])
        file.flush()
        journal.progress.look()
        assert seen(journal) == (0, 5)
        file.write(line[30:])
    journal.progress.look()
    assert seen(journal) == (1, 5)


def test_a_line_that_was_cut_off_by_a_kill_is_passed_over(journal):
    journal.add(0, **PLAN)
    with journal.path.open("a") as file:
        file.write('{"time": "2026-01-01T00:00:01+00:00", "event": "sl')
    journal.add(2, **PLAN)  # goes on in the same line
    journal.slab(3, "volume")
    assert seen(journal) == (1, 5)


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "5",
        "[1]",
        '{"event": ["plan"]}',
        '{"event": "plan", "sections": {"volume": "four"}}',
        '{"event": "plan", "sections": [1]}',
        '{"event": "section", "section": "volume", "slabs": 4, "left": "x", "steps": ["a"]}',
        '{"event": "section", "section": "volume", "slabs": 4, "left": 1, "steps": 5}',
        '{"event": "slab", "section": "volume"}',
        '{"event": "slab", "section": "volume", "time": 5}',
        '{"event": "slab", "section": ["volume"], "time": "2026-01-01T00:00:01+00:00"}',
    ],
)
def test_a_line_that_is_damaged_changes_nothing(journal, line):
    journal.add(0, **PLAN)
    journal.section(0, "volume", slabs=4, left=4)
    with journal.path.open("a") as file:
        file.write(line + "\n")
    journal.slab(1, "volume")
    assert seen(journal) == (2, 5)
    assert journal.progress.section == "load → volume"


def test_a_pipe_in_the_place_of_a_journal_is_not_waited_for(journal):
    os.mkfifo(journal.path)
    journal.progress.look()
    assert seen(journal) == (0, 0)
