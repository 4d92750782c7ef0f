"""The process of a job: waits for its turn, then becomes ``daisy run``.

``python -P -m widgets_apps.jobs.turn JOBFILE LOCK``: LOCK is an inherited file descriptor on which this process
holds the lock of its ticket. Whoever has an earlier ticket holds the lock of that; the system lets go of a lock
when its process ends, however it ends. Only the standard library, so that the wait costs nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from datetime import UTC, datetime


def main() -> None:
    """Detach from the starter, wait, and become the run."""
    job_file, lock = sys.argv[1], int(sys.argv[2])
    ready, say_ready = os.pipe()
    if os.fork():
        os.close(say_ready)
        os.read(ready, 1)  # ends when the other process has said who it is
        os._exit(0)
    os.close(ready)
    with open(job_file, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a third of the start
        job = json.load(file)
    say(lock, turn=None)
    log("waits for its turn")
    os.close(say_ready)
    wait_for_earlier(os.path.dirname(job_file), job["ticket"])  # noqa: PTH120
    say(lock, turn=datetime.now(UTC).isoformat())
    log(f"begins: daisy {' '.join(job['command'])}")
    os.execv(sys.executable, [sys.executable, "-P", "-m", "daisy_kernel.cli", *job["command"]])  # noqa: S606


def say(lock: int, turn: str | None) -> None:
    """Write into the lock file who holds it, and since when it has its turn."""
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "turn": turn})
    os.pwrite(lock, text.encode(), 0)  # the second text is never shorter than the first


def log(text: str) -> None:
    """Add a line to the job's log, which is standard output."""
    os.write(1, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC  {text}\n".encode())


def wait_for_earlier(folder: str, ticket: int) -> None:
    """Return when no process with an earlier ticket lives."""
    names = (name for name in os.listdir(folder) if name.endswith(".lock") and name[:-5].isdecimal())  # noqa: PTH208
    for name in sorted(name for name in names if int(name[:-5]) < ticket):
        try:
            earlier = os.open(os.path.join(folder, name), os.O_RDONLY)  # noqa: PTH118
        except FileNotFoundError:
            continue
        fcntl.flock(earlier, fcntl.LOCK_SH)
        os.close(earlier)


if __name__ == "__main__":
    main()
