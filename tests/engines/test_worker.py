"""What workers of a run say, and what they leave to the run's own process."""

from __future__ import annotations

import logging
import signal
import socket
from contextlib import suppress

import psutil
import pytest

from daisy_kernel.engines.dask import DaskExecutor
from daisy_kernel.engines.worker import dask_setup


@pytest.fixture
def worker_log():
    """The logger of a worker, as a worker has set it up; afterwards as it was."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.worker")]
    before = [(logger, logger.level, logger.filters[:]) for logger in loggers]
    interrupt = signal.getsignal(signal.SIGINT)
    dask_setup(None)
    yield loggers[-1]
    signal.signal(signal.SIGINT, interrupt)
    for logger, level, filters in before:
        logger.setLevel(level)
        logger.filters[:] = filters


def test_a_scheduler_that_has_ended_with_its_run_is_no_error(worker_log, caplog):
    worker_log.propagate = True
    worker_log.error("Failed to communicate with scheduler during heartbeat.")
    worker_log.error("Unexpected exception during heartbeat. Closing worker.")
    worker_log.warning("chatter")
    assert caplog.messages == ["Unexpected exception during heartbeat. Closing worker."]


def test_an_interrupt_is_for_the_runs_own_process(worker_log):
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Creating scratch directories:UserWarning")
def test_workers_of_a_run_start_beside_somebody_elses_dashboard_and_listen_on_loopback_alone():
    before = listening()
    with socket.socket() as somebody:
        with suppress(OSError):  # in use: somebody is there already
            somebody.bind(("127.0.0.1", 8787))
            somebody.listen()
        executor = DaskExecutor.on_this_machine(2)  # a port in use would be a warning, and so an error
        try:
            assert executor.describe() == "2 processes on this machine, 2 workers"
            assert {address for address, _ in listening() - before} == {"127.0.0.1"}
        finally:
            executor.close()


def listening():
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return {tuple(link.laddr) for one in processes for link in one.net_connections() if link.status == "LISTEN"}
