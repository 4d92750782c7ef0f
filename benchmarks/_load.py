"""What people do to a hub: arrive one after the other, come back after it started again, look at their home page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import aiohttp

from benchmarks._platform import Platform
from benchmarks._visitor import Answers, Visitor, visitor

FIRST = "home page, first after the start"
AGAIN = "home page"
TOGETHER = "home page, ten at a time"
_AT_ONCE = 10
_FILLERS = 4


async def arrive(platform: Platform, names: Sequence[str], rate: float) -> Answers:
    """``rate`` people a second log in and start their server, however long the earlier ones take."""
    answers = Answers()
    begin = time.perf_counter()

    async def come(number: int, name: str) -> None:
        await asyncio.sleep(begin + number / rate - time.perf_counter())
        moment = time.perf_counter()
        async with visitor(platform, name, answers) as person:
            await _noting(answers, person.log_in, person.start_server)
        answers.seconds["a person, from the first address to the server's page"].append(time.perf_counter() - moment)

    await asyncio.gather(*(come(number, name) for number, name in enumerate(names)))
    return answers


@asynccontextmanager
async def inhabited(platform: Platform, names: Sequence[str], servers: int, stay: int) -> AsyncIterator[list[Visitor]]:
    """Fill the hub's database: all log in, the first ``servers`` start a server; ``stay`` keep their browser open.

    Half of those who stay have a server, as far as there are so many.
    """
    async with AsyncExitStack() as stack:
        gate = asyncio.Semaphore(_FILLERS)
        staying = {*names[: stay // 2], *names[::-1][: stay - stay // 2]}

        async def come(name: str, has_server: bool) -> Visitor | None:
            async with gate, AsyncExitStack() as own:
                person = await own.enter_async_context(visitor(platform, name, Answers()))
                await person.log_in()
                if has_server:
                    await person.start_server()
                if name not in staying:
                    return None
                stack.push_async_exit(own.pop_all())
                return person

        came = await asyncio.gather(*(come(name, number < servers) for number, name in enumerate(names)))
        yield [person for person in came if person is not None]


@dataclass
class Restart:
    """A hub that was killed and started again; seconds from the start of its process, bytes of its memory."""

    health: float = 0.0
    first_page: float = 0.0
    memory: int = 0
    answers: Answers = field(default_factory=Answers)


async def start_again(platform: Platform, people: Sequence[Visitor]) -> Restart:
    """Kill the hub, start it, and let everybody look at their home page: one by one, again, ten at a time."""
    found = Restart()
    for person in people:
        person.answers = found.answers
    platform.kill_hub()
    begin = time.perf_counter()
    found.health = await platform.start_hub()
    await _noting(found.answers, partial(people[0].home, FIRST))
    found.first_page = time.perf_counter() - begin
    for person in people[1:]:
        await _noting(found.answers, partial(person.home, FIRST))
    for person in people:
        await _noting(found.answers, partial(person.home, AGAIN))
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(person: Visitor) -> None:
        async with gate:
            await _noting(found.answers, partial(person.home, TOGETHER))

    await asyncio.gather(*map(look, people))
    found.memory = platform.hub_process.memory_info().rss
    return found


async def _noting(answers: Answers, *steps: Callable[[], Awaitable[object]]) -> None:
    """Take the steps; a failure is noted and ends them."""
    try:
        for step in steps:
            await step()
    except (RuntimeError, TimeoutError, aiohttp.ClientError) as error:
        answers.failures.append(f"{type(error).__name__}: {error}")
