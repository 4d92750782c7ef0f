"""How the platform bears many people: a rush of logins and starts, and a hub with many users that starts again.

Everything is on loopback and shares the machine: SSO's stand-in, proxy, hub, the people's browsers (without scripts),
and one stub for all servers, which lets people in by the hub's OAuth as JupyterLab's server does. No server has a
process. The hub runs the product's own configuration with SQLite: the rush as in the local mode, the start once so
and once with pods, at a Kubernetes API in miniature that makes them at once.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks._fake_kubernetes import running_kubernetes
from benchmarks._load import AGAIN, FIRST, TOGETHER, Restart, arrive, inhabited, start_again
from benchmarks._platform import running_platform
from benchmarks._shared import machine
from benchmarks._visitor import Answers

_REACH_START = 10.0  # seconds
_REACH_PAGE = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=50, help="who log in and start a server; 0: none do")
    parser.add_argument("--rate", type=float, default=2.0, help="logins per second")
    parser.add_argument("--users", type=int, default=500, help="in the database of the hub that starts again")
    parser.add_argument("--servers", type=int, default=100, help="that run meanwhile")
    parser.add_argument("--pages", type=int, default=100, help="people who look at their home page then")
    given = parser.parse_args()
    print(machine())
    if given.people:
        asyncio.run(_rush(given.people, given.rate))
    for kind in ("servers", "pods"):
        asyncio.run(_start_again(kind, given.users, given.servers, given.pages))


async def _rush(people: int, rate: float) -> None:
    names = _names(people)
    with tempfile.TemporaryDirectory() as folder:
        async with running_platform(Path(folder), names) as platform:
            answers = await arrive(platform, names, rate)
    print(f"\n{people} people log in and start a server, {rate:g} a second: {len(answers.failures)} failures")
    _print_failures(answers)
    print(f"{'seconds':54}{'count':>7}{'p50':>8}{'p95':>8}{'max':>8}")
    for kind, seconds in sorted(answers.seconds.items()):
        print(_row(kind, seconds))


async def _start_again(kind: str, users: int, servers: int, pages: int) -> None:
    names = _names(users)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told = {} if kind == "servers" else (await stack.enter_async_context(running_kubernetes(folder)))[1]
        platform = await stack.enter_async_context(running_platform(folder, names, **told))
        people = await stack.enter_async_context(inhabited(platform, names, servers, pages))
        found = await start_again(platform, people)
        still = platform.hub_log.count(" still running")
    print(f"\na hub with {users} users and {servers} running {kind}, killed and started again: ", end="")
    print(f"{still} of them found, {len(found.answers.failures)} failures")
    _print_failures(found.answers)
    _print_restart(found)


def _print_restart(found: Restart) -> None:
    print(f"{'':54}{'seconds':>7}{'':24}{'reach':>8}")
    print(f"{'start of the process to /hub/health':54}{found.health:7.2f}{'':24}{f'<= {_REACH_START:g}':>8}")
    print(f"{'start of the process to the first home page':54}{found.first_page:7.2f}")
    print(f"{'seconds':54}{'count':>7}{'p50':>8}{'p95':>8}{'max':>8}")
    for kind in (FIRST, AGAIN, TOGETHER):
        print(f"{_row(kind, found.answers.seconds[kind])}{f'p95 < {_REACH_PAGE:g}':>10}")
    print(f"{'memory of the hub (RSS)':54}{found.memory / 1e6:7.0f} MB")


def _print_failures(answers: Answers) -> None:
    for failure in answers.failures[:10]:
        print(f"  {failure}")


def _row(kind: str, seconds: Sequence[float]) -> str:
    if not seconds:
        return f"{kind:54}{0:7}"
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{kind:54}{len(seconds):7}{statistics.median(seconds):8.3f}{p95:8.3f}{max(seconds):8.3f}"


def _names(count: int) -> list[str]:
    return [f"user{number:03}" for number in range(count)]


if __name__ == "__main__":
    main()
