"""The processes of a job: one waits for its turn, then becomes ``daisy run``; its parent says how that ended.

``python -P -m widgets_apps.jobs.turn JOBFILE LOCK``: LOCK is an inherited file descriptor on which this process
holds the lock of its ticket. Whoever has an earlier ticket holds the lock of that; the system lets go of a lock
when its process ends, however it ends. The parent holds the same lock until it has written whether memory was lacking,
which a process that is killed for it cannot say itself. Only the standard library, so that the wait costs nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
from datetime import UTC, datetime

from widgets_apps.jobs import memory

STOPPED = 130  # exit code of a run that its user stopped


def main() -> None:
    """Detach from the starter; the child waits and becomes the run, while this process waits for its end."""
    job_file, lock = sys.argv[1], int(sys.argv[2])
    ready, say_ready = os.pipe()
    if os.fork():
        os.close(say_ready)
        os.read(ready, 1)  # ends when the other process has said who it is
        os._exit(0)
    os.close(ready)
    began, say_began = os.pipe()
    if run := os.fork():
        os.close(say_ready)
        os.close(say_began)
        await_end(run, began, lock)
        return
    os.close(began)
    with open(job_file, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a third of the start
        job = json.load(file)
    say(lock, turn=None)
    log("waits for its turn")
    os.close(say_ready)
    wait_for_earlier(os.path.dirname(job_file), job["ticket"])  # noqa: PTH120
    say(lock, turn=datetime.now(UTC).isoformat())
    os.write(say_began, str(memory.kills()).encode())
    log(f"begins: daisy {' '.join(job['command'])}")
    os.execv(sys.executable, [sys.executable, "-P", "-m", "daisy_kernel.cli", *job["command"]])  # noqa: S606


def await_end(run: int, began: int, lock: int) -> None:
    """Wait for the run; where it failed and a process was ended for lack of memory meanwhile, write that down."""
    before = os.read(began, 32).decode()  # how many had been ended when its turn came; nothing where it never came
    code = os.waitstatus_to_exitcode(os.waitpid(run, 0)[1])
    now = memory.kills()
    if code not in (0, STOPPED) and before.isdecimal() and now is not None and now > int(before):
        holder = json.loads(os.pread(lock, 4096, 0))
        write(lock, {**holder, "lacked": memory.limit() or 0})
        log("a process was ended for lack of memory")


def say(lock: int, turn: str | None) -> None:
    """Write into the lock file who holds it, and since when it has its turn."""
    write(lock, {"pid": os.getpid(), "host": socket.gethostname(), "turn": turn})


def write(lock: int, holder: dict[str, object]) -> None:
    """Replace the text of the lock file; a later one is never shorter."""
    os.pwrite(lock, json.dumps(holder).encode(), 0)


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
