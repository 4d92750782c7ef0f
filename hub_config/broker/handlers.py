"""Handlers: HTTP in and out. Each finds out who asks, reads the body, calls the broker, and writes JSON."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ValidationError
from tornado.web import HTTPError, RequestHandler

from hub_config.broker._words import BrokerError, texts_of
from hub_config.broker.caller import Caller, Callers
from hub_config.broker.models import Change, Creation, Failure, PassedLimit, Problem, Texts
from hub_config.broker.service import Broker

_LOG = logging.getLogger("daisy.broker")
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class Context:
    """What handlers need."""

    broker: Broker
    callers: Callers
    document: dict[str, Any]


class Handler(RequestHandler):
    """Base of all: no cookies, errors as JSON."""

    def initialize(self, context: Context) -> None:
        """Take what is needed."""
        self.context = context

    def set_default_headers(self) -> None:
        """Answers are for the one who asks, and are what they say they are."""
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    async def caller(self) -> Caller:
        """Who asks; raises `BrokerError`."""
        return await self.context.callers.find(self.request.headers.get("Authorization", ""))

    def body(self, model: type[_M]) -> _M:
        """What was sent; raises `BrokerError`."""
        try:
            return model.model_validate_json(self.request.body)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            path = ".".join(str(part)[:40] for part in problem["loc"])
            raise BrokerError("bad-body", value=": ".join(filter(None, (path, problem["msg"])))) from None

    def answer(self, model: BaseModel, status: int = 200) -> None:
        """Write a model."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.write(model.model_dump_json())

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write an error as the document says."""
        raised = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(raised, BrokerError):
            error = raised
        elif status_code == 405:
            error = BrokerError("no-method", value=str(self.request.method)[:20])
        elif status_code < 500:
            error = BrokerError("no-page", value=repr(self.request.path[:80]))
        else:
            error = BrokerError("fault")
        self.set_status(error.status)
        if error.status == 401:
            self.set_header("WWW-Authenticate", "token")
        if error.status == 405:
            self.set_header("Allow", ", ".join(self._allowed()))
        limit = PassedLimit(**vars(error.limit)) if error.limit else None
        self.set_header("Content-Type", "application/json")
        problem = Problem(key=error.key, message=Texts(**texts_of(error)), limit=limit)
        self.finish(Failure(error=problem).model_dump_json())

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """What a caller did wrong is no error of ours."""
        if not isinstance(value, BrokerError | HTTPError):
            _LOG.error("%s %s failed", self.request.method, self.request.path, exc_info=(typ, value, tb))

    def _allowed(self) -> list[str]:
        base = RequestHandler
        return [
            method
            for method in self.SUPPORTED_METHODS
            if getattr(type(self), method.lower()) is not getattr(base, method.lower())
        ]


class Clusters(Handler):
    """All clusters of a user."""

    async def get(self) -> None:
        """List them."""
        self.answer(self.context.broker.clusters(await self.caller()))

    async def post(self) -> None:
        """Make another one."""
        caller = await self.caller()
        self.answer(await self.context.broker.create(caller, self.body(Creation)), 201)


class OneCluster(Handler):
    """One cluster."""

    async def get(self, name: str) -> None:
        """What it is now."""
        self.answer(await self.context.broker.get(await self.caller(), name))

    async def patch(self, name: str) -> None:
        """Change the number of workers."""
        caller = await self.caller()
        self.answer(await self.context.broker.change(caller, name, self.body(Change)))

    async def delete(self, name: str) -> None:
        """End it."""
        await self.context.broker.remove(await self.caller(), name)
        self.set_status(204)


class Activity(Handler):
    """That a cluster is used."""

    async def put(self, name: str) -> None:
        """Note it."""
        await self.context.broker.keep(await self.caller(), name)
        self.set_status(204)


class Document(Handler):
    """The OpenAPI document; it is no secret."""

    async def get(self) -> None:
        """Write it."""
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(self.context.document))


class Health(Handler):
    """That the broker runs; what it reads and writes may be away for a while."""

    async def get(self) -> None:
        """Say so."""
        self.set_header("Content-Type", "application/json")
        self.write({"status": "running"})


class Metrics(Handler):
    """Hours by proposal, for Prometheus: whoever may read the hub's metrics may read these."""

    async def get(self) -> None:
        """Write them."""
        await self.context.callers.check_metrics(self.request.headers.get("Authorization", ""))
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest())


class Nothing(Handler):
    """Any other address."""

    async def prepare(self) -> None:
        """There is nothing."""
        raise BrokerError("no-page", value=repr(self.request.path[:80]))
