"""What is computed apart comes back as it is, and its process ends when nobody asks, or is asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import psutil
import pytest

from daisy_kernel.errors import DataError
from tests.waiting import wait_for
from widgets_apps.apart import Apart


class Worker:
    """Answers from its own process."""

    def ramp(self, count: int) -> tuple[str, np.ndarray]:
        """Numbers, more than are sent at once."""
        return "ramp", np.arange(count, dtype=np.float32)

    def number(self) -> int:
        """Of the process."""
        return os.getpid()

    def refuse(self, value: int) -> None:
        """In words."""
        raise DataError(f"value={value} is refused", remedy="give another")

    def fail(self) -> None:
        """Not in words."""
        raise ZeroDivisionError("by 0")

    def vanish(self) -> None:
        """As where memory runs out."""
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(autouse=True)
def findable(monkeypatch):
    """Processes of their own find this module, wherever the tests were started."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def apart():
    one = Apart("tests.widgets_apps.test_apart:Worker")
    yield one
    one.close()


def test_an_array_comes_back_as_it_is_and_can_be_written_to(apart):
    word, numbers = apart.call("ramp", 3_000_000)
    assert word == "ramp"
    np.testing.assert_array_equal(numbers, np.arange(3_000_000, dtype=np.float32))
    numbers[0] = 1
    assert apart.call("number") != os.getpid()


def test_the_process_stays_for_the_next_question(apart):
    assert apart.call("number") == apart.call("number")


def test_a_refusal_comes_back_with_its_remedy_and_the_process_goes_on(apart):
    before = apart.call("number")
    with pytest.raises(DataError, match="value=3 is refused: give another"):
        apart.call("refuse", 3)
    with pytest.raises(DataError, match="ZeroDivisionError: by 0: see the log"):
        apart.call("fail")
    assert apart.call("number") == before


def test_a_process_that_was_killed_says_so_and_the_next_question_is_answered(apart):
    with pytest.raises(DataError, match=r"was ended \(SIGKILL\).*more memory"):
        apart.call("vanish")
    assert apart.call("number")


def test_a_process_that_nobody_asks_ends_and_comes_back():
    apart = Apart("tests.widgets_apps.test_apart:Worker", idle=0.1)
    first = apart.call("number")
    wait_for(lambda: not psutil.pid_exists(first) or psutil.Process(first).status() == psutil.STATUS_ZOMBIE)
    assert apart.call("number") != first
    apart.close()


def test_a_process_that_was_asked_to_end_is_there_again_for_the_next_question(apart):
    number = apart.call("number")
    apart.end()
    assert apart.call("number") != number


def test_closing_ends_the_process_for_good(apart):
    number = apart.call("number")
    apart.close()
    wait_for(lambda: not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    with pytest.raises(DataError, match="was ended"):
        apart.call("number")


def test_the_process_ends_with_the_one_that_asks():
    program = """
        import time
        from widgets_apps.apart import Apart
        print(Apart("tests.widgets_apps.test_apart:Worker").call("number"), flush=True)
        time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True) as asker:
        number = int(asker.stdout.readline())
        asker.kill()
    wait_for(lambda: not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
