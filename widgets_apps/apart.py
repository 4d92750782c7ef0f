"""Apart: an object in a process of its own, for what takes much memory for a short time.

What it took is free again when the process ends: a while after the last question, or when the system needs the memory
of somebody. The process that asks stays small, and answers its pages all the time.
"""

from __future__ import annotations

import logging
import os
import pickle
import pkgutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from daisy_kernel.errors import DaisyError, DataError
from widgets_apps.heap import give_back_arrays

_IDLE = 300.0  # seconds without a question, after which the process ends: long enough to look at a picture
_MESSAGE = 4 << 20  # bytes of an array that are sent at once: both sides hold no second copy
_FIRST_TO_GO = "1000"  # of the processes that the system ends where memory runs out, as /proc counts

_log = logging.getLogger(__name__)


class Apart:
    """Calls the methods of an object of a class, ``module:Class``, in a process that is there while it is needed."""

    def __init__(self, name: str, *, idle: float = _IDLE) -> None:
        self._name = name
        self._idle = idle
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._asked_to_end: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def call(self, method: str, *given: Any, **named: Any) -> Any:
        """What a method returns. Errors: those that it raises; DataError where the process was ended from outside."""
        with self._lock:
            answer = self._asked(pickle.dumps((method, given, named)))
            failed, found = answer if answer is not None else (True, self._ended())
        if failed:
            raise found
        return found

    def end(self) -> None:
        """End the process, so that its memory is free; the next question starts another, and so does one in work."""
        process = self._process
        if process is not None:
            self._asked_to_end = process
            process.kill()
            process.wait()

    def close(self) -> None:
        """End the process for good; a question in work fails."""
        self._is_closed = True
        self.end()

    def _asked(self, question: bytes) -> tuple[bool, Any] | None:
        """Whether a call failed, and what it returned or raised; None where the process ended before it said so."""
        for _ in range(2):  # it may have ended for want of questions just now, or been asked to
            if self._is_closed:
                break
            connection = self._reached()
            with suppress(EOFError, OSError):
                connection.send_bytes(question)
                found: tuple[bool, Any] = _received(connection)
                return found
            if self._process is not None and self._process.wait() and self._process is not self._asked_to_end:
                break
            self._let_go()
        return None

    def _reached(self) -> Connection[Any, Any]:
        if self._connection is None:
            ours, theirs = Pipe()
            command = [sys.executable, "-P", "-m", "widgets_apps.apart", self._name, str(self._idle)]
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603  # this program
                    [*command, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
                )
            self._connection = ours
        return self._connection

    def _ended(self) -> DaisyError:
        code = self._process.wait() if self._process is not None else 0
        self._let_go()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return DataError(
            f"the process that computes large previews was ended ({how})",
            remedy="crop or bin the scan, or start a server with more memory",
        )

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._process = None


def send(connection: Connection[Any, Any], value: Any) -> None:
    """Send a value, its arrays as they lie in memory."""
    arrays: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    connection.send((head, [array.raw().nbytes for array in arrays]))
    for array in arrays:
        raw = array.raw()
        for start in range(0, raw.nbytes, _MESSAGE):
            connection.send_bytes(raw[start : start + _MESSAGE])


def _received(connection: Connection[Any, Any]) -> Any:
    head, lengths = connection.recv()
    arrays = [bytearray(length) for length in lengths]
    for array in arrays:
        at = 0
        while at < len(array):
            at += connection.recv_bytes_into(array, at)
    return pickle.loads(head, buffers=arrays)  # noqa: S301  # of a process that this one started


def _answer(one: Any, connection: Connection[Any, Any]) -> None:
    """Answer one question."""
    method, given, named = pickle.loads(connection.recv_bytes())  # noqa: S301  # of the process that started this one
    try:
        found = False, getattr(one, method)(*given, **named)
    except DaisyError as error:
        found = True, error
    except Exception as error:
        _log.exception("%s failed", method)
        found = True, DataError(f"{type(error).__name__}: {error}", remedy="see the log of the app")
    send(connection, found)


def _main(name: str, idle: float, descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends this process
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    give_back_arrays()
    one = pkgutil.resolve_name(name)()
    connection: Connection[Any, Any] = Connection(descriptor)
    with suppress(EOFError, OSError):  # nobody asks any more
        while connection.poll(idle):
            _answer(one, connection)
    os._exit(0)  # numba's threads and open files need no farewell


if __name__ == "__main__":
    _main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
