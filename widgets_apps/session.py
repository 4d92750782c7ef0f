"""Session: what one open page or widget asks of its app, and is answered.

A request is a header and buffers; so are a reply and an event. Whatever carries them (a WebSocket, a kernel's
comm) calls `Session.handle` and is given a function that sends. Methods run in threads: quick ones beside each
other, computing ones one at a time, since numba's own thread pool allows one caller.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar, overload

from pydantic import ConfigDict, ValidationError, validate_call

from daisy_kernel.errors import DaisyError

Buffers: TypeAlias = Sequence[bytes | bytearray | memoryview]
Send: TypeAlias = Callable[[dict[str, Any], Buffers], None]
Pool = Literal["quick", "compute"]

_log = logging.getLogger(__name__)
_Method = TypeVar("_Method", bound=Callable[..., Any])
_EXPOSED = "_daisy_exposed"
_QUICK_THREADS = 3


@dataclass(frozen=True)
class Reply:
    """A result with buffers."""

    result: Mapping[str, Any]
    buffers: Buffers = ()


class FieldErrors(DaisyError):
    """Sentences by the field of a form that they belong to."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(next(iter(fields.values())), remedy="correct the fields that are marked")
        self.fields = dict(fields)


class Part:
    """A part of an app: its exposed methods are asked for as ``NAME.METHOD``.

    A parameter named ``buffers`` is given the buffers of the request.
    """

    name: str
    _send: Send | None = None

    def emit(self, event: str, data: Mapping[str, Any], buffers: Buffers = ()) -> None:
        """Tell the page something it did not ask for; from any thread, and nothing where no page listens."""
        if self._send is not None:
            self._send({"event": event, "data": data}, buffers)

    def attach(self, send: Send) -> None:
        """Take the way to the page."""
        self._send = send

    def close(self) -> None:
        """Let go of what the part holds; the page is gone."""


@overload
def exposed(method: _Method) -> _Method: ...
@overload
def exposed(*, pool: Pool) -> Callable[[_Method], _Method]: ...
def exposed(method: Any = None, *, pool: Pool = "quick") -> Any:
    """Mark a method of a `Part` as one that a page may ask for."""

    def mark(function: _Method) -> _Method:
        setattr(function, _EXPOSED, pool)
        return function

    return mark if method is None else mark(method)


@dataclass
class _Asked:
    """A request that waits or is being answered."""

    header: Mapping[str, Any]
    buffers: Buffers
    reply: Send
    superseded: bool = False


@dataclass(frozen=True)
class _Answerer:
    call: Callable[..., Any]
    pool: Pool
    takes_buffers: bool


@dataclass
class _Lanes:
    """The newest request of each lane of who asks; an older one that has not begun is superseded."""

    newest: dict[tuple[str, Send], _Asked] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, asked: _Asked) -> None:
        lane = asked.header.get("lane")
        if isinstance(lane, str):
            with self.lock:
                older = self.newest.get((lane, asked.reply))
                if older is not None:
                    older.superseded = True
                self.newest[lane, asked.reply] = asked

    def leave(self, asked: _Asked) -> None:
        with self.lock:
            for lane, newest in list(self.newest.items()):
                if newest is asked:
                    del self.newest[lane]


class Session:
    """Answers the requests of one page."""

    def __init__(self, parts: Iterable[Part], send: Send) -> None:
        self._parts = list(parts)
        self._send = send
        self._answerers: dict[str, _Answerer] = {}
        self._lanes = _Lanes()
        self._pools = {
            "quick": ThreadPoolExecutor(_QUICK_THREADS, thread_name_prefix="quick"),
            "compute": ThreadPoolExecutor(1, thread_name_prefix="compute"),
        }
        for part in self._parts:
            part.attach(send)
            self._answerers.update(_answerers(part))

    def handle(self, header: Mapping[str, Any], buffers: Buffers = (), reply: Send | None = None) -> None:
        """Take a request; its reply is sent from another thread.

        reply: the way back to who asked, where that is not whoever is told the news: each counts its own requests.
        """
        asked = _Asked(header, buffers, reply or self._send)
        answerer = self._answerers.get(str(header.get("method")))
        if answerer is None:
            message = f"{header.get('method')!r} is nothing that this app can do"
            _reply(asked, {"error": {"message": message, "remedy": "load the page again"}})
            return
        self._lanes.enter(asked)
        self._pools[answerer.pool].submit(self._answer, answerer, asked)

    def close(self) -> None:
        """The page is gone: let go of everything; what is being computed ends first."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for part in self._parts:
            part.close()

    def _answer(self, answerer: _Answerer, asked: _Asked) -> None:
        if asked.superseded:
            _reply(asked, {"superseded": True})
            return
        try:
            _reply(asked, *_called(answerer, asked))
        finally:
            self._lanes.leave(asked)


def _reply(asked: _Asked, answer: dict[str, Any], buffers: Buffers = ()) -> None:
    asked.reply({"id": asked.header.get("id"), **answer}, buffers)


def _called(answerer: _Answerer, asked: _Asked) -> tuple[dict[str, Any], Buffers]:
    """The answer of a method, or its failure in words."""
    try:
        given = dict(asked.header.get("params") or {})
        if answerer.takes_buffers:
            given["buffers"] = asked.buffers
        found = answerer.call(**given)
    except FieldErrors as error:
        return {"error": {"message": error.error, "remedy": error.remedy, "fields": error.fields}}, ()
    except DaisyError as error:
        return {"error": {"message": error.error, "remedy": error.remedy}}, ()
    except ValidationError as error:
        return {"error": {"message": _wrong(asked, error), "remedy": "load the page again"}}, ()
    except Exception as error:
        _log.exception("%s failed", asked.header.get("method"))
        return {"error": {"message": f"{type(error).__name__}: {error}", "remedy": "see the log of the app"}}, ()
    if isinstance(found, Reply):
        return {"result": found.result}, found.buffers
    return {"result": found or {}}, ()


def _wrong(asked: _Asked, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])) or "parameters"
    return f"{asked.header.get('method')}: {where}={first['input']!r} is refused: {first['msg']}"


def _answerers(part: Part) -> dict[str, _Answerer]:
    found = {}
    for name, function in inspect.getmembers(type(part), inspect.isfunction):
        pool = getattr(function, _EXPOSED, None)
        if pool is not None:
            takes_buffers = "buffers" in inspect.signature(function).parameters
            call = validate_call(config=ConfigDict(arbitrary_types_allowed=True))(getattr(part, name))
            found[f"{part.name}.{name}"] = _Answerer(call, pool, takes_buffers)
    return found
